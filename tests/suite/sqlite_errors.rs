//! What SQLite may hold or do that a program does not expect: each is an error that says what and where.

use ormcore::backend::sqlite::rusqlite;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Colour {
    Red,
    DarkBlue,
}

/// A table without STRICT, as another program may have made it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(strict = false)]
struct Row {
    #[column(primary_key)]
    id: i64,
    small: Option<i8>,
    unsigned: Option<u32>,
    large: Option<u64>,
    flag: Option<bool>,
    ratio: Option<f64>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    colour: Option<Colour>,
    at: Option<chrono::DateTime<chrono::Utc>>,
    amount: Option<rust_decimal::Decimal>,
    key: Option<uuid::Uuid>,
    secret: Option<Secret<i64>>,
}

fn rows() -> Database {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<Row>().unwrap();
    db.execute("PRAGMA ignore_check_constraints = ON", ()).unwrap();
    db.execute("INSERT INTO row (id) VALUES (1)", ()).unwrap();
    db
}

/// Puts the SQL value into the column, and gives expected and found of the error when it is read.
fn misread(db: &Database, column: &str, value: &str) -> (String, String) {
    db.execute(format!("UPDATE row SET {column} = {value}"), ()).unwrap();
    let error = Row::find(1, db).unwrap_err();
    assert_eq!(Row::all(db).unwrap_err().kind(), error.kind());
    db.execute(format!("UPDATE row SET {column} = NULL"), ()).unwrap();
    let message = error.to_string();
    assert!(message.contains(&format!("`row.{column}`")), "{message}");
    match error.into_kind() {
        ErrorKind::Decode { table, column: named, expected, found } => {
            assert_eq!((table.as_str(), named.as_str()), ("row", column));
            assert!(message.contains(&expected) && message.contains(&found), "{message}");
            (expected, found)
        }
        other => panic!("{column} = {value}: {other:?}"),
    }
}

#[test]
fn what_does_not_fit_the_field_is_a_decode_error() {
    let db = rows();
    for (column, value, found) in [
        ("small", "'many'", "the text \"many\""),
        ("small", "128", "the integer 128"),
        ("small", "-129", "the integer -129"),
        ("small", "1.5", "the number 1.5"),
        ("unsigned", "-1", "the integer -1"),
        ("unsigned", "4294967296", "the integer 4294967296"),
        ("large", "-9223372036854775808", "the integer -9223372036854775808"),
        ("flag", "2", "the integer 2"),
        ("flag", "'yes'", "the text \"yes\""),
        ("ratio", "'fast'", "the text \"fast\""),
        ("ratio", "x'00'", "1 bytes"),
        ("text", "x'616263'", "3 bytes"),
        ("bytes", "'abc'", "the text \"abc\""),
        ("colour", "'green'", "the text \"green\""),
        ("colour", "''", "the text \"\""),
        ("colour", "5", "the"),
        ("at", "'yesterday'", "the text \"yesterday\""),
        ("at", "'2024-02-30 00:00:00'", "the text \"2024-02-30 00:00:00\""),
        ("at", "x'00ff'", "2 bytes"),
        ("amount", "'1,5'", "the text \"1,5\""),
        ("amount", "x'31'", "1 bytes"),
        ("key", "'0193f5a2'", "the text \"0193f5a2\""),
        ("key", "x'00'", "1 bytes"),
    ] {
        let (expected, what) = misread(&db, column, value);
        assert!(what.starts_with(found), "{column} = {value}: found {what}");
        assert!(!expected.is_empty());
    }
    assert_eq!(Row::find(1, &db).unwrap().small, None, "the connection is usable");
}

#[test]
fn text_that_is_not_utf_8_is_a_decode_error() {
    let db = rows();
    for (column, value) in
        [("text", "CAST(x'ff' AS TEXT)"), ("colour", "CAST(x'c328' AS TEXT)"), ("at", "CAST(x'80' AS TEXT)")]
    {
        let (_, found) = misread(&db, column, value);
        assert_eq!(found, "bytes that are not UTF-8");
    }
    let error = db.query_as::<(String,)>("SELECT CAST(x'ff' AS TEXT) AS label", ()).unwrap_err();
    assert_eq!(error.to_string(), "cannot decode column `result.label`: expected text, found bytes that are not UTF-8");
    db.execute("UPDATE row SET text = CAST(x'ff' AS TEXT)", ()).unwrap();
    assert!(Row::query().filter(Row::TEXT.ilike("x")).all(&db).is_err());
    assert_eq!(Row::query().filter(Row::TEXT.like("x")).count(&db).unwrap(), 0);
}

#[test]
fn an_unknown_text_of_an_enum_is_named_with_what_is_known() {
    let (expected, found) = misread(&rows(), "colour", "'green'");
    assert!(expected.contains("red") && expected.contains("dark_blue"), "{expected}");
    assert_eq!(found, "the text \"green\"");
}

#[test]
fn a_secret_is_not_shown_by_its_decode_error() {
    let (_, found) = misread(&rows(), "secret", "'hunter2'");
    assert!(!found.contains("hunter2"), "{found}");
}

#[test]
fn long_text_is_cut_in_messages() {
    let (_, found) = misread(&rows(), "small", "replace(hex(zeroblob(5000)), '0', 'x')");
    assert!(found.len() < 200 && found.contains("9940 bytes more"), "{found}");
}

#[test]
fn null_in_a_column_that_is_never_null_is_a_decode_error() {
    #[derive(Model, Debug)]
    struct Strict {
        #[column(primary_key)]
        id: i64,
        name: String,
    }

    let db = Database::connect("sqlite::memory:").unwrap();
    db.execute("CREATE TABLE strict (id INTEGER PRIMARY KEY, name TEXT)", ()).unwrap();
    db.execute("INSERT INTO strict VALUES (1, NULL)", ()).unwrap();
    let error = Strict::find(1, &db).unwrap_err();
    assert_eq!(error.to_string(), "cannot decode column `strict.name`: expected text, found NULL");
    let mut seen = 0;
    let streamed = Strict::query().each(&db, |_| {
        seen += 1;
        Ok(())
    });
    assert!(matches!(streamed.unwrap_err().kind(), ErrorKind::Decode { .. }));
    assert_eq!(seen, 0);
}

#[test]
fn a_number_in_scientific_notation_and_a_huge_one_are_read_or_refused() {
    let db = rows();
    db.execute("UPDATE row SET ratio = 9e999", ()).unwrap();
    assert_eq!(Row::find(1, &db).unwrap().ratio, Some(f64::INFINITY));
    db.execute("UPDATE row SET ratio = 3", ()).unwrap();
    assert_eq!(Row::find(1, &db).unwrap().ratio, Some(3.0));
    db.execute("UPDATE row SET ratio = NULL, amount = '123456789012345678901234567890'", ()).unwrap();
    assert!(matches!(Row::find(1, &db).unwrap_err().kind(), ErrorKind::Decode { column, .. } if column == "amount"));
}

/// A file that may grow by a few pages only: what a full disk is like.
fn small_disk() -> Fixture {
    #[derive(Model)]
    struct Blob {
        #[column(primary_key)]
        id: i64,
        data: Vec<u8>,
    }

    let fixture = Fixture::sqlite_file();
    fixture.db.create_tables::<Blob>().unwrap();
    fixture.db.execute("CREATE TABLE mark (n INTEGER)", ()).unwrap();
    fixture.db.query_as::<(i64,)>("PRAGMA max_page_count = 30", ()).unwrap();
    fixture
}

#[test]
fn a_full_disk_is_an_error_that_keeps_nothing() {
    let fixture = small_disk();
    let db = &fixture.db;
    let full = db.transaction(|tx| {
        tx.execute("INSERT INTO mark VALUES (1)", ())?;
        for _ in 0..100 {
            tx.execute("INSERT INTO blob (data) VALUES (zeroblob(10000))", ())?;
        }
        Ok(())
    });
    let error = full.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { message, .. } if message.contains("full")), "{error:?}");
    let counts = "SELECT (SELECT count(*) FROM mark), (SELECT count(*) FROM blob)";
    assert_eq!(db.query_as::<(i64, i64)>(counts, ()).unwrap(), [(0, 0)]);
    db.transaction(|tx| tx.execute("INSERT INTO mark VALUES (2)", ())).unwrap();
    assert_eq!(db.query_as::<(i64, i64)>(counts, ()).unwrap(), [(1, 0)]);
}

#[test]
fn a_transaction_that_goes_on_after_a_full_disk_keeps_all_of_the_rest_or_nothing() {
    let fixture = small_disk();
    let db = &fixture.db;
    let ended = db.transaction(|tx| {
        tx.execute("INSERT INTO mark VALUES (1)", ())?;
        let full = tx.execute("INSERT INTO blob (data) VALUES (zeroblob(1000000))", ());
        assert!(full.is_err());
        tx.execute("INSERT INTO mark VALUES (2)", ())?;
        Ok(())
    });
    let marks = db.query_as::<(i64,)>("SELECT count(*) FROM mark", ()).unwrap()[0].0;
    assert_eq!(marks, if ended.is_ok() { 2 } else { 0 });
    db.execute("INSERT INTO mark VALUES (3)", ()).unwrap();
}

#[test]
fn the_driver_is_not_lent_by_a_transaction_that_the_database_has_ended() {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.execute("CREATE TABLE mark (n INTEGER)", ()).unwrap();
    let ends = "CREATE TRIGGER ends BEFORE INSERT ON mark WHEN new.n < 0 BEGIN SELECT RAISE(ROLLBACK, 'no'); END";
    db.execute(ends, ()).unwrap();
    // Later statements of a transaction may run on what it holds.
    for before in [0, 5] {
        let ended = db.transaction(|tx| {
            (0..before).try_for_each(|n| tx.execute("INSERT INTO mark VALUES (?)", (n,)).map(drop))?;
            tx.execute("INSERT INTO mark VALUES (?)", (-1,)).unwrap_err();
            tx.with_driver(|connection: &mut rusqlite::Connection| {
                connection.execute("INSERT INTO mark VALUES (7)", [])
            })
        });
        let error = ended.unwrap_err();
        assert!(error.to_string().contains("ended this transaction"), "{error}");
        assert_eq!(db.query_as::<(i64,)>("SELECT count(*) FROM mark", ()).unwrap(), [(0,)]);
    }
}

#[test]
fn a_database_that_was_damaged_while_open_is_an_error_and_its_connection_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let url = format!("sqlite:{}?journal_mode=delete", path.display());
    let db = Database::builder(&url).max_connections(1).connect().unwrap();
    db.execute("CREATE TABLE thing (name TEXT)", ()).unwrap();
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    for _ in 0..3 {
        let error = db.query_as::<(i64,)>("SELECT count(*) FROM thing", ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connection { .. } | ErrorKind::Database { .. }), "{error:?}");
    }
    std::fs::write(&path, b"").unwrap();
    db.execute("CREATE TABLE thing (name TEXT)", ()).unwrap();
}

#[test]
fn a_connection_whose_file_was_replaced_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let url = format!("sqlite:{}?journal_mode=delete", path.display());
    let db = Database::builder(&url).max_connections(1).connect().unwrap();
    db.execute("CREATE TABLE mark (n INTEGER)", ()).unwrap();
    std::fs::copy(&path, folder.path().join("copy.db")).unwrap();
    std::fs::rename(folder.path().join("copy.db"), &path).unwrap();
    let error = db.execute("INSERT INTO mark VALUES (1)", ()).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Connection { problem } if problem.contains("moved, replaced or deleted")),
        "{error:?}"
    );
    db.execute("INSERT INTO mark VALUES (2)", ()).unwrap();
    assert_eq!(db.query_as::<i64>("SELECT n FROM mark", ()).unwrap(), [2]);
}

#[test]
fn the_drivers_error_is_the_source_of_a_violation() {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.execute("CREATE TABLE t (n INTEGER NOT NULL UNIQUE)", ()).unwrap();
    db.execute("INSERT INTO t VALUES (1)", ()).unwrap();
    let error = db.execute("INSERT INTO t VALUES (1)", ()).unwrap_err();
    let driver: &rusqlite::Error = error.downcast_ref().unwrap();
    assert_eq!(driver.sqlite_error_code(), Some(rusqlite::ErrorCode::ConstraintViolation));
}

#[test]
fn a_column_that_another_program_dropped_or_added_is_told_or_borne() {
    let db = rows();
    db.execute("ALTER TABLE row ADD COLUMN other TEXT DEFAULT 'x'", ()).unwrap();
    assert_eq!(Row::find(1, &db).unwrap().id, 1);
    db.execute("ALTER TABLE row DROP COLUMN ratio", ()).unwrap();
    let error = Row::find(1, &db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { problem } if problem.contains("ratio")), "{error:?}");
}

#[test]
fn a_value_that_was_bound_is_not_shown() {
    let db = Fixture::sqlite_memory().db;
    db.execute("CREATE VIRTUAL TABLE page USING fts5(body)", ()).unwrap();
    db.execute("CREATE TABLE doc (text TEXT) STRICT", ()).unwrap();
    db.execute("INSERT INTO doc VALUES ('{}')", ()).unwrap();
    db.execute(
        "CREATE TRIGGER short BEFORE INSERT ON doc WHEN NEW.text = '' BEGIN SELECT RAISE(ABORT, 'the \"text\": empty'); END",
        (),
    )
    .unwrap();
    for (sql, value, kept) in [
        ("SELECT count(*) FROM page WHERE page MATCH ?", "hunter2: orm", "no such column"),
        ("SELECT count(*) FROM page WHERE page MATCH ?", "(hunter2", "fts5: syntax error near"),
        ("SELECT json_extract(text, ?) FROM doc", "hunter2", "bad JSON path"),
        ("ATTACH DATABASE ? AS other", "/hunter2/x.db", "unable to open database"),
    ] {
        let error = db.execute(sql, (value,)).unwrap_err();
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("hunter2") && shown.contains(kept), "{sql}: {shown}");
        assert!(error.to_string().contains("(the value is not shown)"), "{error}");
        assert!(!matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    }
    for (sql, whole) in [
        ("SELECT * FROM nowhere WHERE a = ?", "no such table: nowhere: `create_all`"),
        ("SELECT missing FROM doc WHERE text = ?", "no such column: missing: the table differs"),
        ("INSERT INTO doc VALUES (?)", "the \"text\": empty"),
    ] {
        let error = db.execute(sql, ("",)).unwrap_err();
        assert!(error.to_string().contains(whole), "{error}");
    }
    let of_text = db.execute("SELECT json_extract(text, 'path') FROM doc", ()).unwrap_err();
    assert!(of_text.to_string().contains("bad JSON path: 'path'"), "{of_text}");
}

#[test]
fn a_table_that_is_gone_since_its_statement_was_prepared_is_missing() {
    let db = rows();
    assert_eq!(Row::get(2, &db).unwrap(), None);
    db.execute("DROP TABLE row", ()).unwrap();
    let error = Row::get(2, &db).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Schema { problem } if problem.contains("no such table: row")),
        "{error:?}"
    );
}
