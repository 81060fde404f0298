//! SQLite's one writer, its readers beside it, and its one private connection in memory.

mod writers;

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ormcore::backend::sqlite::rusqlite;
use ormcore::prelude::*;
use ormcore_tests::Fixture;
use tempfile::TempDir;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// A file database with options in its URL, and the folder that goes with it.
fn file(options: &str) -> (TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::connect(&format!("sqlite:{}{options}", folder.path().join("app.db").display())).unwrap();
    db.create_tables::<Item>().unwrap();
    (folder, db)
}

fn memory() -> Database {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<Item>().unwrap();
    db
}

/// Opens a transaction in another thread, writes in it, and holds it until the sender is dropped.
fn hold_a_write(db: &Database) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
    let (db, (release, released), (ready, is_ready)) = (db.clone(), mpsc::channel(), mpsc::channel());
    let thread = thread::spawn(move || {
        db.transaction(|tx| {
            Item::new("held").insert(tx)?;
            ready.send(()).unwrap();
            let _ = released.recv();
            Ok(())
        })
        .unwrap();
    });
    is_ready.recv().unwrap();
    (release, thread)
}

#[test]
fn readers_read_beside_a_writer_and_see_nothing_uncommitted() {
    let (_folder, db) = file("");
    Item::new("before").insert(&db).unwrap();
    let (release, writer) = hold_a_write(&db);
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| assert_eq!(Item::query().count(&db).unwrap(), 1));
        }
    });
    drop(release);
    writer.join().unwrap();
    assert_eq!(Item::query().count(&db).unwrap(), 2);
}

#[test]
fn a_read_only_transaction_keeps_its_view_while_others_write() {
    let (_folder, db) = file("");
    Item::new("before").insert(&db).unwrap();
    db.transaction_with(TransactionOptions::new().read_only(), |tx| -> ormcore::Result<()> {
        assert_eq!(Item::query().count(tx)?, 1);
        thread::scope(|scope| scope.spawn(|| Item::new("meanwhile").insert(&db).unwrap()).join().unwrap());
        assert_eq!(Item::query().count(tx)?, 1);
        Ok(())
    })
    .unwrap();
    assert_eq!(Item::query().count(&db).unwrap(), 2);
}

#[test]
fn a_connection_that_the_program_made_read_only_stays_so_after_a_read_only_transaction() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["sqlite::memory:".to_string(), format!("sqlite:{}", folder.path().join("app.db").display())] {
        let made = Database::connect(&url).unwrap();
        made.create_tables::<Item>().unwrap();
        drop(made);
        let db = Database::builder(&url)
            .max_connections(1)
            .on_connect(|connection| {
                connection.execute_script("CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, name TEXT)")?;
                connection.execute_script("PRAGMA query_only = ON")
            })
            .connect()
            .unwrap();
        let read_only = TransactionOptions::new().read_only();
        for _ in 0..2 {
            assert_eq!(db.transaction_with(read_only, |tx| Item::query().count(tx)).unwrap(), 0);
            let error = Item::new("written").insert(&db).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
        }
    }
}

#[test]
fn the_driver_is_lent_no_connection_that_a_read_only_transaction_left_read_only() {
    for fixture in [Fixture::sqlite_memory(), Fixture::sqlite_file()] {
        let db = &fixture.db;
        db.create_tables::<Item>().unwrap();
        let ended = db.transaction_with(TransactionOptions::new().read_only(), |tx| tx.execute("COMMIT", ()));
        assert!(ended.unwrap_err().to_string().contains("ended this transaction"));
        let insert =
            |connection: &mut rusqlite::Connection| connection.execute_batch("INSERT INTO item VALUES (1, 'a')");
        db.with_driver(insert).unwrap().unwrap();
        assert_eq!(Item::query().count(db).unwrap(), 1);
    }
}

#[test]
fn a_pool_that_is_used_up_is_an_error_after_its_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::builder(&format!("sqlite:{}", folder.path().join("app.db").display()))
        .max_connections(2)
        .checkout_timeout(Duration::from_millis(40))
        .connect()
        .unwrap();
    let (held, timeout) = (db.test_transaction().unwrap(), Duration::from_millis(40));
    db.transaction_with(TransactionOptions::new().read_only(), |_| -> ormcore::Result<()> {
        let since = Instant::now();
        let error = db.query_as::<(i64,)>("SELECT 1", ()).unwrap_err();
        assert!(since.elapsed() >= timeout);
        assert_eq!(error.kind(), &ErrorKind::PoolTimeout { waited: timeout, max_connections: 2 });
        assert!(error.is_retryable());
        Ok(())
    })
    .unwrap();
    drop(held);
    assert_eq!(db.query_as::<(i64,)>("SELECT 1", ()).unwrap(), [(1,)]);
}

#[test]
fn whoever_waits_for_ever_gets_the_connection_in_the_end() {
    let db = Database::builder("sqlite::memory:").checkout_timeout(Duration::MAX).connect().unwrap();
    let held = db.test_transaction().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| db.query_as::<(i64,)>("SELECT 1", ()));
        thread::sleep(Duration::from_millis(30));
        drop(held);
        assert_eq!(waiting.join().unwrap().unwrap(), [(1,)]);
    });
}

/// A session may be sent to another thread: that one uses the connection then.
#[test]
fn memory_knows_the_thread_that_uses_it() {
    let db = memory();
    let mut session = db.session().unwrap();
    session.add(Item::new("first"));
    session.flush().unwrap();
    let (moved, is_moved) = mpsc::channel();
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut session = session;
            session.add(Item::new("second"));
            session.flush().unwrap();
            let since = Instant::now();
            let error = Item::query().count(&db).unwrap_err();
            assert!(error.to_string().contains("this thread is using it already"), "{error}");
            assert!(since.elapsed() < Duration::from_secs(5));
            moved.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            session.commit().unwrap();
        });
        is_moved.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(Item::query().count(&db).unwrap(), 2);
        other.join().unwrap();
    });
}

#[test]
fn memory_inside_its_own_transaction_is_an_immediate_error() {
    let db = memory();
    let since = Instant::now();
    db.transaction(|tx| {
        for error in [
            Item::query().count(&db).unwrap_err(),
            Item::new("a").insert(&db).unwrap_err(),
            db.clone().transaction(|_| Ok(())).unwrap_err(),
            db.test_transaction().unwrap_err(),
            db.with_driver(|_: &mut ()| ()).unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
            assert!(error.to_string().contains("pass `tx` instead of `&db`"), "{error}");
        }
        Item::new("a").insert(tx)
    })
    .unwrap();
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(Item::query().count(&db).unwrap(), 1);
}

#[test]
fn memory_inside_each_is_an_immediate_error() {
    let db = memory();
    Item::insert_all([Item::new("a"), Item::new("b")], &db).unwrap();
    let error = Item::query().each(&db, |item| item.delete(&db)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    assert!(error.to_string().contains("inside `each` or `chunks` collect the rows first"), "{error}");
    for rows in [1, 9] {
        let error = Item::query().chunks(rows, &db, |items| items[0].clone().delete(&db)).unwrap_err();
        assert!(error.to_string().contains("inside `each` or `chunks` collect the rows first"), "{rows}: {error}");
    }
    for item in Item::all(&db).unwrap() {
        item.delete(&db).unwrap();
    }
    assert_eq!(Item::query().count(&db).unwrap(), 0);
}

#[test]
fn a_file_may_be_used_inside_each() {
    let fixture = Fixture::sqlite_file();
    let db = &fixture.db;
    db.create_tables::<Item>().unwrap();
    Item::insert_all((0..100).map(|number| Item::new(format!("{number}"))), db).unwrap();
    Item::query().each(db, |item| item.delete(db)).unwrap();
    assert_eq!(Item::query().count(db).unwrap(), 0);
}

#[test]
fn other_threads_wait_for_memory_in_a_transaction() {
    let db = memory();
    let (release, writer) = hold_a_write(&db);
    let reader = thread::spawn({
        let db = db.clone();
        move || Item::query().count(&db).unwrap()
    });
    thread::sleep(Duration::from_millis(60));
    assert!(!reader.is_finished());
    drop(release);
    writer.join().unwrap();
    assert_eq!(reader.join().unwrap(), 1);
}

#[test]
fn memory_is_private_and_shared_by_clones() {
    let (one, other) = (memory(), memory());
    let clone = one.clone();
    Item::new("a").insert(&one).unwrap();
    drop(one);
    assert_eq!(Item::query().count(&clone).unwrap(), 1);
    assert_eq!(Item::query().count(&other).unwrap(), 0);
}

#[test]
fn a_transaction_left_open_in_raw_sql_is_rolled_back() {
    for fixture in [Fixture::sqlite_memory(), Fixture::sqlite_file()] {
        let db = &fixture.db;
        db.create_tables::<Item>().unwrap();
        db.execute("BEGIN IMMEDIATE", ()).unwrap();
        Item::new("a").insert(db).unwrap();
        db.with_driver(|connection: &mut ormcore::backend::sqlite::rusqlite::Connection| {
            connection.execute_batch("BEGIN; INSERT INTO item (name) VALUES ('lost')").unwrap();
        })
        .unwrap();
        assert_eq!(Item::query().count(db).unwrap(), 1);
        db.transaction(|tx| Item::new("b").insert(tx)).unwrap();
    }
}

/// What an error ended by itself is not continued outside of it: the rest would be committed statement by statement.
#[test]
fn a_transaction_that_the_database_ended_takes_nothing_more() {
    for fixture in [Fixture::sqlite_memory(), Fixture::sqlite_file()] {
        let db = &fixture.db;
        db.create_tables::<Item>().unwrap();
        Item::new("first").insert(db).unwrap();
        let ended: ormcore::Result<()> = db.transaction(|tx| {
            Item::new("lost").insert(tx)?;
            let error = tx.execute("INSERT OR ROLLBACK INTO item (id, name) VALUES (1, 'x')", ()).unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            assert!(Item::new("outside").insert(tx).is_err());
            assert!(Item::insert_all([Item::new("outside"), Item::new("outside")], tx).is_err());
            assert!(tx.transaction(|inner| Item::new("outside").insert(inner)).is_err());
            Ok(())
        });
        assert!(ended.unwrap_err().to_string().contains("nothing of it is kept"));
        assert_eq!(Item::query().count(db).unwrap(), 1);
        Item::new("after").insert(db).unwrap();
    }
}

#[test]
fn a_savepoint_in_which_the_transaction_ended_is_an_error_too() {
    let db = memory();
    Item::new("first").insert(&db).unwrap();
    let ended: ormcore::Result<()> = db.transaction(|tx| {
        let inner: ormcore::Result<()> = tx.transaction(|inner| {
            inner.execute("INSERT OR ROLLBACK INTO item (id, name) VALUES (1, 'x')", ())?;
            Ok(())
        });
        assert!(inner.is_err());
        assert!(tx.transaction(|inner| Item::new("outside").insert(inner)).is_err());
        Ok(())
    });
    assert!(ended.is_err());
    assert_eq!(Item::query().count(&db).unwrap(), 1);
    db.transaction(|tx| tx.transaction(|inner| Item::new("after").insert(inner))).unwrap();
}

#[test]
fn a_read_only_transaction_that_raw_sql_ended_leaves_a_connection_that_writes() {
    for write in
        [|db: &Database| Item::new("a").insert(db), |db: &Database| db.transaction(|tx| Item::new("a").insert(tx))]
    {
        let db = memory();
        let options = TransactionOptions::new().read_only();
        assert!(db.transaction_with(options, |tx| tx.execute("COMMIT", ())).is_err());
        write(&db).unwrap();
        assert!(db.transaction_with(options, |tx| Item::new("b").insert(tx)).is_err());
    }
}

/// A fresh file with a journal of the old kind, and a connection that writes to it and has not committed.
fn fresh_file_that_is_written() -> (TempDir, String, rusqlite::Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fresh.db");
    let writer = rusqlite::Connection::open(&path).unwrap();
    writer.execute_batch("CREATE TABLE other (n INTEGER); BEGIN IMMEDIATE; INSERT INTO other VALUES (1)").unwrap();
    let url = format!("sqlite:{}", path.display());
    (folder, url, writer)
}

#[test]
fn who_connects_waits_for_the_one_who_writes_to_the_fresh_file() {
    let (_folder, url, writer) = fresh_file_that_is_written();
    let connecting = thread::spawn(move || {
        let since = Instant::now();
        let db = Database::connect(&url).unwrap();
        (since.elapsed(), db.query_as::<(String,)>("PRAGMA journal_mode", ()).unwrap())
    });
    thread::sleep(Duration::from_millis(150));
    writer.execute_batch("COMMIT").unwrap();
    let (waited, mode) = connecting.join().unwrap();
    assert!(waited >= Duration::from_millis(100), "{waited:?}");
    assert_eq!(mode, [("wal".to_string(),)]);
}

/// SQLite takes a file out of WAL only for the last that has it open.
#[test]
fn who_takes_a_file_out_of_wal_is_told_at_once_that_others_have_it_open() {
    let (folder, _db) = file("");
    let url = format!("sqlite:{}?journal_mode=delete&busy_timeout=60000", folder.path().join("app.db").display());
    let start = Instant::now();
    assert!(matches!(Database::connect(&url).unwrap_err().kind(), ErrorKind::Busy { .. }));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn who_connects_and_waits_in_vain_is_told_that_it_may_try_again() {
    let (_folder, url, _writer) = fresh_file_that_is_written();
    let since = Instant::now();
    let error = Database::connect(&format!("{url}?busy_timeout=150")).unwrap_err();
    let waited = since.elapsed();
    let names_it = matches!(error.kind(), ErrorKind::Busy { problem } if problem.contains("fresh.db"));
    assert!(names_it && error.is_retryable(), "{error:?}");
    assert!(waited >= Duration::from_millis(150) && waited < Duration::from_secs(3), "{waited:?}");
}

#[test]
fn many_may_connect_to_a_fresh_file_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("fresh.db").display());
        thread::scope(|scope| {
            let connecting: Vec<_> = (0..8).map(|_| scope.spawn(|| Database::connect(&url).map(drop))).collect();
            connecting.into_iter().for_each(|each| each.join().unwrap().unwrap());
        });
    }
}
