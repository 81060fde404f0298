//! Conditions and expressions of great length and depth: they work, or are an error; never a crash.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Number {
    #[column(primary_key)]
    id: i64,
    value: i64,
}

fn numbers(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Number>()?;
    Number::insert_all((0..10).map(Number::new), db)?;
    Ok(())
}

/// Joins many conditions.
fn chain(
    length: i64,
    join: impl Fn(i64, Predicate<Number>, Predicate<Number>) -> Predicate<Number>,
) -> Predicate<Number> {
    (1..length).fold(Number::VALUE.ne(1), |joined, value| join(value, joined, Number::VALUE.ne(value)))
}

fn a_chain_of_500_works(db: &Database) -> ormcore::Result<()> {
    numbers(db)?;
    let all = chain(500, |_, joined, next| joined & next);
    assert_eq!(Number::query().filter(all.clone()).all(db)?, [Number { id: 1, value: 0 }]);
    assert_eq!(Number::query().filter(!all).count(db)?, 9);
    let any = (0..500).map(|value| Number::VALUE.eq(value)).reduce(Predicate::or).unwrap();
    assert_eq!(Number::query().filter(any).count(db)?, 10);
    let filters = (1..500).fold(Number::query(), |query, value| query.filter(Number::VALUE.ne(value)));
    assert_eq!(filters.count(db)?, 1);
    let right = (1..400).fold(Number::VALUE.ne(1), |joined, value| Number::VALUE.ne(value) & joined);
    assert_eq!(Number::query().filter(right).count(db)?, 1);
    let turned = (1..400).fold(Number::VALUE.ne(1), |joined, value| {
        if value % 2 == 0 { joined | Number::VALUE.eq(value) } else { joined & Number::VALUE.ne(value) }
    });
    assert_eq!(Number::query().filter(!turned).count(db)?, 5);
    Ok(())
}

fn a_chain_of_100_000_gives_rows_or_an_error(db: &Database) -> ormcore::Result<()> {
    numbers(db)?;
    let and = chain(100_000, |_, joined, next| joined & next);
    let or = chain(100_000, |_, joined, next| joined | next);
    let mixed = chain(100_000, |at, joined, next| if at % 2 == 0 { joined & next } else { joined | next });
    let turned = chain(100_000, |at, joined, next| if at % 2 == 0 { next & joined } else { next | joined });
    let negated = chain(100_000, |_, joined, next| !(joined & next));
    for (expected, condition) in [(1, and), (10, or), (10, mixed), (10, turned), (10, negated)] {
        match Number::query().filter(condition.clone()).count(db) {
            Ok(found) => assert_eq!(found, expected),
            Err(error) => {
                let kind = error.kind();
                assert!(
                    matches!(kind, ErrorKind::Database { .. } | ErrorKind::Encode { .. } | ErrorKind::Usage { .. }),
                    "{error}"
                );
            }
        }
        drop(condition);
    }
    assert_eq!(Number::query().count(db)?, 10, "the connection is usable");
    Ok(())
}

fn a_deep_computation_gives_rows_or_an_error(db: &Database) -> ormcore::Result<()> {
    numbers(db)?;
    for (length, works) in [(490, true), (100_000, false)] {
        let sum = (0..length).fold(Number::VALUE + 1, |sum, _| sum + 1);
        assert_eq!(Number::query().filter(sum.clone().gt(0)).count(db).is_ok(), works);
        assert_eq!(Number::query().order_by(sum.clone().desc()).all(db).is_ok(), works);
        assert_eq!(Number::query().order_by(sum.clone()).explain(db).is_ok(), works);
        assert_eq!(Number::query().update(Number::VALUE.set(sum), db).is_ok(), works);
    }
    Ok(())
}

on_every_backend!(
    a_chain_of_500_works,
    a_chain_of_100_000_gives_rows_or_an_error,
    a_deep_computation_gives_rows_or_an_error,
);
