//! Statements that run too long are ended.

use std::time::{Duration, Instant};

use ormcore::SessionOptions;
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
