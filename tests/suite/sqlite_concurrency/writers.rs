//! Writers of one file: they wait for each other, and for those of other programs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use ormcore::backend::sqlite::rusqlite;
use ormcore::prelude::*;

use super::{Item, file, hold_a_write};

#[test]
fn a_writer_waits_for_another() {
    let (_folder, db) = file("?busy_timeout=10000");
    let (release, writer) = hold_a_write(&db);
    let waited = thread::spawn({
        let db = db.clone();
        move || {
            let since = Instant::now();
            Item::new("second").insert(&db).unwrap();
            since.elapsed()
        }
    });
    thread::sleep(Duration::from_millis(150));
    drop(release);
    writer.join().unwrap();
    assert!(waited.join().unwrap() >= Duration::from_millis(100));
    assert_eq!(Item::query().count(&db).unwrap(), 2);
}

#[test]
fn a_transaction_lets_the_next_one_write_however_it_ends() {
    let (_folder, db) = file("?busy_timeout=60000");
    Item::new("first").insert(&db).unwrap();
    let ends: [fn(&Transaction) -> ormcore::Result<()>; 6] = [
        |_| Ok(()),
        |_| Err(Error::rollback("on purpose")),
        |_| panic!("on purpose"),
        |tx| tx.execute("COMMIT", ()).map(drop),
        |tx| tx.execute("INSERT OR ROLLBACK INTO item (id, name) VALUES (1, 'x')", ()).map(drop),
        |tx| tx.with_driver(|driver: &mut rusqlite::Connection| driver.execute_batch("ROLLBACK").unwrap()),
    ];
    let since = Instant::now();
    for end in ends {
        let ended = catch_unwind(AssertUnwindSafe(|| db.transaction(end)));
        drop(ended);
        thread::scope(|scope| {
            // Both at once: each on a connection of its own.
            let others = [0, 1].map(|_| scope.spawn(|| db.transaction(|tx| Item::new("next").insert(tx))));
            others.into_iter().for_each(|other| drop(other.join().unwrap().unwrap()));
        });
        Item::new("alone").insert(&db).unwrap();
    }
    assert!(since.elapsed() < Duration::from_secs(30));
}

/// The lock of another program, which SQLite itself waits for.
#[test]
fn a_begin_that_misses_the_lock_of_another_program_leaves_others_their_turn() {
    let (folder, db) = file("?busy_timeout=20");
    let other = rusqlite::Connection::open(folder.path().join("app.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..2 {
        let error = db.transaction(|tx| Item::new("a").insert(tx)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
    }
    other.execute_batch("COMMIT").unwrap();
    db.transaction(|tx| Item::new("a").insert(tx)).unwrap();
    Item::new("b").insert(&db).unwrap();
}

#[test]
fn transactions_of_a_file_that_is_only_read_wait_for_nobody() {
    let (folder, db) = file("");
    Item::new("a").insert(&db).unwrap();
    let url = format!("sqlite:{}?mode=ro", folder.path().join("app.db").display());
    let readers = Database::connect(&url).unwrap();
    let since = Instant::now();
    let count = readers.transaction(|_| readers.transaction(|tx| Item::query().count(tx))).unwrap();
    assert_eq!(count, 1);
    assert!(since.elapsed() < Duration::from_secs(3));
}

#[test]
fn what_writes_no_row_waits_for_no_writer() {
    let (_folder, db) = file("");
    let since = Instant::now();
    db.transaction(|tx| {
        Item::new("a").insert(tx)?;
        db.query_as::<(i64, i64, i64)>("PRAGMA wal_checkpoint(PASSIVE)", ())
    })
    .unwrap();
    assert!(since.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_function_that_the_program_has_asked_when_the_file_is_locked_stays() {
    fn wait(_: i32) -> bool {
        thread::sleep(Duration::from_millis(1));
        true
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("app.db").display());
    let hook = |connection: &mut dyn ormcore::backend::Connection| {
        let driver = connection.driver().downcast_mut::<rusqlite::Connection>();
        driver.expect("SQLite").busy_handler(Some(wait)).map_err(|error| Error::rollback(error.to_string()))
    };
    let db = Database::builder(&url).on_connect(hook).connect().unwrap();
    db.create_tables::<Item>().unwrap();
    for _ in 0..2 {
        let (release, writer) = hold_a_write(&db);
        let waiting = {
            let db = db.clone();
            thread::spawn(move || Item::new("second").insert(&db))
        };
        thread::sleep(Duration::from_millis(50));
        drop(release);
        writer.join().unwrap();
        waiting.join().unwrap().unwrap();
    }
}

#[test]
fn a_writer_that_waited_in_vain_is_told_that_it_may_try_again() {
    let (_folder, db) = file("?busy_timeout=20");
    let (release, writer) = hold_a_write(&db);
    let since = Instant::now();
    for error in [
        Item::new("second").insert(&db).unwrap_err(),
        db.transaction(|tx| Item::new("second").insert(tx)).unwrap_err(),
        Item::insert_all([Item::new("a"), Item::new("b")], &db).unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
        assert!(error.is_retryable());
    }
    assert!(since.elapsed() < Duration::from_secs(3));
    drop(release);
    writer.join().unwrap();
    Item::new("second").insert(&db).unwrap();
}
