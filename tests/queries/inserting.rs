//! Rows that a query gives, as rows of another table.

use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, count, of};
use ormcore_tests::on_every_backend;

use crate::refused;
use crate::shop::{Customer, Purchase, fill};

#[derive(Model, Debug, Clone, PartialEq)]
struct Summary {
    #[column(primary_key)]
    id: i64,
    title: String,
    total: Option<f64>,
    #[column(default = "it's \"quoted\" ?".to_string())]
    source: String,
    #[column(server_default = "7")]
    rank: i32,
    #[column(version)]
    version: i64,
    #[column(on_write = 42)]
    written: i64,
}

#[derive(Model, Debug)]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    #[column(unique, default = "same".to_string())]
    code: String,
    seat: i32,
}

fn rows_of_a_query_become_rows_of_another_table(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary,)>()?;
    let statements = db.record();
    let named = Customer::query().filter(Customer::CITY.is_not_null()).select((Customer::ID, Customer::NAME));
    assert_eq!(Summary::insert_from((Summary::ID, Summary::TITLE), named.order_by(Customer::ID), db)?, 3);
    assert_eq!(statements.len(), 1);
    let summaries = Summary::query().order_by(Summary::ID).all(db)?;
    assert_eq!(
        summaries.iter().map(|row| (row.id, row.title.as_str())).collect::<Vec<_>>(),
        [(1, "ann"), (3, "cy"), (4, "dan")]
    );
    let drafted = Summary::new("x").insert(db)?;
    assert!(drafted.id > 4);
    let expected = Summary { id: 1, title: "ann".into(), ..drafted };
    assert_eq!(summaries[0], expected);
    assert_eq!((expected.source.as_str(), expected.rank, expected.total), ("it's \"quoted\" ?", 7, None));
    Ok(())
}

fn generated_keys_are_left_out(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary,)>()?;
    let totals = Customer::query()
        .join(Customer::PURCHASES)
        .group_by(Customer::ID)
        .select((Customer::NAME, Purchase::AMOUNT.sum()))
        .having(count().gt(1))
        .order_by(Customer::ID.desc());
    assert_eq!(Summary::insert_from((Summary::TITLE, Summary::TOTAL), totals, db)?, 3);
    let rows = Summary::query().select((Summary::ID, Summary::TITLE, Summary::TOTAL)).order_by(Summary::ID).all(db)?;
    let row = |id, title: &str, total| (id, title.to_string(), Some(total));
    assert_eq!(rows, [row(1, "cy", 14.5), row(2, "bob", 101.0), row(3, "ann", 35.0)]);
    Ok(())
}

fn expressions_values_and_optional_columns_are_inserted(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary,)>()?;
    let kind = case().when(Purchase::PIECES.gt(4), "'; DROP TABLE \"summary\"; --").otherwise("few");
    let selected =
        Purchase::query().filter(Purchase::ID.le(4)).select((kind, Purchase::AMOUNT * 2.0, Purchase::PIECES + 1));
    let into = (Summary::TITLE, Summary::TOTAL, Summary::RANK);
    assert_eq!(Summary::insert_from(into, selected.order_by(Purchase::ID), db)?, 4);
    let last = Summary::query().order_by(Summary::ID.desc()).first(db)?.unwrap();
    assert_eq!((last.title.as_str(), last.total, last.rank), ("'; DROP TABLE \"summary\"; --", Some(200.0), 11));
    let names = Customer::query().select(Customer::NAME).limit(2).order_by(Customer::ID);
    assert_eq!(Summary::insert_from(Summary::TITLE, names, db)?, 2);
    assert_eq!(Summary::query().count(db)?, 6);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "inserted_line")]
struct Line {
    #[column(primary_key, default = 1)]
    shop: i64,
    #[column(primary_key, default = 0)]
    number: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "inserted_paper")]
struct Paper {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key, auto)]
    id: uuid::Uuid,
}

fn a_part_of_a_key_that_is_made_for_each_row_is_none(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Paper,)>()?;
    let error = Paper::insert_from(Paper::TENANT, Customer::query().select(Customer::ID), db).unwrap_err();
    assert!(error.to_string().contains("select a value for it"), "{error}");
    Ok(())
}

fn a_part_of_a_key_may_be_one_default(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Line,)>()?;
    assert_eq!(Line::insert_from(Line::NUMBER, Customer::query().select(Customer::ID), db)?, 4);
    assert_eq!(
        Line::query().filter(Line::SHOP.eq(1)).order_by(Line::NUMBER).select(Line::NUMBER).all(db)?,
        [1, 2, 3, 4]
    );
    Ok(())
}

fn combined_rows_get_defaults_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary,)>()?;
    let names = Customer::query().select(Customer::NAME);
    let notes = Purchase::query()
        .filter(Purchase::NOTE.eq("gift"))
        .select(case().when(Purchase::ID.gt(0), "gift").otherwise(""));
    assert_eq!(Summary::insert_from(Summary::TITLE, names.union(notes).order_by(Customer::NAME), db)?, 5);
    let rows = Summary::query().order_by(Summary::TITLE).all(db)?;
    assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["ann", "bob", "cy", "dan", "gift"]);
    assert!(rows.iter().all(|row| row.source == "it's \"quoted\" ?" && row.written == 42));
    Ok(())
}

fn combined_rows_that_were_cut_or_combined_before_are_inserted(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary,)>()?;
    let customers = || Customer::query().select((Customer::ID, Customer::NAME));
    let cut = customers().order_by(Customer::ID.desc()).limit(2).union(customers().filter(Customer::ID.eq(1)));
    assert_eq!(Summary::insert_from((Summary::ID, Summary::TITLE), cut, db)?, 3);
    let names = || Customer::query().select(Customer::NAME);
    let notes = Purchase::query().filter(Purchase::NOTE.is_not_null()).select(coalesce(Purchase::NOTE, ""));
    let mixed = names().union(notes).except(Summary::query().select(Summary::TITLE)).order_by(Customer::NAME.desc());
    assert_eq!(Summary::insert_from(Summary::TITLE, mixed.limit(2), db)?, 2);
    let rows = Summary::query().order_by(Summary::ID).select((Summary::ID, Summary::TITLE)).all(db)?;
    let row = |id, title: &str| (id, title.to_string());
    assert_eq!(rows, [row(1, "ann"), row(3, "cy"), row(4, "dan"), row(5, "gift"), row(6, "bulk")]);
    let deep = names().limit(9).union_all(names()).intersect(names()).except(names().filter(Customer::ID.gt(2)));
    assert_eq!(Summary::insert_from(Summary::TITLE, deep, db)?, 2);
    let models = Customer::query()
        .limit(1)
        .select(Customer::all_columns())
        .union(Customer::query().select(Customer::all_columns()));
    let said = refused(Summary::insert_from(Summary::TITLE, models.map(|row| row.name), db));
    assert!(said.contains("leave out `map`"), "{said}");
    Ok(())
}

fn a_table_is_filled_from_itself(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let copied = Purchase::query().join(Purchase::CUSTOMER).filter(Customer::NAME.eq("ann")).select((
        Purchase::CUSTOMER_ID,
        Purchase::AMOUNT + of(Customer::ID),
        Purchase::PIECES,
    ));
    let into = (Purchase::CUSTOMER_ID, Purchase::AMOUNT, Purchase::PIECES);
    assert_eq!(Purchase::insert_from(into, copied, db)?, 3);
    assert_eq!(Purchase::query().filter(Purchase::ID.gt(7)).select(Purchase::AMOUNT.sum()).one(db)?, Some(38.0));
    let none = Purchase::query().filter(Purchase::ID.lt(0));
    assert_eq!(Purchase::insert_from(into, none.select((Purchase::ID, Purchase::AMOUNT, Purchase::PIECES)), db)?, 0);
    Ok(())
}

fn what_lacks_a_value_is_told_before_anything_is_sent(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Summary, Ticket)>()?;
    let statements = db.record();
    let told = |error: Error, words: &str| assert!(error.to_string().contains(words), "{error}");
    let ids = || Customer::query().select(Customer::ID);
    told(Summary::insert_from(Summary::ID, ids(), db).unwrap_err(), "Summary::TITLE");
    let seats = Purchase::query().select(Purchase::PIECES);
    told(Ticket::insert_from(Ticket::SEAT, seats, db).unwrap_err(), "no two rows of `ticket`");
    let twice = Customer::query().select((Customer::ID, Customer::ID));
    told(Purchase::insert_from((Purchase::ID, Purchase::ID), twice, db).unwrap_err(), "two values in `purchase.id`");
    let mapped = Customer::query().select(Customer::NAME).map(|name| name.len() as i64);
    told(Summary::insert_from(Summary::ID, mapped, db).unwrap_err(), "leave out `map`");
    let alone = Customer::query().select((Customer::ID, count()));
    told(Summary::insert_from((Summary::ID, Summary::VERSION), alone, db).unwrap_err(), "neither grouped by");
    assert_eq!(statements.texts(), Vec::<String>::new());
    Ok(())
}

on_every_backend!(
    rows_of_a_query_become_rows_of_another_table,
    generated_keys_are_left_out,
    expressions_values_and_optional_columns_are_inserted,
    a_part_of_a_key_may_be_one_default,
    a_part_of_a_key_that_is_made_for_each_row_is_none,
    combined_rows_get_defaults_too,
    combined_rows_that_were_cut_or_combined_before_are_inserted,
    a_table_is_filled_from_itself,
    what_lacks_a_value_is_told_before_anything_is_sent,
);
