//! What is there already is not made again: that would take locks, and rights that nobody needs who reads and writes rows.

use ormcore::prelude::*;
use ormcore_tests::{Fixture, url_with_setting};

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "again_size")]
enum Size {
    Small,
    Large,
}

#[derive(Model, Debug)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "again_town",
    full_text(name),
    unique(name, filter = "mayor_id IS NOT NULL"),
    unique(name, filter = "mayor_id IS NULL"),
    comment = "where people live"
)]
struct Town {
    #[column(primary_key)]
    id: i64,
    #[column(comment = "it's \\ the name")]
    name: String,
    size: Size,
    #[column(foreign_key = Person::ID)]
    mayor_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "again_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[column(foreign_key = Town::ID)]
    town_id: i64,
}

#[derive(Model, Debug)]
#[model(schema = "ormcore_again", table = "again_shed", comment = "in the garden")]
struct Shed {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    height: i64,
}

/// The statements of `create_tables` that make something.
fn making(db: &Database) -> ormcore::Result<Vec<String>> {
    let statements = db.record();
    db.create_tables::<(Town, Person)>()?;
    let texts = statements.texts();
    let makes = |text: &&String| ["CREATE", "ALTER", "COMMENT", "DO"].iter().any(|word| text.starts_with(word));
    Ok(texts.iter().filter(makes).cloned().collect())
}

#[test]
fn what_is_there_is_left_out_and_what_lacks_is_made() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    let all = making(db)?;
    assert_eq!(making(db)?, [""; 0]);
    for (statement, made) in [
        ("DROP INDEX ix_again_town_mayor_id", "CREATE INDEX"),
        ("ALTER TABLE again_town DROP CONSTRAINT fk_again_town_mayor_id", "DO "),
        ("COMMENT ON TABLE again_town IS 'something else'", "COMMENT ON TABLE"),
        ("COMMENT ON COLUMN again_town.name IS NULL", "COMMENT ON COLUMN"),
    ] {
        db.execute(statement, ())?;
        let again = making(db)?;
        assert!(again.len() == 1 && again[0].starts_with(made) && all.contains(&again[0]), "{statement}: {again:#?}");
        assert_eq!(making(db)?, [""; 0]);
    }
    let text =
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'again_town'::regclass AND attname LIKE 'ft\\_%'";
    let column = db.query_as::<String>(text, ())?;
    db.execute(format!("ALTER TABLE again_town DROP COLUMN \"{}\"", column[0]), ())?;
    assert_eq!(making(db)?.len(), 2);
    assert_eq!(making(db)?, [""; 0]);
    Ok(())
}

#[test]
fn nobody_who_writes_rows_is_waited_for() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.create_tables::<(Town, Person)>()?;
    db.transaction(|tx| {
        tx.execute("LOCK TABLE again_town, again_person IN ROW EXCLUSIVE MODE", ())?;
        let other = Database::connect(&url_with_setting(fixture.url(), "lock_timeout", "2s"))?;
        other.create_tables::<(Town, Person)>()
    })
}

/// Such a transaction still sees what was there at its first statement.
#[test]
fn what_others_dropped_is_made_again_in_a_transaction_that_still_sees_it() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    for options in [TransactionOptions::repeatable_read(), TransactionOptions::serializable()] {
        db.create_tables::<(Town, Person)>()?;
        db.transaction_with(options, |tx| {
            tx.query_as::<i64>("SELECT count(*) FROM pg_class", ())?;
            db.drop_tables::<(Town, Person)>()?;
            tx.create_tables::<(Town, Person)>()
        })?;
        assert_eq!(Town::query().count(db)?, 0);
        assert_eq!(making(db)?, [""; 0]);
    }
    Ok(())
}

/// One test, for the schema and the role are one.
#[test]
fn no_rights_are_needed_to_find_that_all_is_there() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.execute("DROP SCHEMA IF EXISTS ormcore_again CASCADE", ())?;
    db.create_tables::<(Town, Person, Shed)>()?;
    db.transaction(|tx| {
        let schema: Vec<String> = tx.query_as("SELECT current_schema()::text", ())?;
        tx.execute("CREATE ROLE ormcore_visitor", ())?;
        tx.execute(format!("GRANT USAGE ON SCHEMA {}, ormcore_again TO ormcore_visitor", schema[0]), ())?;
        tx.execute("SET LOCAL ROLE ormcore_visitor", ())?;
        tx.create_tables::<(Town, Person, Shed)>()?;
        tx.execute("RESET ROLE", ())?;
        tx.execute("DROP OWNED BY ormcore_visitor", ())?;
        tx.execute("DROP ROLE ormcore_visitor", ())?;
        Ok::<(), ormcore::Error>(())
    })?;
    db.execute("DROP SCHEMA ormcore_again CASCADE", ())?;
    Ok(())
}
