//! Statements that run too long are ended.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ormcore::SessionOptions;
use ormcore::backend::sqlite::rusqlite;
use ormcore::backend::sqlite::rusqlite::functions::FunctionFlags;
use ormcore::prelude::*;
use ormcore_tests::{Fixture, is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "limited_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
}

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

fn limited() -> TransactionOptions {
    TransactionOptions::new().statement_timeout(Duration::from_millis(50))
}

fn is_canceled(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Canceled { .. })
}

fn a_statement_of_a_limited_transaction_is_ended(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let started = Instant::now();
    let error = db
        .transaction_with(limited(), |tx| {
            Note::new("taken back").insert(tx)?;
            tx.query_as::<(i64,)>(ENDLESS, ())
        })
        .unwrap_err();
    assert!(is_canceled(&error) && !error.is_retryable(), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(Note::query().count(db)?, 0);
    // The next one on the connection has no limit: it may run longer than 50 milliseconds.
    let longer = format!("SELECT count(*) FROM ({}) AS rows", counting(db, 600_000));
    assert_eq!(db.query_as::<(i64,)>(&longer, ())?, [(600_000,)]);
    Ok(())
}

/// SQL that gives rows, and takes its time.
fn counting(db: &Database, rows: u64) -> String {
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n");
    if is_sqlite(db) { numbers } else { format!("SELECT i FROM ({numbers}) AS n, pg_sleep(0.2)") }
}

fn what_is_quick_enough_is_not_ended(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    db.transaction_with(limited(), |tx| {
        for round in 0..4 {
            // The time begins anew with each statement.
            std::thread::sleep(Duration::from_millis(20));
            Note::insert_all((0..50).map(|number| Note::new(format!("{round} {number}"))), tx)?;
        }
        Note::query().each(tx, |_| Ok(()))
    })?;
    assert_eq!(Note::query().count(db)?, 200);
    Ok(())
}

fn a_write_that_is_ended_takes_its_transaction_with_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let ended: ormcore::Result<()> = db.transaction_with(limited(), |tx| {
        Note::new("before").insert(tx)?;
        let endless = ENDLESS.replace("SELECT count(*) FROM n", "SELECT CAST(i AS text) FROM n");
        let insert = format!("INSERT INTO limited_note (text) {endless}");
        let error = tx.execute(&insert, ()).unwrap_err();
        assert!(is_canceled(&error), "{error:?}");
        // Whoever goes on all the same writes nothing.
        let _ = Note::new("after").insert(tx);
        Ok(())
    });
    assert!(ended.is_err());
    assert_eq!(Note::query().count(db)?, 0);
    Ok(())
}

fn a_unit_of_work_is_limited_by_its_transaction(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let mut session = db.session_with(SessionOptions::new().transaction(limited()))?;
    session.add(Note::new("a"));
    let error = session.transaction()?.query_as::<(i64,)>(ENDLESS, ()).unwrap_err();
    assert!(is_canceled(&error), "{error:?}");
    session.rollback()?;
    assert_eq!(session.count(Note::query())?, 0);
    Ok(())
}

fn zero_is_no_limit(db: &Database) -> ormcore::Result<()> {
    let options = TransactionOptions::new().statement_timeout(Duration::ZERO);
    let counted = format!("SELECT count(*) FROM ({}) AS rows", counting(db, 10));
    assert_eq!(db.transaction_with(options, |tx| tx.query_as::<(i64,)>(&counted, ()))?, [(10,)]);
    Ok(())
}

fn the_limit_ends_with_its_transaction_whatever_ends_that(db: &Database) -> ormcore::Result<()> {
    let longer = format!("SELECT count(*) FROM ({}) AS rows", counting(db, 600_000));
    let runs_long = || db.query_as::<(i64,)>(&longer, ()).map(|rows| assert_eq!(rows, [(600_000,)]));
    let _: ormcore::Result<()> = db.transaction_with(limited(), |tx| tx.execute("COMMIT", ()).map(drop));
    runs_long()?;
    let _: ormcore::Result<()> = db.transaction_with(limited(), |tx| tx.execute("ROLLBACK", ()).map(drop));
    runs_long()?;
    let _: ormcore::Result<()> =
        db.transaction_with(limited(), |tx| tx.savepoint(|tx| tx.query_as::<(i64,)>(ENDLESS, ()).map(drop)));
    db.transaction(|tx| tx.query_as::<(i64,)>(&longer, ()).map(drop))
}

fn what_is_done_with_a_row_is_no_time_of_the_statement(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    Note::insert_all((0..3000).map(|number| Note::new(format!("{number}"))), db)?;
    let mut seen = 0;
    db.transaction_with(limited(), |tx| {
        Note::query().each(tx, |_| {
            seen += 1;
            if seen % 1000 == 1 {
                std::thread::sleep(Duration::from_millis(60));
            }
            Ok(())
        })
    })?;
    assert_eq!(seen, 3000);
    Ok(())
}

fn a_write_that_is_ended_in_a_savepoint_leaves_all_or_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let endless = ENDLESS.replace("SELECT count(*) FROM n", "SELECT CAST(i AS text) FROM n");
    let insert = format!("INSERT INTO limited_note (text) {endless}");
    let ended: ormcore::Result<()> = db.transaction_with(limited(), |tx| {
        Note::new("before").insert(tx)?;
        assert!(is_canceled(&tx.savepoint(|tx| tx.execute(&insert, ())).unwrap_err()));
        let _ = Note::new("after").insert(tx);
        Ok(())
    });
    assert_eq!(Note::query().count(db)?, if ended.is_ok() { 2 } else { 0 }, "{ended:?}");
    Note::query().delete(db)?;
    let mut session = db.session_with(SessionOptions::new().transaction(limited()))?;
    session.add(Note::new("before"));
    let ended = session.savepoint(|session| session.transaction()?.execute(&insert, ()));
    assert!(is_canceled(&ended.unwrap_err()));
    session.add(Note::new("after"));
    let ended = session.commit();
    session.rollback()?;
    assert_eq!(session.count(Note::query())?, if ended.is_ok() { 2 } else { 0 }, "{ended:?}");
    // The next transaction of the session is limited as the first one was.
    session.rollback()?;
    assert!(is_canceled(&session.transaction()?.query_as::<(i64,)>(ENDLESS, ()).unwrap_err()));
    Ok(())
}

on_every_backend!(
    a_statement_of_a_limited_transaction_is_ended,
    the_limit_ends_with_its_transaction_whatever_ends_that,
    what_is_done_with_a_row_is_no_time_of_the_statement,
    a_write_that_is_ended_in_a_savepoint_leaves_all_or_nothing,
    what_is_quick_enough_is_not_ended,
    a_write_that_is_ended_takes_its_transaction_with_it,
    a_unit_of_work_is_limited_by_its_transaction,
    zero_is_no_limit,
);

/// As the URL of PostgreSQL says it.
#[test]
fn a_url_of_sqlite_limits_every_statement() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:?statement_timeout=50")?;
    db.create_tables::<Note>()?;
    let error = db.query_as::<(i64,)>(ENDLESS, ()).unwrap_err();
    assert!(is_canceled(&error) && error.to_string().contains("statement_timeout"), "{error}");
    assert!(is_canceled(&db.execute_script(format!("SELECT 1; {ENDLESS}")).unwrap_err()));
    Note::new("still usable").insert(&db)?;
    // A transaction's own limit ends with it.
    let unlimited = TransactionOptions::new().statement_timeout(Duration::ZERO);
    db.transaction_with(unlimited, |tx| tx.query_as::<(i64,)>("SELECT 1", ()))?;
    assert!(is_canceled(&db.query_as::<(i64,)>(ENDLESS, ()).unwrap_err()));
    let wrong = Database::connect("sqlite::memory:?statement_timeout=1s").unwrap_err();
    assert!(wrong.to_string().contains("no number"), "{wrong}");
    Ok(())
}

#[test]
fn a_transaction_that_cannot_begin_limits_nothing() -> ormcore::Result<()> {
    let fixture = Fixture::sqlite_file();
    let db = Database::connect(&format!("{}?busy_timeout=0", fixture.url()))?;
    fixture.db.transaction(|_| {
        let refused: ormcore::Result<()> = db.transaction_with(limited(), |_| Ok(()));
        assert!(matches!(refused.unwrap_err().kind(), ErrorKind::Busy { .. }));
        let longer = format!("SELECT count(*) FROM ({})", counting(&db, 600_000));
        assert_eq!(db.query_as::<(i64,)>(&longer, ())?, [(600_000,)]);
        Ok(())
    })
}

/// Long enough that SQLite asks for the time, and done within a moment.
const SOME: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT CAST(i AS text) FROM n";

/// Runs the work while another connection, that of a transaction which begins so, holds its locks for longer than the work's
/// limit.
fn while_locked<T>(url: &str, begin: &'static str, work: impl FnOnce() -> T) -> T {
    let (locked, is_locked) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let other = rusqlite::Connection::open(url.trim_start_matches("sqlite:")).unwrap();
            other.execute_batch(begin).unwrap();
            locked.send(()).unwrap();
            thread::sleep(Duration::from_millis(350));
            other.execute_batch("COMMIT").unwrap();
        });
        is_locked.recv().unwrap();
        work()
    })
}

#[test]
fn to_wait_for_a_lock_is_no_time_of_the_statement() -> ormcore::Result<()> {
    for journal_mode in ["wal", "delete"] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("app.db").display());
        let db = Database::connect(&format!("{url}?journal_mode={journal_mode}&statement_timeout=200"))?;
        db.create_tables::<Note>()?;
        let insert = format!("INSERT INTO limited_note (text) {SOME}");
        assert_eq!(while_locked(&url, "BEGIN IMMEDIATE", || db.execute(&insert, ()))?, 3000);
        assert_eq!(while_locked(&url, "BEGIN EXCLUSIVE", || Note::query().all(&db))?.len(), 3000);
        let reading = TransactionOptions::new().read_only().statement_timeout(Duration::from_millis(200));
        let read = || db.transaction_with(reading, |tx| Note::query().all(tx));
        assert_eq!(while_locked(&url, "BEGIN EXCLUSIVE", read)?.len(), 3000);
        // Who reads keeps others from committing where there is no WAL.
        let reads = "BEGIN; SELECT count(*) FROM limited_note";
        assert_eq!(while_locked(&url, reads, || db.execute(&insert, ()))?, 3000);
        assert_eq!(Note::query().count(&db)?, 6000);
    }
    Ok(())
}

#[test]
fn a_write_that_is_ended_at_its_very_end_is_undone() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:?statement_timeout=50")?;
    db.create_tables::<Note>()?;
    let nap = |connection: &mut rusqlite::Connection| {
        connection.create_scalar_function("nap", 0, FunctionFlags::SQLITE_UTF8, |_| {
            thread::sleep(Duration::from_millis(80));
            Ok("")
        })
    };
    db.with_driver(nap)?.unwrap();
    // SQLite asks for the time within the subquery, and next when the row is written.
    let text = format!("printf('%s%s', (SELECT count(*) FROM ({SOME})), nap() {})", "|| random() ".repeat(800));
    let insert = format!("INSERT INTO limited_note (text) VALUES ({text})");
    assert!(is_canceled(&db.execute(&insert, ()).unwrap_err()));
    assert_eq!(Note::query().count(&db)?, 0);
    assert!(is_canceled(&db.execute_script(&insert).unwrap_err()));
    assert_eq!(Note::query().count(&db)?, 0);
    assert!(is_canceled(&db.query_as::<i64>(&format!("{insert} RETURNING id"), ()).unwrap_err()));
    assert_eq!(Note::query().count(&db)?, 0);
    let ended = db.transaction(|tx| {
        Note::new("before").insert(tx)?;
        assert!(is_canceled(&tx.execute(&insert, ()).unwrap_err()));
        Ok(())
    });
    assert!(ended.is_err());
    assert_eq!(Note::query().count(&db)?, 0);
    Ok(())
}

/// A limit leaves alone what runs outside of transactions only.
#[test]
fn what_a_limited_connection_runs_is_what_another_one_does() -> ormcore::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::connect(&format!("sqlite:{}?statement_timeout=5000", folder.path().join("app.db").display()))?;
    db.create_tables::<Note>()?;
    Note::new("a").insert(&db)?;
    db.execute_script("DELETE FROM limited_note; CREATE TABLE t (a)")?;
    db.execute("-- what is deleted\n VACUUM", ())?;
    db.execute("PRAGMA journal_mode = delete", ())?;
    assert_eq!(db.query_as::<String>("PRAGMA journal_mode", ())?, ["delete"]);
    db.execute("/* and\n one */ INSERT INTO limited_note (id, text) VALUES (1, 'b')", ())?;
    let taken = db.execute("INSERT INTO limited_note (id, text) VALUES (1, 'c')", ()).unwrap_err();
    assert!(taken.is_unique_violation() && taken.to_string().contains("limited_note"), "{taken}");
    assert_eq!(Note::query().select(Note::TEXT).all(&db)?, ["b"]);
    Ok(())
}

/// With a limit a write has a transaction of its own, which nothing else of it shows.
#[test]
fn a_statement_with_a_limit_does_what_it_does_without_one() -> ormcore::Result<()> {
    let run = |options: &str| -> ormcore::Result<Vec<String>> {
        let db = Database::connect(&format!("sqlite::memory:{options}"))?;
        db.create_tables::<Note>()?;
        db.execute_script(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED, \
             n INTEGER NOT NULL UNIQUE); INSERT INTO child (n) VALUES (2)",
        )?;
        let mut seen = Vec::new();
        for sql in [
            "ATTACH ':memory:' AS other",
            "CREATE TABLE other.t (id)",
            "INSERT INTO child (n) VALUES (10), (2), (11)",
            "INSERT OR FAIL INTO child (n) VALUES (20), (2), (21)",
            "INSERT OR ABORT INTO child (n) VALUES (30), (2), (31)",
            "INSERT OR ROLLBACK INTO child (n) VALUES (40), (2)",
            "INSERT INTO child (parent_id, n) VALUES (9, 50)",
            "/* a ' comment */ -- another\nWITH m(i) AS (SELECT 60) INSERT INTO child (n) SELECT i FROM m",
            "REPLACE INTO child (id, n) VALUES (1, 70)",
            ";; UPDATE child SET n = n + 1 WHERE n = 70",
            "PRAGMA user_version = 8",
            "VACUUM",
            "DETACH other",
            "DROP TABLE parent",
            "ANALYZE",
            "REINDEX",
            "EXPLAIN INSERT INTO child (n) VALUES (80)",
        ] {
            let done = db.execute(sql, ()).map_err(|error| format!("{:?}", error.kind()));
            let left = db.query_as::<(i64,)>("SELECT n FROM child ORDER BY n", ())?;
            seen.push(format!("{sql}: {done:?} {left:?}"));
        }
        let rows = db.query_as::<(String,)>("INSERT INTO limited_note (text) VALUES ('a'), ('b') RETURNING text", ());
        seen.push(format!("{rows:?} {}", Note::query().count(&db)?));
        Ok(seen)
    };
    let (without, with) = (run("")?, run("?statement_timeout=5000")?);
    for (without, with) in without.iter().zip(&with) {
        assert_eq!(without, with);
    }
    Ok(())
}
