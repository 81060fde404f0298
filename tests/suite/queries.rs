//! The endings of a query: what each gives, and in how many statements.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    stars: i32,
    ratio: f64,
}

fn posts(count: i32, db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Post>()?;
    Post::insert_all((1..=count).map(|stars| Post::new(format!("post {stars}"), stars, f64::from(stars) / 2.0)), db)?;
    Ok(())
}

fn all_gives_every_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Post>()?;
    assert_eq!(Post::all(db)?, []);
    posts(3, db)?;
    let statements = db.record();
    assert_eq!(Post::all(db)?.len(), 3);
    assert_eq!(Post::query().filter(Post::STARS.gt(1)).all(db)?.len(), 2);
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn first_gives_one_row_and_asks_for_one(db: &Database) -> ormcore::Result<()> {
    posts(3, db)?;
    let statements = db.record();
    assert_eq!(Post::query().order_by(Post::STARS.desc()).first(db)?.unwrap().stars, 3);
    assert_eq!(Post::query().filter(Post::STARS.gt(3)).first(db)?, None);
    assert_eq!(Post::query().order_by(Post::STARS).offset(1).first(db)?.unwrap().stars, 2);
    assert_eq!(Post::query().limit(0).first(db)?, None);
    let entries = statements.entries();
    assert_eq!(entries.iter().map(|entry| entry.rows).collect::<Vec<_>>(), [1, 0, 1, 0]);
    Ok(())
}

fn one_gives_the_only_row(db: &Database) -> ormcore::Result<()> {
    posts(3, db)?;
    assert_eq!(Post::query().filter_by(Post::STARS, 2).one(db)?.title, "post 2");
    assert_eq!(Post::query().order_by(Post::ID).limit(1).one(db)?.stars, 1);
    let none = Post::query().filter_by(Post::STARS, 9).one(db).unwrap_err();
    assert!(none.is_not_found());
    assert!(matches!(none.kind(), ErrorKind::NotFound { table, .. } if table == "post"));
    assert_eq!(none.to_string(), "no row of `post` meets the conditions of the query");
    let several = Post::query().one(db).unwrap_err();
    assert!(matches!(several.kind(), ErrorKind::MultipleFound { table } if table == "post"));
    Ok(())
}

fn one_or_none_refuses_several(db: &Database) -> ormcore::Result<()> {
    posts(3, db)?;
    assert_eq!(Post::query().filter_by(Post::STARS, 2).one_or_none(db)?.map(|post| post.stars), Some(2));
    assert_eq!(Post::query().filter_by(Post::STARS, 9).one_or_none(db)?, None);
    let statements = db.record();
    let several = Post::query().one_or_none(db).unwrap_err();
    assert!(matches!(several.kind(), ErrorKind::MultipleFound { table } if table == "post"));
    assert_eq!(statements.entries()[0].rows, 2, "two rows are enough to know");
    Ok(())
}

fn count_counts_what_all_would_give(db: &Database) -> ormcore::Result<()> {
    posts(5, db)?;
    assert_eq!(Post::query().count(db)?, 5);
    for query in [
        Post::query().filter(Post::STARS.gt(9)),
        Post::query().filter(Post::STARS.gt(2)).order_by(Post::TITLE),
        Post::query().limit(3),
        Post::query().limit(0),
        Post::query().offset(4),
        Post::query().limit(3).offset(4),
        Post::query().distinct(),
        Post::query().distinct().limit(2).offset(1).order_by(Post::ID),
    ] {
        assert_eq!(query.clone().count(db)?, query.clone().all(db)?.len() as u64, "{query:?}");
        assert_eq!(query.clone().exists(db)?, !query.clone().all(db)?.is_empty(), "{query:?}");
    }
    Ok(())
}

fn exists_and_count_read_one_row(db: &Database) -> ormcore::Result<()> {
    posts(5, db)?;
    let statements = db.record();
    assert!(Post::query().filter(Post::STARS.gt(4)).exists(db)?);
    assert!(!Post::query().filter(Post::STARS.gt(5)).exists(db)?);
    assert_eq!(Post::query().filter(Post::STARS.gt(4)).count(db)?, 1);
    assert_eq!(statements.entries().iter().map(|entry| entry.rows).collect::<Vec<_>>(), [1, 1, 1]);
    Ok(())
}

fn each_gives_rows_one_by_one_in_order(db: &Database) -> ormcore::Result<()> {
    posts(5, db)?;
    let mut seen = Vec::new();
    let statements = db.record();
    Post::query().order_by(Post::STARS.desc()).each(db, |post| {
        seen.push(post.stars);
        Ok(())
    })?;
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn an_error_in_each_ends_the_query_and_is_given_back(db: &Database) -> ormcore::Result<()> {
    posts(5, db)?;
    let mut seen = 0;
    let statements = db.record();
    let error = Post::query()
        .order_by(Post::ID)
        .each(db, |post| {
            seen += 1;
            if post.stars == 2 { Err(Error::other("enough")) } else { Ok(()) }
        })
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Other));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "enough");
    assert_eq!(seen, 2);
    assert_eq!(statements.entries()[0].rows, 2, "the rest was not read");
    assert_eq!(Post::query().count(db)?, 5, "the connection is usable");
    Ok(())
}

fn a_panic_in_each_leaves_the_database_usable(db: &Database) -> ormcore::Result<()> {
    posts(5, db)?;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Post::query().each(db, |_| panic!("on purpose")).unwrap();
    }));
    assert!(panicked.is_err());
    assert_eq!(Post::query().count(db)?, 5);
    assert_eq!(Post::query().update(Post::STARS.set(0), db)?, 5);
    Ok(())
}

fn each_in_a_transaction_sees_what_the_transaction_did(db: &Database) -> ormcore::Result<()> {
    posts(2, db)?;
    let mut seen = 0;
    db.transaction(|tx| {
        Post::query().update(Post::STARS.set(Post::STARS * 10), tx)?;
        Post::query().each(tx, |post| {
            seen += post.stars;
            Ok(())
        })?;
        Post::query().filter(Post::STARS.eq(10)).delete(tx)?;
        Ok(())
    })?;
    assert_eq!(seen, 30);
    assert_eq!(Post::query().count(db)?, 1);
    Ok(())
}

fn arithmetic_is_done_by_the_database(db: &Database) -> ormcore::Result<()> {
    posts(7, db)?;
    let stars = |condition: Predicate<Post>| -> ormcore::Result<Vec<i32>> {
        Ok(Post::query().filter(condition).order_by(Post::ID).all(db)?.into_iter().map(|post| post.stars).collect())
    };
    assert_eq!(stars((Post::STARS + 1).eq(3))?, [2]);
    assert_eq!(stars((Post::STARS - 7).eq(-1))?, [6]);
    assert_eq!(stars((Post::STARS * Post::STARS).gt(30))?, [6, 7]);
    assert_eq!(stars((Post::STARS % 3).eq(0))?, [3, 6]);
    assert_eq!(stars((Post::STARS + 1 - 1).eq(Post::STARS))?.len(), 7);
    assert_eq!(stars((Post::STARS - (Post::STARS - 1)).eq(1))?.len(), 7, "the inner one keeps its parentheses");
    assert_eq!(stars((Post::RATIO / 2.0).eq(1.75))?, [7]);
    assert_eq!(stars((Post::RATIO * 2.0).between(2.5, 4.5))?, [3, 4]);
    Ok(())
}

fn integer_division_truncates(db: &Database) -> ormcore::Result<()> {
    posts(7, db)?;
    assert_eq!(Post::query().filter((Post::STARS / 2).eq(3)).count(db)?, 2);
    assert_eq!(Post::query().filter((Post::STARS / 2).gt(2)).filter((Post::STARS / 2).lt(3)).count(db)?, 0);
    let negative = (Post::STARS * -1) / 2;
    assert_eq!(Post::query().filter(negative.eq(-3)).count(db)?, 2, "toward zero, not down");
    assert_eq!(
        Post::query().filter(((Post::STARS * -1) % 2).eq(-1)).count(db)?,
        4,
        "the remainder has the sign of the left"
    );
    Ok(())
}

fn explain_says_how_the_database_would_go_about_it(db: &Database) -> ormcore::Result<()> {
    posts(2, db)?;
    let plan = Post::query().filter(Post::STARS.gt(1)).order_by(Post::TITLE).explain(db)?;
    assert!(plan.iter().any(|line| line.contains("post")), "{plan:?}");
    Ok(())
}

fn sql_gives_what_all_sends(db: &Database) -> ormcore::Result<()> {
    posts(3, db)?;
    let query = Post::query().filter(Post::STARS.gt(1) & Post::TITLE.contains("post")).order_by(Post::ID).limit(1);
    let written = query.clone().sql(db.dialect())?;
    let statements = db.record();
    let rows = query.all(db)?;
    assert_eq!(statements.texts(), [written.sql.as_ref()]);
    assert_eq!(db.query_as::<Post>(written.sql, written.parameters)?, rows);
    Ok(())
}

on_every_backend!(
    all_gives_every_row,
    first_gives_one_row_and_asks_for_one,
    one_gives_the_only_row,
    one_or_none_refuses_several,
    count_counts_what_all_would_give,
    exists_and_count_read_one_row,
    each_gives_rows_one_by_one_in_order,
    an_error_in_each_ends_the_query_and_is_given_back,
    a_panic_in_each_leaves_the_database_usable,
    each_in_a_transaction_sees_what_the_transaction_did,
    arithmetic_is_done_by_the_database,
    integer_division_truncates,
    explain_says_how_the_database_would_go_about_it,
    sql_gives_what_all_sends,
);
