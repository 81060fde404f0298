//! Functions of random values: each database gives what the first one gives.

use chrono::{DateTime, Utc};
use ormcore::prelude::*;
use ormcore::sql::{DateUnit, greatest, least};
use ormcore_tests::every_database;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
struct Sample {
    #[column(primary_key)]
    id: i64,
    real: f64,
    narrow: f32,
    price: Decimal,
    limit: Option<Decimal>,
    text: String,
    start: i64,
    count: i64,
    at: DateTime<Utc>,
    since: DateTime<Utc>,
}

/// Numbers that are the same in each run: of Knuth's linear congruential generator, the upper bits.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn signed(&mut self, below: u64) -> i64 {
        self.next(2 * below) as i64 - below as i64
    }

    fn decimal(&mut self) -> Decimal {
        // Sums have at most the 28 digits that a `Decimal` holds.
        let digits = self.next(10) as u32;
        let whole = self.signed(1 << 30) * if self.next(3) == 0 { 1_003 } else { 1 };
        Decimal::new(whole, digits)
    }

    fn real(&mut self) -> f64 {
        let exponent = self.signed(12) as i32;
        // Halves are what is rounded in different ways.
        let number = self.signed(100_000) as f64 + if self.next(2) == 0 { 0.5 } else { 0.0 };
        number * 10_f64.powi(exponent)
    }

    fn text(&mut self) -> String {
        const LETTERS: [char; 9] = ['a', 'B', ' ', 'é', '日', '%', '\'', '𝄞', 'z'];
        (0..self.next(9)).map(|_| LETTERS[self.next(9) as usize]).collect()
    }

    fn instant(&mut self) -> DateTime<Utc> {
        let (day, time) = (self.next(3_652_059) as i64 - 719_528, self.next(86_400_000) as i64);
        DateTime::from_timestamp_micros(day * 86_400_000_000 + time * 1_000 + self.next(1_000) as i64).unwrap()
    }

    fn sample(&mut self) -> Draft<Sample> {
        let limit = (self.next(3) > 0).then(|| self.decimal());
        let (real, narrow) = (self.real(), self.signed(1_000_000) as f32 / 8.0);
        let window = (self.signed(6), self.signed(6));
        Sample::new(real, narrow, self.decimal(), self.text(), window.0, window.1, self.instant(), self.instant())
            .with(|row| row.limit = limit)
    }
}

/// What the functions give, as text: one line a row.
fn lines(db: &Database) -> ormcore::Result<Vec<String>> {
    db.create_tables::<(Sample,)>()?;
    let mut random = Random(7);
    Sample::insert_all((0..300).map(|_| random.sample()), db)?;
    let mut lines = Vec::new();
    for digits in [-3, -1, 0, 1, 2, 5, 9] {
        let rounded = (Sample::REAL.round(digits), Sample::NARROW.round(digits), Sample::PRICE.round(digits));
        let rows = Sample::query().select(rounded).order_by(Sample::ID).all(db)?;
        lines.extend(rows.iter().map(|row| format!("round to {digits}: {row:?}")));
    }
    let numbers = (
        (Sample::REAL.floor(), Sample::REAL.ceil(), Sample::REAL.abs(), -Sample::REAL),
        (Sample::PRICE.floor(), Sample::PRICE.ceil(), Sample::PRICE.abs(), Sample::LIMIT.floor()),
        (greatest(Sample::LIMIT, Sample::PRICE), least(Sample::LIMIT, Sample::PRICE)),
        (Sample::NARROW.cast::<i64>(), Sample::PRICE.cast::<f64>(), Sample::REAL.sqrt()),
    );
    let rows = Sample::query().select(numbers).order_by(Sample::ID).all(db)?;
    lines.extend(rows.iter().map(|row| format!("numbers: {row:?}")));
    let texts = (
        Sample::TEXT.substr(Sample::START, Sample::COUNT),
        Sample::TEXT.substr_from(Sample::START),
        Sample::TEXT.position("B"),
        Sample::TEXT.replace("a", "日").concat(Sample::TEXT.trim()),
        Sample::TEXT.length(),
    );
    let rows = Sample::query().select(texts).order_by((Sample::TEXT.trim(), Sample::ID)).all(db)?;
    lines.extend(rows.iter().map(|row| format!("texts: {row:?}")));
    let dates = (
        (Sample::AT.year(), Sample::AT.month(), Sample::AT.day(), Sample::AT.day_of_week(), Sample::AT.day_of_year()),
        (Sample::AT.hour(), Sample::AT.minute(), Sample::AT.second(), Sample::AT.days_since(Sample::SINCE)),
        (Sample::AT.date_trunc(DateUnit::Month), Sample::AT.date_trunc(DateUnit::Minute)),
        Sample::AT.seconds_since(Sample::SINCE),
    );
    let rows = Sample::query().select(dates).order_by(Sample::ID).all(db)?;
    lines.extend(rows.iter().map(|row| format!("dates: {row:?}")));
    for parts in 1..40 {
        let group = Sample::query().filter((Sample::ID % parts).eq(0)).select((
            (Sample::PRICE.sum(), Sample::PRICE.avg(), Sample::LIMIT.sum(), Sample::LIMIT.avg()),
            (Sample::PRICE.min(), Sample::LIMIT.max(), Sample::LIMIT.sum().distinct()),
            Sample::TEXT.string_agg("|").order_by(Sample::REAL),
        ));
        lines.push(format!("every {parts}th: {:?}", group.one(db)?));
    }
    Ok(lines)
}

#[test]
fn functions_of_random_values_give_the_same_on_every_database() {
    let mut first: Option<Vec<String>> = None;
    for fixture in every_database() {
        let found = lines(&fixture.db).unwrap();
        match &first {
            None => first = Some(found),
            Some(expected) => {
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(expected) {
                    assert_eq!(found, expected);
                }
            }
        }
    }
}
