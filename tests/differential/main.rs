//! Random rows, queries and writes give the same on SQLite and on PostgreSQL.
//!
//! `PROPTEST_CASES` says how many of each are tried. What the generators leave out, because the databases differ in it by
//! nature, their comments say, and users read it in the chapter `databases`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod arithmetic;
mod conditions;
mod models;
mod nested;
mod queries;
mod rows;
mod samples;
mod selects;
mod writes;

use ormcore::Database;
use ormcore_tests::Fixture;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A database of each kind with the tables; `None` where no server is installed.
fn databases() -> Option<[Fixture; 2]> {
    let both = [Fixture::sqlite_memory(), Fixture::postgres()?];
    both.iter().for_each(|fixture| rows::create(&fixture.db).unwrap());
    Some(both)
}

/// Runs the test on both with generated values, and compares what they say.
fn compare<S: Strategy>(cases: u32, values: &S, mut test: impl FnMut(&S::Value, &Database) -> Vec<String>)
where
    S::Value: Clone,
{
    let Some([sqlite, postgres]) = databases() else { return };
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 3000, ..Config::default() };
    let test = std::cell::RefCell::new(&mut test);
    let same = TestRunner::new(config).run(values, |value| {
        let mut test = test.borrow_mut();
        let (left, right) = (test(&value, &sqlite.db), test(&value, &postgres.db));
        for (left, right) in left.iter().zip(&right) {
            prop_assert_eq!(left, right, "SQLite left, PostgreSQL right");
            prop_assert!(!is_refused(left), "both: {left}");
        }
        prop_assert_eq!(left.len(), right.len(), "one of them says more: {:?}", [&left, &right]);
        Ok(())
    });
    same.unwrap_or_else(|error| panic!("{error}"));
}

/// Whether the answer is an error that no random value explains. Some break a constraint, find no row or find several; some
/// ormcore refuses before anything is sent: a pattern that ends with a lone backslash (`Encode`), and a limit of distinct rows
/// that `with_from_join` takes (`Usage`). All else both databases have to take.
fn is_refused(answer: &str) -> bool {
    let violations = ["UniqueViolation", "ForeignKeyViolation", "CheckViolation"];
    let explained = ["NotFound", "MultipleFound", "Encode", "Usage"];
    answer.strip_prefix("error ").is_some_and(|kind| !violations.contains(&kind) && !explained.contains(&kind))
}

#[test]
fn queries_give_the_same_rows_in_the_same_order() {
    let values = (rows::all(), proptest::collection::vec((queries::queries(), 0..8_u8), 1..6));
    compare(150, &values, |(rows, queries), db| {
        rows.store(db).unwrap();
        let answers = queries.iter().flat_map(|(asking, model)| match model {
            0 => queries::loose(asking, db),
            1 | 2 => queries::shelves(asking, db),
            _ => queries::cells(asking, db),
        });
        answers.collect()
    });
}

#[test]
fn writes_end_in_the_same_way_and_leave_the_same_rows() {
    let values = (rows::all(), proptest::collection::vec(writes::writes(), 1..5));
    compare(60, &values, |(rows, writes), db| {
        rows.store(db).unwrap();
        writes.iter().flat_map(|write| [writes::run(write, db), rows::stored(db)]).collect()
    });
}

#[test]
fn selections_give_the_same_rows_in_the_same_order() {
    let values = (rows::all(), proptest::collection::vec((selects::selecting(), 0..5_u8), 1..4));
    compare(100, &values, |(rows, queries), db| {
        rows.store(db).unwrap();
        let answers = queries.iter().flat_map(|(asked, topic)| match topic {
            0 => selects::groups(asked, db),
            1 => selects::joins(asked, db),
            2 => selects::sets(asked, db),
            3 => selects::windows(asked, db),
            _ => selects::ends(asked, db),
        });
        answers.collect()
    });
}

#[test]
fn both_databases_take_nested_queries_and_find_the_same_rows() {
    let values = (rows::all(), proptest::collection::vec(nested::asked(), 1..4));
    compare(30, &values, |(rows, asked), db| {
        rows.store(db).unwrap();
        asked.iter().flat_map(|asked| nested::answers(asked, db)).collect()
    });
}
