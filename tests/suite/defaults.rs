//! Defaults of the program, defaults of the database, and what is set at each write.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ormcore::prelude::*;
use rust_decimal::Decimal;

fn the_answer() -> i32 {
    42
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Order {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(default = the_answer())]
    amount: i32,
    #[column(default = "new")]
    state: String,
    #[column(default)]
    urgent: bool,
    #[column(default = 5)]
    floor: Option<i32>,
    #[column(server_default = "'EUR'")]
    currency: String,
    #[column(server_default = "6 * 7")]
    points: i64,
    #[column(server_default = "'why'")]
    reason: Option<String>,
    #[column(default = vec![1, 2])]
    bytes: Vec<u8>,
}

fn a_default_is_computed_for_each_draft(db: &Database) -> ormcore::Result<()> {
    static NEXT: AtomicI64 = AtomicI64::new(100);
    #[derive(Model, Debug)]
    #[model(table = "numbered")]
    struct Numbered {
        #[column(primary_key)]
        id: i64,
        #[column(default = NEXT.fetch_add(1, Ordering::Relaxed))]
        number: i64,
    }
    db.create_tables::<(Numbered,)>()?;
    let rows = Numbered::insert_all([Numbered::new(), Numbered::new()], db)?;
    assert_eq!(rows[1].number, rows[0].number + 1);
    Ok(())
}

fn defaults_of_both_kinds_come_back_with_the_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order,)>()?;
    let statements = db.record();
    let order = Order::new("x").insert(db)?;
    assert_eq!(statements.len(), 1, "the row comes back with its insert: {statements:?}");
    let expected = Order {
        id: order.id,
        label: "x".into(),
        amount: 42,
        state: "new".into(),
        urgent: false,
        floor: Some(5),
        currency: "EUR".into(),
        points: 42,
        reason: Some("why".into()),
        bytes: vec![1, 2],
    };
    assert_eq!(order, expected);
    assert_eq!(Order::find(order.id, db)?, expected);
    Ok(())
}

fn a_value_that_is_given_wins_over_each_default(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order,)>()?;
    let drafts = [
        Order::new("a").set(Order::CURRENCY, "USD"),
        Order::new("b").set(Order::POINTS, 0).set(Order::AMOUNT, 0),
        Order::new("c").set(Order::REASON, None).set(Order::FLOOR, None),
        Order::new("d").with(|order| {
            order.currency = "GBP".into();
            order.state = String::new();
        }),
    ];
    let orders = Order::insert_all(drafts, db)?;
    assert_eq!(orders[0].currency, "USD");
    assert_eq!((orders[0].points, orders[1].points, orders[1].amount), (42, 0, 0));
    assert_eq!((orders[2].reason.as_deref(), orders[2].floor), (None, None), "NULL is a value that can be given");
    assert_eq!((orders[3].currency.as_str(), orders[3].state.as_str()), ("GBP", ""));
    assert_eq!(Order::query().order_by(Order::ID).all(db)?, orders);
    Ok(())
}

fn the_databases_own_default_serves_other_programs(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order,)>()?;
    // The program's defaults are not the database's.
    let missing = db.execute("INSERT INTO \"order\" (label) VALUES ('raw')", ());
    assert!(missing.unwrap_err().is_not_null_violation());
    Order::new("x").insert(db)?;
    db.execute(
        "INSERT INTO \"order\" (label, amount, state, urgent, bytes) SELECT 'raw', amount, state, urgent, bytes FROM \"order\"",
        (),
    )?;
    let raw = Order::query().filter_by(Order::LABEL, "raw").one(db)?;
    assert_eq!((raw.currency.as_str(), raw.points, raw.floor), ("EUR", 42, None));
    Ok(())
}

fn an_update_writes_what_the_database_filled_in(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order,)>()?;
    let mut order = Order::new("x").insert(db)?;
    order.currency = "CHF".into();
    order.points += 1;
    order.update(db)?;
    assert_eq!(Order::find(order.id, db)?, order);
    Ok(())
}

fn a_time_that_the_database_makes_compares_as_the_programs_own(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Event {
        #[column(primary_key)]
        id: i64,
        #[column(server_default = "CURRENT_TIMESTAMP")]
        at: DateTime<Utc>,
        #[column(server_default = "current_date")]
        on: NaiveDate,
    }
    db.create_tables::<(Event,)>()?;
    let before = Utc::now() - TimeDelta::milliseconds(1);
    let event = Event::new().insert(db)?;
    assert!(before <= event.at && event.at <= Utc::now() + TimeDelta::milliseconds(1), "{before} {}", event.at);
    assert_eq!(Event::find(event.id, db)?, event);
    let found = Event::query().filter(Event::AT.eq(event.at).and(Event::AT.ge(event.at)).and(Event::ON.eq(event.on)));
    assert_eq!(found.one(db)?, event);
    let later = Event::new().set(Event::AT, event.at + TimeDelta::microseconds(1)).insert(db)?;
    assert_eq!(Event::query().order_by(Event::AT.desc()).all(db)?, [later, event]);
    Ok(())
}

fn decimals_of_the_database_keep_their_digits(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Price {
        #[column(primary_key)]
        id: i64,
        #[column(server_default = "0.00005")]
        small: Decimal,
        #[column(server_default = "12345678901234567.89")]
        large: Decimal,
        #[column(server_default = "0.00")]
        zero: Decimal,
        #[column(server_default = " -7 ")]
        whole: Option<Decimal>,
        #[column(server_default = "'2.50'")]
        text: Decimal,
        #[column(server_default = "NULL")]
        nothing: Option<Decimal>,
    }
    db.create_tables::<(Price,)>()?;
    let price = Price::new().insert(db)?;
    let written = [price.small, price.large, price.zero, price.text].map(|decimal| decimal.to_string());
    assert_eq!(written, ["0.00005", "12345678901234567.89", "0.00", "2.50"]);
    assert_eq!((price.whole, price.nothing), (Some(Decimal::from(-7)), None));
    assert_eq!(Price::find(price.id, db)?, price);
    assert_eq!(Price::query().filter(Price::LARGE.eq(price.large)).count(db)?, 1);
    Ok(())
}

/// Raised by each call, so that a test sees how often.
static WRITES: AtomicI64 = AtomicI64::new(0);

#[derive(Model, Debug, Clone, PartialEq)]
struct Touched {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(on_write = WRITES.fetch_add(1, Ordering::Relaxed))]
    written: i64,
    #[column(on_write = "me")]
    writer: Option<String>,
}

fn on_write_is_set_by_insert_and_by_each_update(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Touched,)>()?;
    let mut row = Touched::new("a").insert(db)?;
    let first = row.written;
    assert_eq!((Touched::find(row.id, db)?, row.writer.as_deref()), (row.clone(), Some("me")));

    row.writer = None;
    row.update(db)?;
    let second = row.written;
    assert!(second > first);
    assert_eq!((Touched::find(row.id, db)?, row.writer.as_deref()), (row.clone(), Some("me")));

    row.label = "b".into();
    row.update_only((Touched::LABEL,), db)?;
    assert!(row.written > second, "an update of some columns writes them too");
    assert_eq!(Touched::find(row.id, db)?, row);
    Ok(())
}

fn on_write_is_set_by_an_update_of_many(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Touched,)>()?;
    let rows = Touched::insert_all(["a", "b", "c"].map(Touched::new), db)?;
    assert!(rows[0].written < rows[2].written);
    assert_eq!(Touched::query().filter(Touched::LABEL.ne("b")).update(Touched::LABEL.set("z"), db)?, 2);
    let after = Touched::query().order_by(Touched::ID).all(db)?;
    assert!(after[0].written > rows[2].written && after[2].written > rows[2].written);
    assert_eq!(after[1], rows[1]);
    assert_eq!(Touched::query().update((Touched::LABEL.set("y"), Touched::WRITTEN.set(-5)), db)?, 3);
    assert_eq!(Touched::query().filter_by(Touched::WRITTEN, -5).count(db)?, 3, "what is set is what is written");
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_default_is_computed_for_each_draft,
    defaults_of_both_kinds_come_back_with_the_row,
    a_value_that_is_given_wins_over_each_default,
    the_databases_own_default_serves_other_programs,
    an_update_writes_what_the_database_filled_in,
    a_time_that_the_database_makes_compares_as_the_programs_own,
    decimals_of_the_database_keep_their_digits,
    on_write_is_set_by_insert_and_by_each_update,
    on_write_is_set_by_an_update_of_many,
);
