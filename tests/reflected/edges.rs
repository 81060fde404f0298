//! What no schema of a shop has.

use ormcore::prelude::*;
use ormcore_tests::{Fixture, is_sqlite, on_every_backend};

fn five_statements_ask_and_change_nothing(db: &Database) -> ormcore::Result<()> {
    db.execute("CREATE TABLE a (id integer PRIMARY KEY)", ())?;
    db.execute("CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a (id))", ())?;
    let statements = db.record();
    let source = db.models_source()?;
    assert_eq!(statements.len(), 5);
    let reads = |sql: &str| sql.starts_with("WITH ") || sql.starts_with("SELECT ");
    assert!(statements.texts().iter().all(|sql| reads(sql)));
    let read_only = TransactionOptions::new().read_only();
    assert_eq!(db.transaction_with(read_only, |tx| tx.models_source())?, source);
    assert_eq!(Db::from(db).models_source()?, source);
    Ok(())
}

fn a_database_without_tables_is_told(db: &Database) -> ormcore::Result<()> {
    let error = db.models_source().unwrap_err().to_string();
    assert!(error.contains("no tables: connect to the database that has them"), "{error}");
    let error = db.models_source_of(["no 'such' \"schema"]).unwrap_err().to_string();
    assert!(error.contains("no 'such' \"schema"), "{error}");
    Ok(())
}

fn hostile_names_stay_inside_their_literals(db: &Database) -> ormcore::Result<()> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let name = "x\"]\nfn main() { panic!('\\u{0}') } // '; DROP TABLE y; --\r{}";
    let other = "*/ pub struct Evil; /*\n#[derive(";
    let table = if is_sqlite(db) { name.to_string() } else { name[..50].to_string() };
    db.execute(
        format!(
            "CREATE TABLE {} ({} integer PRIMARY KEY, {} text DEFAULT '\"\n*/' CHECK ({} <> '\\\"}}\n'))",
            quoted(&table),
            quoted(name),
            quoted(other),
            quoted(other)
        ),
        (),
    )?;
    let source = db.models_source()?;
    let is_known = |line: &str| {
        let line = line.trim();
        let starts = "#[ // use pub } name primary_key auto server_default check )]";
        line.is_empty() || starts.split(' ').any(|start| line.starts_with(start))
    };
    assert!(source.lines().all(is_known), "{source}");
    assert!(!source.contains("\npub struct Evil"), "{source}");
    Ok(())
}

fn what_a_comment_says_is_left_out(db: &Database) -> ormcore::Result<()> {
    db.execute("CREATE TABLE wide (a integer, b integer, note text)", ())?;
    let source = db.models_source()?;
    assert!(source.contains("// Nothing tells the rows of the table apart: they are only read.\n"), "{source}");
    assert!(source.contains("#[model(read_only)]\npub struct Wide {"), "{source}");
    Ok(())
}

fn hundreds_of_tables_are_one_text(db: &Database) -> ormcore::Result<()> {
    let table = |number: i32| match number {
        0 => "CREATE TABLE t0 (id bigint PRIMARY KEY);".to_string(),
        _ => format!("CREATE TABLE t{number} (id bigint PRIMARY KEY, a bigint REFERENCES t{});", number - 1),
    };
    db.execute_script((0..300).map(table).collect::<String>())?;
    let statements = db.record();
    let source = db.models_source()?;
    assert_eq!(statements.len(), 5);
    assert_eq!((source.matches("pub struct ").count(), source.matches("BelongsTo<").count()), (300, 299));
    Ok(())
}

on_every_backend!(
    hundreds_of_tables_are_one_text,
    five_statements_ask_and_change_nothing,
    a_database_without_tables_is_told,
    hostile_names_stay_inside_their_literals,
    what_a_comment_says_is_left_out,
);

#[test]
fn tables_of_other_schemas_are_pointed_to_by_name_or_by_constant() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    let (own,): (String,) = db.query_as("SELECT current_schema()::text", ()).unwrap().remove(0);
    let other = format!("{own}_other");
    db.execute(format!("CREATE SCHEMA {other}"), ()).unwrap();
    db.execute(format!("CREATE TABLE {other}.clerk (id bigint PRIMARY KEY)"), ()).unwrap();
    db.execute(format!("CREATE TABLE sale (id bigint PRIMARY KEY, clerk_id bigint REFERENCES {other}.clerk)"), ())
        .unwrap();
    let (alone, both) = (db.models_source().unwrap(), db.models_source_of([&own, &other]).unwrap());
    db.execute(format!("DROP SCHEMA {other} CASCADE"), ()).unwrap();
    assert!(alone.contains(&format!("foreign_key = \"{other}.clerk.id\"")), "{alone}");
    assert!(!alone.contains("BelongsTo"), "{alone}");
    assert!(both.contains("foreign_key = Clerk::ID"), "{both}");
    assert!(both.contains(&format!("#[model(schema = \"{other}\")]\npub struct Clerk {{")), "{both}");
    assert!(both.contains("#[relationship]\n    pub clerk: BelongsTo<Clerk>,\n"), "{both}");
}

#[test]
fn enums_of_one_name_and_other_values_are_texts() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    let (own,): (String,) = db.query_as("SELECT current_schema()::text", ()).unwrap().remove(0);
    let other = format!("{own}_enums");
    db.execute_script(format!(
        "CREATE TYPE state AS ENUM ('on', 'off'); CREATE TABLE one (id bigint PRIMARY KEY, state state); \
         CREATE SCHEMA {other}; CREATE TYPE {other}.state AS ENUM ('on', 'off', 'gone'); \
         CREATE TABLE {other}.two (id bigint PRIMARY KEY, state {other}.state)"
    ))
    .unwrap();
    let (alone, both) = (db.models_source().unwrap(), db.models_source_of([&own, &other]).unwrap());
    db.execute(format!("DROP SCHEMA {other} CASCADE"), ()).unwrap();
    assert!(alone.contains("pub state: Option<State>,"), "{alone}");
    assert!(!both.contains("pub enum"), "{both}");
    assert_eq!(both.matches("pub state: Option<String>,").count(), 2, "{both}");
}
