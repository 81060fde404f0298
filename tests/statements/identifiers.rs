//! Names in statements: whatever they hold, they stay names.

use ormcore::prelude::*;
use ormcore::sql::{Expr, Sqlite, TableName, Writer};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn quoted(name: &str) -> String {
    let mut writer = Writer::new(&Sqlite);
    writer.name(name);
    writer.finish().unwrap().sql.into_owned()
}

#[test]
fn names_are_quoted_and_quotes_in_them_doubled() {
    for (name, sql) in [
        ("user", r#""user""#),
        ("Order", r#""Order""#),
        ("a b", r#""a b""#),
        ("a\"b", r#""a""b""#),
        ("\"\"", r#""""""""#),
        ("it's", r#""it's""#),
        ("x\"; DROP TABLE user; --", r#""x""; DROP TABLE user; --""#),
        ("größe", r#""größe""#),
    ] {
        assert_eq!(quoted(name), sql);
    }
}

#[test]
fn a_schema_is_quoted_apart_from_its_table() {
    let mut writer = Writer::new(&Sqlite);
    writer.table(TableName { schema: Some("a.b"), name: "c\"d" });
    assert_eq!(writer.finish().unwrap().sql, r#""a.b"."c""d""#);
}

/// Any table and column name comes back from the database as it was given, and its rows through the writer.
#[test]
fn any_name_is_a_name_in_the_database() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let name = || "([a-zA-Z0-9_ \"'`\\[\\]%;.,?:$@#\\\\/*()\n\t-]|é|ß|中|🦀|\u{202e}|--|/\\*){1,12}";
    let names =
        (name(), name(), name()).prop_filter("other columns, and no name of SQLite's own", |(table, first, second)| {
            first.to_lowercase() != second.to_lowercase() && !table.to_lowercase().starts_with("sqlite_")
        });
    let round_trip = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() }).run(
        &names,
        |(table, first, second)| {
            let tx = db.test_transaction().unwrap();
            let (t, a, b) = (quoted(&table), quoted(&first), quoted(&second));
            tx.execute(format!("CREATE TABLE {t} ({a} INTEGER NOT NULL, {b} TEXT NOT NULL) STRICT"), ()).unwrap();
            tx.execute(format!("INSERT INTO {t} ({a}, {b}) VALUES (?, ?)"), (7, "x")).unwrap();
            let known = "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c ORDER BY c.cid";
            let expected = [(table.clone(), first.clone()), (table.clone(), second.clone())];
            prop_assert_eq!(tx.query_as::<(String, String)>(known, ()).unwrap(), expected);
            // The writer's names live as long as the program, as those of models do.
            let (table, first, second) = (table.leak() as &str, first.leak() as &str, second.leak() as &str);
            let mut writer = Writer::new(&Sqlite);
            writer.push("SELECT ");
            writer.list([second, first], |writer, name| writer.expr(Expr::column(table, name)));
            writer.push(" FROM ");
            writer.table(TableName { schema: None, name: table });
            let rows = tx.query_as::<(String, i64)>(writer.finish().unwrap().sql, ()).unwrap();
            prop_assert_eq!(rows, [("x".to_string(), 7)]);
            Ok(())
        },
    );
    round_trip.unwrap();
}
