//! Arithmetic is that of `i64` and `f64`, whatever the columns' types and whatever is computed with.

use chrono::NaiveDate;
use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, greatest, ntile, nullif};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Line {
    #[column(primary_key)]
    id: i64,
    quantity: Option<i32>,
    cents: i32,
    short: i16,
    ratio: f32,
    share: Option<f32>,
    body: String,
    labels: Vec<String>,
    day: NaiveDate,
}

#[derive(Row, Debug, Clone, PartialEq)]
struct Part {
    line: i64,
    part: i64,
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap()
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Line,)>()?;
    let large = Line::new(70_000, 300, 1e30, "x".repeat(50_000), ["a"], day(2200));
    let line = large.set(Line::QUANTITY, 50_000).set(Line::SHARE, 1e30_f32);
    line.insert(db)?;
    Ok(())
}

macro_rules! one {
    ($db:expr, $expression:expr) => {
        Line::query().select($expression).one($db)?
    };
}

macro_rules! holds {
    ($db:expr, $condition:expr) => {
        Line::query().filter($condition).exists($db)?
    };
}

fn functions_of_narrow_integers_are_computed_with(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(one!(db, (coalesce(Line::QUANTITY, 1) * Line::CENTS).sum()), Some(3_500_000_000));
    assert_eq!(one!(db, (Line::CENTS * coalesce(Line::QUANTITY, 1)).max().cast::<i64>()), Some(3_500_000_000));
    assert_eq!(one!(db, (greatest(Line::CENTS, 1) * greatest(Line::CENTS, 1)).sum()), Some(4_900_000_000));
    assert_eq!(one!(db, (nullif(Line::CENTS, 1) * nullif(Line::CENTS, 1)).sum()), Some(4_900_000_000));
    assert_eq!(one!(db, (Line::SHORT.abs() * Line::SHORT.abs()).sum()), Some(90_000));
    let most = Line::query().select(Line::CENTS.max()).scalar();
    assert!(holds!(db, (Line::CENTS * most.clone()).gt(i32::MAX)));
    let cents = || case().when(Line::ID.gt(0), Line::CENTS).otherwise(1);
    assert!(holds!(db, (cents() * cents()).gt(i32::MAX)));
    assert!(holds!(db, (Line::CENTS + Line::CENTS * Line::CENTS).gt(i32::MAX)));
    assert!(holds!(db, (Line::DAY.year() * 1_000_000 + Line::CENTS).gt(i32::MAX)));
    assert!(holds!(db, (Line::DAY.year() * Line::DAY.year() * Line::DAY.year()).gt(i32::MAX)));
    Ok(())
}

fn functions_of_narrow_fractions_are_computed_with(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert!(holds!(db, (coalesce(Line::SHARE, 1.0) * Line::RATIO).gt(f32::MAX)));
    assert!(holds!(db, (Line::RATIO.abs() * Line::RATIO.abs()).gt(f32::MAX)));
    assert_eq!(one!(db, Line::RATIO.abs()), 1e30_f32);
    let most = Line::query().select(Line::RATIO.max()).scalar();
    assert!(holds!(db, (Line::RATIO * most).gt(f32::MAX)));
    Ok(())
}

fn the_smallest_integer_has_no_sign_less(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Line::query().update((Line::CENTS.set(i32::MIN), Line::SHORT.set(i16::MIN)), db)?;
    assert!(holds!(db, Line::CENTS.abs().gt(i32::MAX)));
    assert!(holds!(db, Line::SHORT.abs().gt(i16::MAX)));
    assert_eq!(one!(db, Line::CENTS.abs().cast::<i64>()), 2_147_483_648);
    assert!(matches!(Line::query().select(Line::CENTS.abs()).one(db).unwrap_err().kind(), ErrorKind::Decode { .. }));
    Ok(())
}

fn what_is_counted_is_as_wide_as_it_says(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert!(holds!(db, Line::BODY.length().le(i64::MAX)));
    assert!(holds!(db, Line::BODY.position("x").le(i64::MAX)));
    assert!(holds!(db, Line::LABELS.len().le(i64::MAX)));
    assert!(holds!(db, Line::DAY.days_since(day(2000)).le(i64::MAX)));
    assert_eq!(one!(db, Line::BODY.length() * Line::BODY.length()), 2_500_000_000);
    assert_eq!(one!(db, Line::DAY.days_since(day(2000)) * Line::DAY.days_since(day(2000))), 5_336_156_401);
    assert!(holds!(db, Line::BODY.length().is_in([50_000, i64::MAX])));
    assert!(holds!(db, Line::LABELS.len().is_in([1, i64::MAX])));
    assert!(holds!(db, Line::BODY.length().between(1, i64::MAX)));
    assert!(holds!(db, coalesce(Line::BODY.length(), 1).lt(i64::MAX)));
    assert!(holds!(db, nullif(Line::BODY.position("x"), 0).eq(1)));
    let longest = || Line::BODY.length().max();
    assert_eq!(one!(db, longest() * longest()), Some(2_500_000_000));
    let days = || greatest(Line::DAY.days_since(day(2000)), 1);
    assert_eq!(one!(db, days() * days()), 5_336_156_401);
    let part = Line::query().select(Part::columns(Line::ID, Line::BODY.length())).derived();
    assert_eq!(part.clone().filter(Part::PART.lt(i64::MAX)).count(db)?, 1);
    assert_eq!(part.select(Part::PART * Part::PART).one(db)?, 2_500_000_000);
    let parts = Part::columns(Line::ID, ntile(1).order_by(Line::ID));
    let parts = Line::query().select(parts).derived();
    assert_eq!(parts.clone().filter(Part::PART.le(i64::MAX)).count(db)?, 1);
    assert_eq!(parts.select(Part::PART * 3_000_000_000).one(db)?, 3_000_000_000);
    Ok(())
}

on_every_backend!(
    functions_of_narrow_integers_are_computed_with,
    functions_of_narrow_fractions_are_computed_with,
    the_smallest_integer_has_no_sign_less,
    what_is_counted_is_as_wide_as_it_says,
);
