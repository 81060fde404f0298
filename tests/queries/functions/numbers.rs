//! Functions of numbers: halves, extremes, what is no number.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
struct Sample {
    #[column(primary_key)]
    id: i64,
    real: f64,
    narrow: f32,
    whole: i32,
    price: Decimal,
    limit: Option<f64>,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Sample,)>()?;
    let rows = [
        (2.345, 1.5, 7, "2.345", Some(4.0)),
        (-2.5, -0.5, -7, "-2.5", None),
        (1e15, 0.1, 0, "79228162514264337593543950335", Some(-1.0)),
    ];
    Sample::insert_all(
        rows.map(|(real, narrow, whole, price, limit)| {
            Sample::new(real, narrow, whole, decimal(price)).with(|row| row.limit = limit)
        }),
        db,
    )?;
    Ok(())
}

macro_rules! all {
    ($db:expr, $expression:expr) => {
        Sample::query().select($expression).order_by(Sample::ID).all($db)?
    };
}

fn halves_are_rounded_away_from_zero(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Sample::REAL.round(2)), [2.35, -2.5, 1e15]);
    assert_eq!(all!(db, Sample::REAL.round(0)), [2.0, -3.0, 1e15]);
    assert_eq!(all!(db, Sample::REAL.round(-1)), [0.0, 0.0, 1e15]);
    assert_eq!(all!(db, Sample::REAL.round(i32::MAX)), [2.345, -2.5, 1e15]);
    assert_eq!(all!(db, Sample::NARROW.round(1)), [1.5_f32, -0.5, 0.1]);
    assert_eq!(all!(db, Sample::NARROW.round(0)), [2.0_f32, -1.0, 0.0]);
    assert_eq!(all!(db, Sample::LIMIT.round(0)), [Some(4.0), None, Some(-1.0)]);
    for (number, digits, expected) in [(1.005, 2, 1.01), (0.285, 2, 0.29), (5e-324, 3, 0.0), (1e308, -300, 1e308)] {
        Sample::query().update(Sample::REAL.set(number), db)?;
        assert_eq!(all!(db, Sample::REAL.round(digits))[0], expected, "{number}");
    }
    Ok(())
}

fn decimals_are_computed_exactly(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let largest = decimal("79228162514264337593543950335");
    assert_eq!(all!(db, Sample::PRICE.round(2)), [decimal("2.35"), decimal("-2.5"), largest]);
    assert_eq!(all!(db, Sample::PRICE.round(0)), [decimal("2"), decimal("-3"), largest]);
    assert_eq!(all!(db, Sample::PRICE.floor()), [decimal("2"), decimal("-3"), largest]);
    assert_eq!(all!(db, Sample::PRICE.ceil()), [decimal("3"), decimal("-2"), largest]);
    assert_eq!(all!(db, Sample::PRICE.abs()), [decimal("2.345"), decimal("2.5"), largest]);
    let above = Sample::query().filter(Sample::PRICE.abs().gt(decimal("10.0"))).order_by(Sample::PRICE.abs());
    assert_eq!(above.one(db)?.id, 3);
    let ordered = Sample::query().select(Sample::ID).order_by(Sample::PRICE.ceil().desc()).all(db)?;
    assert_eq!(ordered, [3, 1, 2]);
    Ok(())
}

fn whole_numbers_lie_below_and_above(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Sample::REAL.floor()), [2.0, -3.0, 1e15]);
    assert_eq!(all!(db, Sample::REAL.ceil()), [3.0, -2.0, 1e15]);
    assert_eq!(all!(db, Sample::NARROW.floor()), [1.0_f32, -1.0, 0.0]);
    assert_eq!(all!(db, Sample::LIMIT.ceil()), [Some(4.0), None, Some(-1.0)]);
    Ok(())
}

fn signs_are_dropped_and_turned(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Sample::WHOLE.abs()), [7, 7, 0]);
    assert_eq!(all!(db, Sample::REAL.abs()), [2.345, 2.5, 1e15]);
    assert_eq!(all!(db, -Sample::WHOLE), [-7, 7, 0]);
    assert_eq!(all!(db, -(Sample::WHOLE + 1) * 2), [-16, 12, -2]);
    assert_eq!(all!(db, -Sample::NARROW), [-1.5_f32, 0.5, -0.1]);
    assert_eq!(all!(db, -Sample::LIMIT), [Some(-4.0), None, Some(1.0)]);
    Sample::query().update(Sample::WHOLE.set(i32::MIN), db)?;
    assert_eq!(Sample::query().filter((-Sample::WHOLE).gt(0)).count(db)?, 3);
    assert!(Sample::query().select(-Sample::WHOLE).all(db).is_err());
    Ok(())
}

fn powers_and_roots_are_null_where_there_are_none(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Sample::WHOLE.power(2.0)), [Some(49.0), Some(49.0), Some(0.0)]);
    assert_eq!(all!(db, Sample::WHOLE.power(-1.0)), [Some(1.0 / 7.0), Some(-1.0 / 7.0), None]);
    assert_eq!(all!(db, Sample::WHOLE.power(0.5)), [Some(7.0_f64.sqrt()), None, Some(0.0)]);
    assert_eq!(all!(db, Sample::LIMIT.power(1.0)), [Some(4.0), None, Some(-1.0)]);
    assert_eq!(all!(db, Sample::LIMIT.sqrt()), [Some(2.0), None, None]);
    assert_eq!(all!(db, Sample::WHOLE.sqrt()), [Some(7.0_f64.sqrt()), None, Some(0.0)]);
    let of_floor = Sample::REAL.power(Sample::WHOLE.cast::<f64>());
    assert_eq!(all!(db, of_floor)[1..], [Some((-2.5_f64).powf(-7.0)), Some(1.0)]);
    Ok(())
}

fn casts_are_those_of_every_database(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Sample::REAL.cast::<i64>()), [2, -2, 1_000_000_000_000_000]);
    assert_eq!(all!(db, Sample::WHOLE.cast::<f64>() / 2.0), [3.5, -3.5, 0.0]);
    assert_eq!(all!(db, Sample::WHOLE.cast::<String>()), ["7", "-7", "0"]);
    assert_eq!(all!(db, Sample::WHOLE.cast::<Decimal>()), [decimal("7"), decimal("-7"), decimal("0")]);
    assert_eq!(all!(db, Sample::PRICE.cast::<f64>()), [2.345, -2.5, 79228162514264337593543950335.0]);
    assert_eq!(all!(db, Sample::PRICE.cast::<String>()), ["2.345", "-2.5", "79228162514264337593543950335"]);
    assert_eq!(all!(db, Sample::LIMIT.cast::<i32>()), [Some(4), None, Some(-1)]);
    assert_eq!(all!(db, Sample::WHOLE.gt(0).cast::<i32>()), [1, 0, 0]);
    let texts = ["2.345", "-2.5", "x", "1e3", "", "42", " 1", "999999999999999999999", "NaN"];
    for (text, integer, number) in [
        (texts[0], None, Some(2.345)),
        (texts[1], None, Some(-2.5)),
        (texts[2], None, None),
        (texts[3], None, Some(1000.0)),
        (texts[4], None, None),
        (texts[5], Some(42), Some(42.0)),
        (texts[6], None, None),
        (texts[7], None, Some(1e21)),
        (texts[8], None, None),
    ] {
        let text = ormcore::sql::coalesce(Sample::WHOLE.cast::<String>().concat(None::<String>), text);
        assert_eq!(all!(db, text.clone().cast::<i64>())[0], integer);
        assert_eq!(all!(db, text.cast::<f64>())[0], number);
    }
    assert_eq!(Sample::query().select(Sample::WHOLE).order_by(Sample::WHOLE.cast::<String>()).all(db)?, [-7, 0, 7]);
    Ok(())
}

on_every_backend!(
    halves_are_rounded_away_from_zero,
    decimals_are_computed_exactly,
    whole_numbers_lie_below_and_above,
    signs_are_dropped_and_turned,
    powers_and_roots_are_null_where_there_are_none,
    casts_are_those_of_every_database,
);
