//! COPY, notices and notifications: what the driver's connection has of its own.

use std::io::{self, Read};

use ormcore::backend::Connection;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says};

fn table(db: &Database) {
    db.execute("CREATE TABLE city (id integer PRIMARY KEY, name text)", ()).unwrap();
}

fn copy_in(db: &Database, data: impl Read) -> ormcore::Result<u64> {
    db.with_driver(|connection: &mut PostgresConnection| connection.copy_in("COPY city FROM STDIN (FORMAT csv)", data))?
}

#[test]
fn a_hundred_thousand_rows_go_in_and_out() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let rows: String = (0..100_000).map(|id| format!("{id},\"city, \"\"{id}\"\"\"\n")).collect();
    assert_eq!(copy_in(db, rows.as_bytes()).unwrap(), 100_000);
    let mut out = Vec::new();
    let copied = db.with_driver(|connection: &mut PostgresConnection| {
        connection.copy_out("COPY (SELECT * FROM city ORDER BY id) TO STDOUT (FORMAT csv)", &mut out)
    });
    assert_eq!(copied.unwrap().unwrap(), 100_000);
    assert_eq!(out, rows.as_bytes());
}

#[test]
fn the_rows_that_are_counted_are_those_of_the_copy() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    db.with_driver(|connection: &mut PostgresConnection| {
        let data = "1\ta\n2\tb\n".as_bytes();
        assert_eq!(connection.copy_in("COPY city FROM STDIN; ANALYZE city", data).unwrap(), 2);
        assert_eq!(connection.copy_out("COPY city TO STDOUT; SELECT 1", io::sink()).unwrap(), 2);
    })
    .unwrap();
}

/// A reader that fails after a while.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = b"1,never\n";
        if self.0 == 0 {
            return Err(io::Error::other("the disk is gone"));
        }
        self.0 -= 1;
        buffer[..line.len()].copy_from_slice(line);
        Ok(line.len())
    }
}

#[test]
fn a_copy_that_fails_copies_nothing_and_the_connection_goes_on() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let error = copy_in(db, Failing(3)).unwrap_err();
    assert!(error.downcast_ref::<io::Error>().is_some(), "{error:?}");
    let error = copy_in(db, "1,a\n1,hunter2\n".as_bytes()).unwrap_err();
    assert!(error.is_unique_violation() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    let error = copy_in(db, "x,hunter2\n".as_bytes()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
    // A refused row at the start, and much that follows it.
    let many = ["x\n".to_string(), (0..300_000).map(|id| format!("{id},a\n")).collect()].concat();
    copy_in(db, many.as_bytes()).unwrap_err();
    db.with_driver(|connection: &mut PostgresConnection| {
        assert!(
            connection.copy_out("COPY (SELECT 1) TO STDOUT", Full).unwrap_err().downcast_ref::<io::Error>().is_some()
        );
        for sql in ["SELECT 1", "", "COPY nowhere FROM STDIN", "COPY city TO STDOUT", "SELECT 1; COPY city FROM STDIN"]
        {
            connection.copy_in(sql, io::empty()).unwrap_err();
            assert!(connection.is_usable() && !connection.in_transaction(), "{sql}");
        }
        connection.copy_out("COPY city FROM STDIN", io::sink()).unwrap_err();
        connection.copy_in("COPY city FROM STDIN\0", io::empty()).unwrap_err();
    })
    .unwrap();
    assert_eq!(one::<(i64,)>(db, "SELECT count(*) FROM city"), (0,));
}

/// A writer that has no place.
struct Full;

impl io::Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("full"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_copy_is_part_of_its_transaction() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let undone = db.transaction(|tx| {
        tx.with_driver(|c: &mut PostgresConnection| {
            c.copy_in("COPY city FROM STDIN (FORMAT csv)", "1,a\n".as_bytes())
        })??;
        Err::<(), _>(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    db.transaction(|tx| {
        let lost = tx.savepoint(|tx| {
            tx.with_driver(|c: &mut PostgresConnection| {
                c.copy_in("COPY city FROM STDIN (FORMAT csv)", "x\n".as_bytes())
            })?
        });
        lost.unwrap_err();
        tx.with_driver(|c: &mut PostgresConnection| c.copy_in("COPY city FROM STDIN (FORMAT csv)", "2,b\n".as_bytes()))?
    })
    .unwrap();
    let failed = db.transaction(|tx| {
        tx.execute("SELECT 1 / 0", ()).unwrap_err();
        // A savepoint in a transaction that has failed is refused, which comes with what follows it.
        let refused = tx.savepoint(|tx| {
            tx.with_driver(|c: &mut PostgresConnection| {
                c.copy_in("COPY city FROM STDIN (FORMAT csv)", "3,c\n".as_bytes())
            })?
        });
        refused.unwrap_err();
        Ok(())
    });
    says(&failed.unwrap_err(), &["tx.savepoint"]);
    assert_eq!(db.query_as::<(i32,)>("SELECT id FROM city", ()).unwrap(), [(2,)]);
}

#[test]
fn a_copy_that_is_run_as_other_statements_says_where_it_belongs() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let check = |error: Error, way: &str| {
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        says(&error, &[way, "with_driver"]);
        assert_eq!(one::<(i64,)>(db, "SELECT count(*) FROM city"), (0,));
    };
    check(db.execute("COPY city FROM STDIN", ()).unwrap_err(), "copy_in");
    check(db.query_as::<(i32,)>("COPY city FROM STDIN", ()).unwrap_err(), "copy_in");
    check(db.execute("COPY city TO STDOUT", ()).unwrap_err(), "copy_out");
    let script = |sql: &str| db.with_driver(|c: &mut PostgresConnection| c.execute_script(sql)).unwrap();
    check(script("SELECT 1; COPY city FROM STDIN; SELECT 2").unwrap_err(), "copy_in");
    check(script("COPY city TO STDOUT").unwrap_err(), "copy_out");
    let same = one::<(i32,)>(db, "SELECT pg_backend_pid()");
    db.execute("COPY city FROM STDIN", ()).unwrap_err();
    assert_eq!(one::<(i32,)>(db, "SELECT pg_backend_pid()"), same, "the connection is the same");
}

#[test]
fn notifications_come_with_the_answers() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    db.transaction(|tx| {
        tx.execute("LISTEN shop", ())?;
        Ok(())
    })
    .unwrap();
    let url = ormcore_tests::postgres_url().unwrap();
    let other = Database::connect(url).unwrap();
    db.with_driver(|connection: &mut PostgresConnection| {
        connection.execute_script("LISTEN \"the shop\"").unwrap();
        other.execute("SELECT pg_notify('the shop', 'open')", ()).unwrap();
        connection.ping().unwrap();
        let told = connection.notification().unwrap();
        assert_eq!((told.channel.as_str(), told.payload.as_str(), told.process > 0), ("the shop", "open", true));
        assert_eq!(connection.notification(), None);
    })
    .unwrap();
    // The next user of the connection does not listen.
    other.execute("SELECT pg_notify('the shop', 'closed')", ()).unwrap();
    db.with_driver(|connection: &mut PostgresConnection| {
        connection.ping().unwrap();
        assert_eq!(connection.notification(), None);
    })
    .unwrap();
}

#[test]
fn a_second_copy_in_the_same_sql_is_refused_and_not_waited_for() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    db.execute("INSERT INTO city VALUES (1, 'Bern')", ()).unwrap();
    let refused = |ended: ormcore::Result<u64>| {
        let error = ended.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        says(&error, &["one call runs one COPY"]);
    };
    db.with_driver(|connection: &mut PostgresConnection| {
        let data = "2\tRome\n";
        refused(connection.copy_in("COPY city FROM STDIN; COPY city FROM STDIN", data.as_bytes()));
        refused(connection.copy_out("COPY city TO STDOUT; COPY city FROM STDIN", io::sink()));
        assert!(connection.is_usable());
        assert_eq!(connection.copy_in("COPY city FROM STDIN", "3\tOslo\n".as_bytes()).unwrap(), 1);
    })
    .unwrap();
    assert_eq!(db.query_as::<(i32,)>("SELECT id FROM city ORDER BY id", ()).unwrap(), [(1,), (3,)]);
}

#[test]
fn a_script_that_copies_at_the_start_of_a_transaction_says_where_that_belongs() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    db.execute("CREATE VIEW cities AS SELECT * FROM city", ()).unwrap();
    let script = |tx: &Transaction, sql: &str| tx.with_driver(|c: &mut PostgresConnection| c.execute_script(sql));
    // The server refuses the copy into a view after it has asked for the data.
    for sql in ["COPY city FROM STDIN", "COPY cities FROM STDIN", "COPY city TO STDOUT"] {
        let error = db.transaction(|tx| script(tx, sql)?).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        says(&error, &["with_driver"]);
        db.transaction(|tx| {
            let undone = tx.savepoint(|tx| script(tx, sql)?);
            assert!(undone.is_err());
            assert_eq!(tx.query_as::<(i32,)>("SELECT 7", ())?, [(7,)]);
            tx.savepoint(|tx| script(tx, "SELECT 1; SELECT 2")?)?;
            assert_eq!(tx.query_as::<(i32,)>("SELECT 8", ())?, [(8,)]);
            Ok(())
        })
        .unwrap();
        assert!(db.execute(sql, ()).is_err());
        assert_eq!(one::<(i32,)>(db, "SELECT 9"), (9,));
        db.with_driver(|c: &mut PostgresConnection| c.execute_script("SELECT 1")).unwrap().unwrap();
        assert_eq!(one::<(i32,)>(db, "SELECT 10"), (10,));
    }
}

#[test]
fn a_copy_says_why_the_server_ended_the_connection() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    let copies = [
        "COPY (SELECT repeat('x', 9000) FROM generate_series(1, 100)) TO STDOUT; SELECT pg_terminate_backend(pg_backend_pid())",
        "COPY (SELECT pg_terminate_backend(pg_backend_pid()) FROM generate_series(1, 100)) TO STDOUT",
    ];
    for sql in copies {
        let copied =
            db.with_driver(|connection: &mut PostgresConnection| connection.copy_out(sql, io::sink())).unwrap();
        let error = copied.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connection { .. }), "{error:?}");
        says(&error, &["terminating connection due to administrator command"]);
        assert_eq!(one::<(i32,)>(db, "SELECT 1"), (1,));
    }
}
