//! Pages of a query's rows.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Line {
    #[column(primary_key)]
    id: i64,
    number: i64,
}

fn lines(count: i64, db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    Line::insert_all((1..=count).map(Line::new), db)?;
    Ok(())
}

fn numbers(page: &Page<Line>) -> Vec<i64> {
    page.items.iter().map(|line| line.number).collect()
}

fn pages_cover_all_rows_once(db: &Database) -> ormcore::Result<()> {
    lines(7, db)?;
    let page = |number| Line::query().order_by(Line::NUMBER).paginate(number, 3, db);
    let (first, second, last) = (page(1)?, page(2)?, page(3)?);
    assert_eq!(numbers(&first), [1, 2, 3]);
    assert_eq!(numbers(&second), [4, 5, 6]);
    assert_eq!(numbers(&last), [7]);
    for page in [&first, &second, &last] {
        assert_eq!((page.total, page.pages(), page.per_page), (7, 3, 3));
    }
    assert_eq!([first.page, second.page, last.page], [1, 2, 3]);
    assert_eq!([first.has_prev(), second.has_prev(), last.has_prev()], [false, true, true]);
    assert_eq!([first.has_next(), second.has_next(), last.has_next()], [true, true, false]);
    Ok(())
}

fn a_page_is_two_statements(db: &Database) -> ormcore::Result<()> {
    lines(5, db)?;
    let statements = db.record();
    Line::query().order_by(Line::ID).paginate(1, 2, db)?;
    assert_eq!(statements.len(), 2);
    assert_eq!(statements.entries().iter().map(|entry| entry.rows).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}

fn a_full_last_page_has_no_next(db: &Database) -> ormcore::Result<()> {
    lines(6, db)?;
    let page = Line::query().order_by(Line::ID).paginate(2, 3, db)?;
    assert_eq!((page.items.len(), page.pages(), page.has_next()), (3, 2, false));
    let whole = Line::query().paginate(1, 6, db)?;
    assert_eq!((whole.items.len(), whole.pages(), whole.has_next(), whole.has_prev()), (6, 1, false, false));
    Ok(())
}

fn no_rows_are_no_pages(db: &Database) -> ormcore::Result<()> {
    lines(0, db)?;
    let page = Line::query().paginate(1, 10, db)?;
    assert_eq!((page.items.len(), page.total, page.pages(), page.has_next(), page.has_prev()), (0, 0, 0, false, false));
    Ok(())
}

fn a_page_after_the_last_is_empty_and_knows_the_total(db: &Database) -> ormcore::Result<()> {
    lines(3, db)?;
    for number in [3, 1000, u64::MAX] {
        let page = Line::query().order_by(Line::ID).paginate(number, 2, db)?;
        assert_eq!((page.items.len(), page.total, page.has_next(), page.has_prev()), (0, 3, false, true), "{number}");
    }
    let page = Line::query().order_by(Line::ID).paginate(1, u64::MAX, db)?;
    assert_eq!((page.items.len(), page.pages()), (3, 1));
    Ok(())
}

fn page_zero_and_empty_pages_are_refused(db: &Database) -> ormcore::Result<()> {
    lines(3, db)?;
    let statements = db.record();
    for (page, per_page) in [(0, 10), (1, 0), (0, 0)] {
        let error = Line::query().paginate(page, per_page, db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error}");
        assert!(error.to_string().contains("counted from 1"), "{error}");
    }
    assert!(statements.is_empty());
    Ok(())
}

fn a_page_counts_what_the_filter_keeps(db: &Database) -> ormcore::Result<()> {
    lines(10, db)?;
    let page = Line::query().filter(Line::NUMBER.gt(4)).order_by(Line::NUMBER.desc()).paginate(2, 4, db)?;
    assert_eq!((numbers(&page), page.total, page.pages()), (vec![6, 5], 6, 2));
    Ok(())
}

fn a_page_replaces_limit_and_offset(db: &Database) -> ormcore::Result<()> {
    lines(10, db)?;
    let page = Line::query().order_by(Line::NUMBER).limit(1).offset(9).paginate(1, 4, db)?;
    assert_eq!((numbers(&page), page.total), (vec![1, 2, 3, 4], 10));
    Ok(())
}

on_every_backend!(
    pages_cover_all_rows_once,
    a_page_is_two_statements,
    a_full_last_page_has_no_next,
    no_rows_are_no_pages,
    a_page_after_the_last_is_empty_and_knows_the_total,
    page_zero_and_empty_pages_are_refused,
    a_page_counts_what_the_filter_keeps,
    a_page_replaces_limit_and_offset,
);
