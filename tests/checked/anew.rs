//! Columns of another type or that are to be computed, with what names them.

use chrono::{DateTime, NaiveDateTime, Utc};
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::mended::mend_at_once;

/// Tables as they were.
mod before {
    use super::*;

    #[derive(Model, Debug)]
    #[model(table = "event", check = "starts_at <> ends_at")]
    pub(super) struct Event {
        #[column(primary_key)]
        id: i64,
        starts_at: NaiveDateTime,
        #[column(check = "ends_at > starts_at")]
        ends_at: NaiveDateTime,
        low: String,
        #[column(check = "high > low")]
        high: String,
        early: String,
        #[column(check = "late > early")]
        late: String,
    }

    #[derive(Model, Debug)]
    #[model(table = "item")]
    pub(super) struct Item {
        #[column(primary_key)]
        id: i64,
        #[column(check = "price <= 100")]
        price: i64,
    }

    #[derive(Model, Debug)]
    #[model(table = "entry", check = "total >= net AND net > 0")]
    pub(super) struct Entry {
        #[column(primary_key)]
        id: i64,
        net: i64,
        #[column(check = "tax < total")]
        tax: i64,
        total: i64,
    }

    #[derive(Model, Debug)]
    #[model(table = "sale")]
    pub(super) struct Sale {
        #[column(primary_key)]
        id: i64,
        price: f64,
        amount: f64,
        #[column(generated = "price * amount", check = "total > price")]
        total: f64,
        #[column(generated = "price > 5")]
        dear: bool,
    }

    #[derive(Model, Debug)]
    #[model(table = "parent")]
    pub(super) struct Parent {
        #[column(primary_key, auto = false)]
        code: String,
        #[column(foreign_key = Parent::CODE)]
        elder: Option<String>,
    }

    #[derive(Model, Debug)]
    #[model(table = "child")]
    pub(super) struct Child {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Parent::CODE, on_delete = "cascade")]
        code: String,
    }
}

fn refuses(db: &Database, sql: &str) {
    assert!(db.execute(sql, ()).unwrap_err().is_check_violation(), "{sql}");
}

#[derive(Model, Debug)]
#[model(table = "event", check = "starts_at <> ends_at")]
struct Event {
    #[column(primary_key)]
    id: i64,
    starts_at: DateTime<Utc>,
    #[column(check = "ends_at > starts_at")]
    ends_at: DateTime<Utc>,
    low: i64,
    #[column(check = "high > low")]
    high: i64,
    early: i64,
    late: i64,
}

fn a_check_of_two_columns_is_kept_when_their_types_change(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Event>()?;
    let at = "2024-01-31T12:30:00".parse::<NaiveDateTime>().unwrap();
    before::Event::new(at, at + chrono::Days::new(1), "1", "2", "1", "2").insert(db)?;
    mend_at_once::<Event>(db)?;
    assert_eq!(Event::find(1, db)?.starts_at.naive_utc(), at);
    refuses(db, "UPDATE event SET ends_at = starts_at - interval '1 day'");
    refuses(db, "UPDATE event SET high = 1");
    db.execute("ALTER TABLE event DROP CONSTRAINT ck_event_1, DROP CONSTRAINT ck_event_ends_at", ()).map(drop)
}

#[derive(Model, Debug)]
#[model(table = "item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    price: Decimal,
}

fn a_check_that_others_made_outlives_a_change_of_type(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Item>()?;
    db.execute("ALTER TABLE item ADD CONSTRAINT ck_item_price_positive CHECK (price <> 7)", ())?;
    before::Item::new(8).insert(db)?;
    mend_at_once::<Item>(db)?;
    refuses(db, "UPDATE item SET price = 7");
    db.execute("UPDATE item SET price = 101", ()).map(drop)
}

fn a_check_of_a_table_with_a_long_name_outlives_a_change_of_type(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "a_table_with_a_name_so_long_that_names_of_checks_are_cut", check = "price > 0")]
    struct Long {
        #[column(primary_key)]
        id: i64,
        price: Decimal,
    }

    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<Long>()?;
    let table = Long::TABLE.name;
    db.execute(format!("ALTER TABLE {table} ALTER COLUMN price TYPE bigint"), ())?;
    mend_at_once::<Long>(db)?;
    refuses(db, &format!("INSERT INTO {table} (price) VALUES (0)"));
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "entry", check = "total >= net AND net > 0")]
struct Entry {
    #[column(primary_key)]
    id: i64,
    net: i64,
    #[column(check = "tax < total")]
    tax: i64,
    #[column(generated = "net * 2")]
    total: i64,
}

fn a_column_that_is_computed_anew_keeps_the_checks_that_name_it(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Entry>()?;
    before::Entry::new(2, 1, 3).insert(db)?;
    mend_at_once::<Entry>(db)?;
    refuses(db, "UPDATE entry SET net = 0, tax = -1");
    refuses(db, "UPDATE entry SET tax = 4");
    Ok(())
}

fn no_statement_drops_the_check_of_others_with_a_column(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Entry>()?;
    db.execute("ALTER TABLE entry ADD CONSTRAINT even CHECK (total % 2 = 0)", ())?;
    let error = db.check_tables::<Entry>().unwrap_err();
    let difference = &error.differences()[0];
    assert!(difference.statements().is_empty(), "{difference}");
    assert_eq!(
        difference.to_string(),
        "`entry.total` is not computed by the database, and the model computes it as `net * 2`: what mends that drops checks \
         which the model does not have (`even`)"
    );
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "sale")]
struct Sale {
    #[column(primary_key)]
    id: i64,
    price: Decimal,
    amount: Decimal,
    #[column(generated = "price * amount", check = "total > price")]
    total: Decimal,
    #[column(generated = "price > 5")]
    dear: bool,
}

fn what_is_computed_from_a_column_follows_its_type(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Sale>()?;
    before::Sale::new(2.5, 4.0).insert(db)?;
    mend_at_once::<Sale>(db)?;
    let sale = Sale::find(1, db)?;
    assert_eq!((sale.total, sale.dear), (Decimal::from(10), false));
    refuses(db, "UPDATE sale SET amount = 1");
    Ok(())
}

fn what_others_say_of_a_computed_column_is_in_the_way_of_a_type(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Sale>()?;
    db.execute("ALTER TABLE sale ADD CONSTRAINT cheap CHECK (NOT dear)", ())?;
    let error = db.check_tables::<Sale>().unwrap_err();
    let told: Vec<_> = error.differences().iter().map(|it| (it.columns()[0].as_str(), it.statements().len())).collect();
    assert_eq!(told, [("price", 0), ("amount", 1), ("total", 1)]);
    let end = "the model's is `numeric`: what mends that drops checks which the model does not have (`cheap`)";
    assert!(error.differences()[0].to_string().ends_with(end), "{error}");
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "parent")]
struct Parent {
    #[column(primary_key, auto = false)]
    code: Uuid,
    #[column(foreign_key = Parent::CODE)]
    elder: Option<Uuid>,
}

#[derive(Model, Debug)]
#[model(table = "child")]
struct Child {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Parent::CODE, on_delete = "cascade")]
    code: Uuid,
}

#[derive(Model, Debug)]
#[model(table = "child")]
struct LooseChild {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Parent::CODE, on_delete = "set null")]
    code: Option<Uuid>,
}

fn foreign_keys_follow_the_types_of_their_columns(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    let code = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let make = || {
        db.drop_tables::<(before::Parent, before::Child)>()?;
        db.create_tables::<(before::Parent, before::Child)>()?;
        before::Parent::new(code).set(before::Parent::ELDER, code).insert(db)?;
        before::Child::new(code).insert(db).map(drop)
    };
    make()?;
    mend_at_once::<(Parent, Child)>(db)?;
    assert!(Child::new(Uuid::nil()).insert(db).unwrap_err().is_foreign_key_violation());
    let elder = Parent::new(Uuid::nil()).set(Parent::ELDER, Uuid::max()).insert(db);
    assert!(elder.unwrap_err().is_foreign_key_violation());
    db.execute("DELETE FROM parent", ())?;
    assert_eq!(Child::all(db)?.len(), 0);
    make()?;
    mend_at_once::<(Parent, LooseChild)>(db)?;
    db.execute("DELETE FROM parent", ())?;
    assert_eq!(LooseChild::find(1, db)?.code, None);
    make()?;
    mend_at_once::<(Parent, Child, Child, Parent)>(db).map(drop)
}

#[derive(Model, Debug)]
#[model(table = "category")]
struct Category {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Category::SLUG)]
    parent_slug: Option<String>,
    #[column(unique)]
    slug: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "span")]
struct Span {
    #[column(primary_key)]
    id: i64,
    #[column(check = "low <= high")]
    low: Option<i64>,
    #[column(check = "high >= low AND high < 9")]
    high: Option<i64>,
    #[column(check = "middle < low + twice")]
    middle: Option<i64>,
    #[column(generated = "high * 2")]
    twice: Option<i64>,
}

fn empty_table(name: &str, db: &Database) -> ormcore::Result<()> {
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    db.execute(format!("CREATE TABLE {name} ({id})"), ()).map(drop)
}

fn a_new_column_may_lead_to_another_one(db: &Database) -> ormcore::Result<()> {
    empty_table("category", db)?;
    mend_at_once::<Category>(db)?;
    let lost = Category::new().set(Category::PARENT_SLUG, "a").insert(db);
    assert!(lost.unwrap_err().is_foreign_key_violation());
    Ok(())
}

fn checks_of_new_columns_may_name_each_other(db: &Database) -> ormcore::Result<()> {
    empty_table("span", db)?;
    mend_at_once::<Span>(db)?;
    db.execute("INSERT INTO span (low, high, middle) VALUES (2, 3, 4)", ())?;
    for wrong in ["low = 4", "high = 9", "middle = 8"] {
        refuses(db, &format!("UPDATE span SET {wrong}"));
    }
    Ok(())
}

on_every_backend!(
    a_check_of_two_columns_is_kept_when_their_types_change,
    a_check_that_others_made_outlives_a_change_of_type,
    a_check_of_a_table_with_a_long_name_outlives_a_change_of_type,
    a_column_that_is_computed_anew_keeps_the_checks_that_name_it,
    no_statement_drops_the_check_of_others_with_a_column,
    what_is_computed_from_a_column_follows_its_type,
    what_others_say_of_a_computed_column_is_in_the_way_of_a_type,
    foreign_keys_follow_the_types_of_their_columns,
    a_new_column_may_lead_to_another_one,
    checks_of_new_columns_may_name_each_other,
);
