//! Trees and graphs: all rows that a relationship of a model to itself leads to.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::{Aliased, Scope};
use ormcore::sql::{exists, of};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[relationship(secondary = Link, foreign_key = Link::FROM_ID)]
    links: HasMany<Page>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Link {
    #[column(primary_key, foreign_key = Page::ID)]
    from_id: i64,
    #[column(primary_key, foreign_key = Page::ID)]
    to_id: i64,
}

fn names(query: Query<Employee>, db: &Database) -> ormcore::Result<Vec<String>> {
    query.select(Employee::NAME).order_by(Employee::ID).all(db)
}

fn a_tree_is_walked_down_and_up(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let under = |name: &str| Employee::query().filter(Employee::NAME.eq(name)).recursive(Employee::REPORTS);
    assert_eq!(names(under("root"), db)?, ["root", "left", "right", "a", "b", "c"]);
    assert_eq!(names(under("left"), db)?, ["left", "a", "b"]);
    assert_eq!(names(under("nobody"), db)?, [""; 0]);
    let above = Employee::query().filter(Employee::NAME.is_in(["b", "c"])).recursive(Employee::BOSS);
    assert_eq!(names(above, db)?, ["root", "left", "right", "b", "c"], "each row once, by whatever ways it is reached");
    Ok(())
}

fn what_follows_is_about_all_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let tree = || Employee::query().filter(Employee::BOSS_ID.is_null()).recursive(Employee::REPORTS);
    assert_eq!(names(tree().filter(Employee::SALARY.lt(60)), db)?, ["a", "c"]);
    assert_eq!(tree().count(db)?, 6);
    assert!(tree().filter(Employee::SALARY.gt(80)).exists(db)?);
    let rich = tree().order_by(Employee::SALARY.desc()).limit(2).all(db)?;
    assert_eq!(rich.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["root", "b"]);
    assert_eq!(tree().order_by(Employee::ID).paginate(2, 4, db)?.items.len(), 2);
    let statements = db.record();
    let with = tree().with(Employee::REPORTS.selectin()).order_by(Employee::ID).all(db)?;
    assert_eq!(with.iter().map(|row| row.reports(db).unwrap().len()).sum::<usize>(), 5);
    let with = tree().with(Employee::REPORTS.joined()).order_by(Employee::ID).limit(2).all(db)?;
    assert_eq!(with.iter().map(|row| row.reports(db).unwrap().len()).collect::<Vec<_>>(), [2, 2]);
    let with = tree().with(Employee::REPORTS.subquery()).order_by(Employee::ID).all(db)?;
    assert_eq!(with[1].reports(db)?.len(), 2);
    assert_eq!(statements.len(), 5, "{:?}", statements.texts());
    Ok(())
}

fn a_write_reaches_the_found_rows_only(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let left = || Employee::query().filter(Employee::NAME.eq("left")).recursive(Employee::REPORTS);
    assert_eq!(left().update(Employee::SALARY.set(Employee::SALARY + 1000), db)?, 3);
    assert_eq!(names(Employee::query().filter(Employee::SALARY.gt(1000)), db)?, ["left", "a", "b"]);
    assert_eq!(left().filter(Employee::NAME.ne("left")).delete(db)?, 2);
    assert_eq!(names(Employee::query(), db)?, ["root", "left", "right", "c"]);
    Ok(())
}

fn levels_are_counted_from_where_it_begins(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let to = |levels| Employee::query().filter(Employee::NAME.eq("root")).recursive_to(Employee::REPORTS, levels);
    assert_eq!(names(to(0), db)?, ["root"]);
    assert_eq!(names(to(1), db)?, ["root", "left", "right"]);
    assert_eq!(names(to(2), db)?.len(), 6);
    assert_eq!(names(to(u32::MAX), db)?.len(), 6);
    Ok(())
}

fn circles_end_and_links_are_followed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Link)>()?;
    let pages = Page::insert_all(["a", "b", "c", "d"].map(Page::new), db)?;
    for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 2)] {
        Link::new(&pages[from], &pages[to]).insert(db)?;
    }
    let reached = Page::query().filter(Page::NAME.eq("b")).recursive(Page::LINKS).select(Page::NAME);
    assert_eq!(reached.order_by(Page::ID).all(db)?, ["a", "b", "c"]);
    let near = Page::query().filter(Page::NAME.eq("b")).recursive_to(Page::LINKS, 1).select(Page::NAME);
    assert_eq!(near.order_by(Page::ID).all(db)?, ["b", "c"]);
    Ok(())
}

fn circles_end_whatever_the_levels(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Employee::query().filter(Employee::BOSS_ID.is_null()).update(Employee::BOSS_ID.set(Employee::ID), db)?;
    let to = |levels| Employee::query().filter(Employee::NAME.eq("root")).recursive_to(Employee::REPORTS, levels);
    assert_eq!(names(to(1), db)?, ["root", "left", "right"]);
    for levels in [100, 1000, u32::MAX] {
        assert_eq!(names(to(levels), db)?.len(), 6);
        let above = Employee::query().filter(Employee::NAME.eq("c")).recursive_to(Employee::BOSS, levels);
        assert_eq!(names(above, db)?, ["root", "right", "c"]);
    }
    db.create_tables::<(Page, Link)>()?;
    let pages = Page::insert_all(["a", "b", "c", "d"].map(Page::new), db)?;
    for (from, to) in [(0, 1), (1, 2), (2, 2), (2, 0), (0, 2)] {
        Link::new(&pages[from], &pages[to]).insert(db)?;
    }
    for levels in [2, 1000, u32::MAX] {
        let near = Page::query().filter(Page::NAME.eq("b")).recursive_to(Page::LINKS, levels).select(Page::NAME);
        assert_eq!(near.order_by(Page::ID).all(db)?, ["a", "b", "c"], "{levels}");
    }
    Ok(())
}

fn no_more_rows_are_counted_than_levels(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let to = |levels| Employee::query().filter(Employee::NAME.eq("root")).recursive_to(Employee::REPORTS, levels);
    assert!(!to(100).sql(&ormcore::sql::Sqlite)?.sql.contains("count("));
    let sql = to(101).sql(&ormcore::sql::Sqlite)?.sql;
    let most = r##""#level" < (SELECT count(*) FROM (SELECT 1 FROM "employee" LIMIT ?) AS "#counted")"##;
    assert!(sql.contains(most), "{sql}");
    // A chain that is longer than the levels.
    let mut last = Employee::query().filter(Employee::NAME.eq("root")).one(db)?.id;
    for _ in 0..103 {
        last = Employee::new("link", 1).with(|row| row.boss_id = Some(last)).insert(db)?.id;
    }
    assert_eq!(to(101).select(Employee::NAME).filter(Employee::NAME.eq("link")).count(db)?, 101);
    Ok(())
}

fn where_it_begins_may_be_joined_ordered_and_cut(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = ormcore::alias!(Employee);
    let start = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::NAME).eq("root"));
    assert_eq!(names(start.recursive(Employee::REPORTS), db)?, ["left", "right", "a", "b", "c"]);
    let first = Employee::query().order_by(Employee::SALARY).limit(1).recursive(Employee::BOSS);
    assert_eq!(names(first, db)?, ["root", "right", "c"]);
    let by_salary = || Employee::query().order_by(Employee::SALARY.desc());
    let behind = by_salary().cursor(&by_salary().offset(4).limit(1).one(db)?)?;
    assert_eq!(names(by_salary().after(&behind).recursive(Employee::BOSS), db)?, ["root", "right", "c"]);
    Ok(())
}

fn found_rows_are_not_locked_and_load_from_no_join_before(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Customer, Purchase, Employee)>()?;
    let report = ormcore::alias!(Employee);
    let loaded = Employee::query().join(Employee::REPORTS.to(report)).with_from_join(Employee::REPORTS.to(report));
    let error = loaded.recursive(Employee::REPORTS).all(db).unwrap_err().to_string();
    assert!(error.contains("behind `recursive`"), "{error}");
    let locked = Employee::query().for_update().recursive(Employee::REPORTS).all(db).unwrap_err();
    assert!(locked.to_string().contains("cannot be locked"), "{locked}");
    let locked = Employee::query().recursive(Employee::REPORTS).for_update().all(db).unwrap_err();
    assert!(locked.to_string().contains("cannot be locked"), "{locked}");
    Ok(())
}

/// The roots are ann (1), ann (2) and bob (3), each with one report: 4, 5 and 6.
fn a_tree_begins_at_rows_that_are_chosen_among_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Customer, Employee, Purchase)>()?;
    for (name, boss) in [("ann", None), ("ann", None), ("bob", None), ("x", Some(1)), ("y", Some(2)), ("z", Some(3))] {
        Employee::new(name, 10).set(Employee::BOSS_ID, boss).insert(db)?;
    }
    let ids = |query: Query<Employee>| query.select(Employee::ID).order_by(Employee::ID).all(db);
    let tops = || Employee::query().filter(Employee::BOSS_ID.is_null()).distinct_on(Employee::NAME);
    let first = || tops().order_by(Employee::ID);
    assert_eq!(ids(first().recursive(Employee::REPORTS))?, [1, 3, 4, 6]);
    assert_eq!(ids(first().recursive_to(Employee::REPORTS, 0))?, [1, 3]);
    assert_eq!(ids(first().limit(1).recursive(Employee::REPORTS))?, [1, 4]);
    assert_eq!(ids(tops().order_by(Employee::ID.desc()).recursive_to(Employee::REPORTS, 1))?, [2, 3, 5, 6]);
    let boss = ormcore::alias!(Employee);
    let under = Employee::query().join(Employee::BOSS.to(boss)).distinct();
    let last = under.order_by(boss.col(Employee::NAME).desc()).limit(1);
    assert_eq!(ids(last.clone().recursive(Employee::REPORTS))?, [6]);
    assert_eq!(ids(last.recursive_to(Employee::REPORTS, 1))?, [6]);
    Ok(())
}

fn it_begins_at_rows_of_an_alias(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let peer = alias!(Employee);
    let walked = |begin: Query<Employee, Scope<Aliased<_>, ()>>| names(begin.recursive(Employee::REPORTS), db);
    let left = peer.query().filter(peer.col(Employee::NAME).eq("left"));
    assert_eq!(walked(left.clone())?, ["left", "a", "b"]);
    assert_eq!(names(left.recursive_to(Employee::BOSS, 1), db)?, ["root", "left"]);
    let cheap = peer.query().order_by(peer.col(Employee::SALARY)).limit(2);
    assert_eq!(walked(cheap)?, ["a", "c"]);
    let first = peer.query().filter(peer.col(Employee::BOSS_ID).is_not_null()).distinct_on(peer.col(Employee::BOSS_ID));
    let first = first.order_by((peer.col(Employee::BOSS_ID), peer.col(Employee::SALARY)));
    assert_eq!(walked(first)?, ["left", "a", "b", "c"]);
    let below = peer.query().correlated::<Employee>().filter(peer.col(Employee::BOSS_ID).eq(of(Employee::ID)));
    let has_c = below.recursive(Employee::REPORTS).filter(Employee::NAME.eq("c"));
    assert_eq!(names(Employee::query().filter(exists(has_c)), db)?, ["root", "right"]);
    Ok(())
}

on_every_backend!(
    it_begins_at_rows_of_an_alias,
    a_tree_begins_at_rows_that_are_chosen_among_others,
    a_tree_is_walked_down_and_up,
    what_follows_is_about_all_rows,
    a_write_reaches_the_found_rows_only,
    levels_are_counted_from_where_it_begins,
    circles_end_and_links_are_followed,
    circles_end_whatever_the_levels,
    no_more_rows_are_counted_than_levels,
    where_it_begins_may_be_joined_ordered_and_cut,
    found_rows_are_not_locked_and_load_from_no_join_before,
);
