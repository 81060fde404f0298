//! What values mean in conditions and orders, on every database: instants, decimals, truth values, UUIDs, enums.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;
use uuid::Uuid;

/// More than any database takes as parameters of one statement.
const LONG: i64 = 40_000;

#[derive(Model, Debug, Clone, PartialEq)]
struct Event {
    #[column(primary_key)]
    id: i64,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    day: NaiveDate,
    hour: NaiveTime,
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn events(db: &Database) -> ormcore::Result<Vec<Event>> {
    db.create_tables::<Event>()?;
    let at = [
        "2024-02-29T23:59:59.999999Z",
        "2024-03-01T00:00:00Z",
        "2024-03-01T00:00:00.000001Z",
        "1969-12-31T23:59:59.5Z",
        "0999-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ];
    Event::insert_all(at.map(instant).map(|at| Event::new(at, at.date_naive(), at.time())), db)
}

fn ids(query: Query<Event>, db: &Database) -> ormcore::Result<Vec<i64>> {
    Ok(query.all(db)?.into_iter().map(|event| event.id).collect())
}

fn instants_are_compared_and_ordered_as_instants(db: &Database) -> ormcore::Result<()> {
    events(db)?;
    assert_eq!(ids(Event::query().order_by(Event::AT), db)?, [5, 4, 1, 2, 3, 6]);
    let midnight = instant("2024-03-01T00:00:00Z");
    assert_eq!(ids(Event::query().filter(Event::AT.eq(midnight)), db)?, [2]);
    assert_eq!(ids(Event::query().filter(Event::AT.gt(midnight)).order_by(Event::ID), db)?, [3, 6]);
    assert_eq!(ids(Event::query().filter(Event::AT.lt(midnight)).order_by(Event::ID), db)?, [1, 4, 5]);
    let second = TimeDelta::seconds(1);
    let around = Event::query().filter(Event::AT.between(midnight - second, midnight + second));
    assert_eq!(ids(around.order_by(Event::ID), db)?, [1, 2, 3]);
    Ok(())
}

fn an_instant_is_compared_in_microseconds(db: &Database) -> ormcore::Result<()> {
    events(db)?;
    let finer = instant("2024-03-01T00:00:00.000001999Z");
    assert_eq!(ids(Event::query().filter(Event::AT.eq(finer)), db)?, [3]);
    let other_zone: DateTime<Utc> = DateTime::parse_from_rfc3339("2024-03-01T05:30:00+05:30").unwrap().into();
    assert_eq!(ids(Event::query().filter(Event::AT.eq(other_zone)), db)?, [2]);
    Ok(())
}

fn dates_and_times_are_compared_and_listed(db: &Database) -> ormcore::Result<()> {
    events(db)?;
    let day = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
    assert_eq!(ids(Event::query().filter(Event::DAY.eq(day)).order_by(Event::ID), db)?, [2, 3]);
    assert_eq!(ids(Event::query().filter(Event::DAY.lt(day)).order_by(Event::DAY), db)?, [5, 4, 1]);
    assert_eq!(ids(Event::query().filter(Event::HOUR.is_in([NaiveTime::MIN])).order_by(Event::ID), db)?, [2, 5]);
    let days = (1..LONG).map(|number| day + TimeDelta::days(number)).chain([day]);
    assert_eq!(ids(Event::query().filter(Event::DAY.is_in(days)).order_by(Event::ID), db)?, [2, 3]);
    let hours = (0..1000).map(|number| NaiveTime::MIN + TimeDelta::milliseconds(number * 7));
    assert_eq!(ids(Event::query().filter(Event::HOUR.is_in(hours)).order_by(Event::ID), db)?, [2, 5]);
    Ok(())
}

fn a_long_list_of_instants_works(db: &Database) -> ormcore::Result<()> {
    for event in events(db)? {
        let filler = (0..LONG).map(|number| instant("2030-01-01T00:00:00Z") + TimeDelta::microseconds(number));
        let listed = Event::query().filter(Event::AT.is_in(filler.chain([event.at])));
        assert_eq!(ids(listed, db)?, [event.id], "{}", event.at);
    }
    Ok(())
}

fn an_instant_beside_none_is_compared_as_any_value(db: &Database) -> ormcore::Result<()> {
    events(db)?;
    let open = Event::query().filter(Event::UNTIL.is_null() | Event::UNTIL.gt(Event::AT));
    assert_eq!(open.clone().count(db)?, 6);
    Event::query().filter(Event::ID.le(2)).update(Event::UNTIL.set(Event::AT), db)?;
    assert_eq!(open.count(db)?, 4);
    assert_eq!(Event::query().filter(Event::UNTIL.eq(Event::AT)).count(db)?, 2);
    assert_eq!(Event::query().filter(Event::UNTIL.is_distinct_from(Event::AT)).count(db)?, 4);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Price {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    amount: Decimal,
    rebate: Option<Decimal>,
}

const AMOUNTS: [&str; 8] = ["9.50", "10", "-2.5", "100.05", "0.00", "-10", "0.009", "79228162514264337593543950335"];

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn prices(db: &Database) -> ormcore::Result<Vec<Price>> {
    db.create_tables::<Price>()?;
    Price::insert_all(AMOUNTS.map(|amount| Price::new(decimal(amount))), db)
}

fn amounts(query: Query<Price>, db: &Database) -> ormcore::Result<Vec<String>> {
    Ok(query.all(db)?.into_iter().map(|price| price.amount.to_string()).collect())
}

fn decimals_are_ordered_as_numbers_and_keep_their_digits(db: &Database) -> ormcore::Result<()> {
    prices(db)?;
    let ascending = ["-10", "-2.5", "0.00", "0.009", "9.50", "10", "100.05", "79228162514264337593543950335"];
    assert_eq!(amounts(Price::query().order_by(Price::AMOUNT), db)?, ascending);
    let mut descending = ascending;
    descending.reverse();
    assert_eq!(amounts(Price::query().order_by(Price::AMOUNT.desc()), db)?, descending);
    Ok(())
}

fn decimals_are_compared_as_numbers(db: &Database) -> ormcore::Result<()> {
    prices(db)?;
    let found = |condition| amounts(Price::query().filter(condition).order_by(Price::ID), db);
    assert_eq!(found(Price::AMOUNT.eq(decimal("9.5")))?, ["9.50"]);
    assert_eq!(found(Price::AMOUNT.eq(decimal("10.000")))?, ["10"]);
    assert_eq!(found(Price::AMOUNT.gt(decimal("9.6")))?, ["10", "100.05", "79228162514264337593543950335"]);
    assert_eq!(found(Price::AMOUNT.lt(decimal("-2")))?, ["-2.5", "-10"]);
    assert_eq!(found(Price::AMOUNT.between(decimal("0"), decimal("9.5")))?, ["9.50", "0.00", "0.009"]);
    assert_eq!(found(Price::AMOUNT.ne(decimal("0")))?.len(), 7);
    assert_eq!(found(Price::AMOUNT.is_in([decimal("10.0"), decimal("-10.00")]))?, ["10", "-10"]);
    Ok(())
}

fn a_long_list_of_decimals_is_of_numbers(db: &Database) -> ormcore::Result<()> {
    let prices = prices(db)?;
    for price in &prices {
        let same = price.amount.normalize();
        let filler = (0..LONG).map(|number| Decimal::new(number + 1_000_000, 3)).chain([same]);
        assert_eq!(amounts(Price::query().filter(Price::AMOUNT.is_in(filler)), db)?, [price.amount.to_string()]);
    }
    Ok(())
}

fn a_unique_decimal_is_unique_as_a_number(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Price>()?;
    Price::new(decimal("1.0")).insert(db)?;
    let error = Price::new(decimal("1.00")).insert(db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Price::new(decimal("1.01")).insert(db)?;
    Ok(())
}

fn decimal_columns_are_compared_with_each_other(db: &Database) -> ormcore::Result<()> {
    prices(db)?;
    Price::query().filter(Price::ID.eq(1)).update(Price::REBATE.set(decimal("9.500")), db)?;
    Price::query().filter(Price::ID.eq(2)).update(Price::REBATE.set(decimal("9")), db)?;
    assert_eq!(amounts(Price::query().filter(Price::REBATE.eq(Price::AMOUNT)), db)?, ["9.50"]);
    assert_eq!(amounts(Price::query().filter(Price::REBATE.lt(Price::AMOUNT)), db)?, ["10"]);
    assert_eq!(amounts(Price::query().filter(Price::REBATE.is_not_distinct_from(Price::AMOUNT)), db)?, ["9.50"]);
    Ok(())
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Level {
    Low,
    High,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Thing {
    #[column(primary_key, auto)]
    id: Uuid,
    level: Level,
    on: bool,
    maybe: Option<bool>,
}

fn uuids_are_compared_ordered_and_listed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Thing>()?;
    let ids: Vec<Uuid> = (1..=5_u128).rev().map(|number| Uuid::from_u128(number << 96 | 0xAB)).collect();
    Thing::insert_all(ids.iter().map(|id| Thing::new(Level::Low, true).with_key(*id)), db)?;
    let mut sorted = ids.clone();
    sorted.sort();
    let found: Vec<_> = Thing::query().order_by(Thing::ID).all(db)?.into_iter().map(|thing| thing.id).collect();
    assert_eq!(found, sorted);
    assert_eq!(Thing::query().filter(Thing::ID.gt(sorted[2])).count(db)?, 2);
    let filler = (0..LONG as u128).map(Uuid::from_u128).chain([ids[3]]);
    assert_eq!(Thing::query().filter(Thing::ID.is_in(filler)).one(db)?.id, ids[3]);
    Ok(())
}

fn truth_values_and_enums_are_compared(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Thing>()?;
    let thing = |level, on, maybe| Thing::new(level, on).with(|thing| thing.maybe = maybe);
    let all =
        [thing(Level::Low, true, None), thing(Level::High, false, Some(false)), thing(Level::High, true, Some(true))];
    Thing::insert_all(all, db)?;
    assert_eq!(Thing::query().filter(Thing::LEVEL.eq(Level::High)).count(db)?, 2);
    assert_eq!(Thing::query().filter(Thing::LEVEL.is_in([Level::Low, Level::High])).count(db)?, 3);
    assert_eq!(Thing::query().filter(Thing::LEVEL.is_in(vec![Level::Low; 50])).count(db)?, 1);
    assert_eq!(Thing::query().filter(Thing::ON.eq(true)).count(db)?, 2);
    assert_eq!(Thing::query().filter(Thing::MAYBE.eq(Thing::ON)).count(db)?, 2);
    assert_eq!(Thing::query().filter(Thing::MAYBE.eq(false)).count(db)?, 1);
    assert_eq!(Thing::query().filter(Thing::MAYBE.ne(true)).count(db)?, 1);
    assert_eq!(Thing::query().order_by((Thing::ON, Thing::MAYBE.desc())).all(db)?[1].maybe, Some(true));
    Ok(())
}

on_every_backend!(
    instants_are_compared_and_ordered_as_instants,
    an_instant_is_compared_in_microseconds,
    dates_and_times_are_compared_and_listed,
    a_long_list_of_instants_works,
    an_instant_beside_none_is_compared_as_any_value,
    decimals_are_ordered_as_numbers_and_keep_their_digits,
    decimals_are_compared_as_numbers,
    a_long_list_of_decimals_is_of_numbers,
    a_unique_decimal_is_unique_as_a_number,
    decimal_columns_are_compared_with_each_other,
    uuids_are_compared_ordered_and_listed,
    truth_values_and_enums_are_compared,
);
