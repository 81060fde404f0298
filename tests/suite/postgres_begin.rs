//! Between the program and the server, words are changed: a BEGIN that is refused, as by a late cancellation, and a
//! connection that is told to be over.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ormcore::backend::Connection;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says, server};

/// Passes all that comes on, after it was changed, and so the end.
fn pass_on(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut chunk = [0; 65536];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        change(&mut chunk[..count]);
        if to.write_all(&chunk[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Puts other bytes in the place of the first ones there are of these.
fn replace(said: &mut [u8], word: &str, by: &str) {
    if let Some(at) = said.windows(word.len()).position(|at| at == word.as_bytes()) {
        said[at..at + by.len()].copy_from_slice(by.as_bytes());
    }
}

/// One connection to a server, before which somebody stands who changes what is asked and what is answered. One connection
/// is served after the other.
fn behind_meddler(
    asked: impl Fn(&mut [u8]) + Send + 'static,
    answered: impl Fn(&mut [u8]) + Clone + Send + 'static,
) -> Option<Database> {
    let url = server()?.tcp_url();
    let port: String = url.rsplit(':').next()?.chars().take_while(char::is_ascii_digit).collect();
    let to = format!("127.0.0.1:{port}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(&to).unwrap();
            let (from, to, answered) = (server.try_clone().unwrap(), client.try_clone().unwrap(), answered.clone());
            thread::spawn(move || pass_on(from, to, answered));
            pass_on(client, server, &asked);
        }
    });
    let url = format!("{}?sslmode=disable", url.replace(&format!(":{port}/"), &format!(":{own}/")));
    Some(Database::builder(&url).max_connections(1).connect().unwrap())
}

/// A database with an empty table. While it is told to, the meddler makes of each statement of this word one that there is
/// not.
fn meddled(word: &'static str, table: &str) -> Option<(Database, Arc<AtomicBool>)> {
    let meddles = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&meddles);
    let asked = move |said: &mut [u8]| {
        if told.load(Ordering::SeqCst) {
            replace(said, word, "X");
        }
    };
    let db = behind_meddler(asked, |_| {})?;
    db.execute(format!("CREATE TABLE {table} (n integer)"), ()).unwrap();
    Some((db, meddles))
}

#[test]
fn nothing_runs_behind_a_begin_that_was_refused() {
    let Some((db, meddles)) = meddled("BEGIN", "refused_begin") else { return };
    let insert = "INSERT INTO refused_begin VALUES (1)";
    let works: [fn(&Transaction, &str) -> ormcore::Result<()>; 4] = [
        |tx, insert| tx.execute(insert, ()).map(drop),
        |tx, insert| tx.savepoint(|tx| tx.execute(insert, ()).map(drop)),
        |tx, insert| tx.with_driver(|connection: &mut PostgresConnection| connection.execute_script(insert))?,
        |tx, _| {
            tx.with_driver(|connection: &mut PostgresConnection| {
                connection.copy_in("COPY refused_begin FROM STDIN", "1\n".as_bytes()).map(drop)
            })?
        },
    ];
    // The first time the statement is not known to the server, then it is.
    for round in 0..2 {
        for (number, work) in works.iter().enumerate() {
            meddles.store(true, Ordering::SeqCst);
            let error = db.transaction(|tx| work(tx, insert)).unwrap_err();
            assert!(error.to_string().contains("XEGIN"), "{number}: {error:?}");
            // Nor does what follows, whatever the closure made of the error.
            let ended = db.transaction(|tx| {
                work(tx, insert).unwrap_err();
                meddles.store(false, Ordering::SeqCst);
                tx.execute(insert, ()).unwrap_err();
                Ok(())
            });
            ended.unwrap_err();
            assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM refused_begin"), (0,), "{round} {number}");
        }
        for work in works {
            db.transaction(|tx| {
                work(tx, insert)?;
                work(tx, insert)
            })
            .unwrap();
        }
        assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM refused_begin"), (8,));
        db.execute("DELETE FROM refused_begin", ()).unwrap();
    }
    db.execute("DROP TABLE refused_begin", ()).unwrap();
}

#[test]
fn nothing_runs_behind_a_savepoint_that_was_refused() {
    let Some((db, meddles)) = meddled("SAVEPOINT ormcore_", "refused_savepoint") else { return };
    let insert = "INSERT INTO refused_savepoint VALUES (1)";
    let ended = db.transaction(|tx| {
        tx.execute(insert, ())?;
        meddles.store(true, Ordering::SeqCst);
        let refused = tx.savepoint(|tx| tx.execute(insert, ()));
        assert!(refused.unwrap_err().to_string().contains("XAVEPOINT"));
        meddles.store(false, Ordering::SeqCst);
        Ok(())
    });
    ended.unwrap_err();
    assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM refused_savepoint"), (0,));
    db.transaction(|tx| tx.savepoint(|tx| tx.execute(insert, ()))).unwrap();
    assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM refused_savepoint"), (1,));
    db.execute("DROP TABLE refused_savepoint", ()).unwrap();
}

#[test]
fn an_error_that_another_server_has_sent_ends_no_connection() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = &fixture.db;
    db.execute("CREATE TABLE passed_on (id bigint)", ()).unwrap();
    let find = |tx: &Transaction, id: i64| tx.query_as::<(i64,)>("SELECT $1::bigint", (id,));
    for code in ["57P01", "57P02", "57P05"] {
        let ended = db.transaction(|tx| {
            assert_eq!(find(tx, 1)?, [(1,)]);
            let raised = format!("DO $$ BEGIN RAISE EXCEPTION 'far away' USING ERRCODE = '{code}'; END $$");
            says(&tx.savepoint(|tx| tx.execute(raised, ())).unwrap_err(), &["far away"]);
            assert_eq!((find(tx, 2)?, find(tx, 3)?), (vec![(2,)], vec![(3,)]));
            tx.execute("INSERT INTO passed_on VALUES (4)", ())
        });
        ended.unwrap();
    }
    assert_eq!(one::<(i64,)>(db, "SELECT count(*) FROM passed_on"), (3,));
}

#[test]
fn a_transaction_whose_connection_is_over_gives_no_other_statements_rows() {
    let Some(db) = behind_meddler(|_| {}, |said| replace(said, "VERROR\0C22012", "VFATAL")) else { return };
    db.execute("DROP TABLE IF EXISTS is_over", ()).unwrap();
    db.execute("CREATE TABLE is_over (n bigint)", ()).unwrap();
    let refused = |error: Error| {
        assert!(matches!(error.kind(), ErrorKind::Connection { .. }), "{error:?}");
        says(&error, &["the connection failed"]);
    };
    let ended = db.transaction(|tx| {
        tx.execute("INSERT INTO is_over VALUES (1)", ())?;
        tx.savepoint(|tx| tx.execute("SELECT 1 / 0", ())).unwrap_err();
        for number in 2..4_i64 {
            refused(tx.query_as::<(i64,)>("SELECT $1::bigint", (number,)).unwrap_err());
        }
        refused(tx.savepoint(|tx| tx.execute("INSERT INTO is_over VALUES (1)", ())).unwrap_err());
        tx.with_driver(|connection: &mut PostgresConnection| {
            refused(connection.execute_script("SELECT 1").unwrap_err());
            refused(connection.ping().unwrap_err());
            refused(connection.copy_out("COPY is_over TO STDOUT", std::io::sink()).unwrap_err());
        })
    });
    refused(ended.unwrap_err());
    assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM is_over"), (0,));
    db.execute("DROP TABLE is_over", ()).unwrap();
}

#[test]
fn a_connection_that_could_not_be_reset_is_closed_unseen() {
    let Some((db, meddles)) = meddled("RESET ALL", "refused_reset") else { return };
    let pid = || one::<(i32,)>(&db, "SELECT pg_backend_pid()").0;
    assert_eq!(pid(), pid());
    meddles.store(true, Ordering::SeqCst);
    // Each is sent by a connection that is made anew, for the one before it is not as it was.
    let insert = "INSERT INTO refused_reset VALUES (1)";
    db.execute(insert, ()).unwrap();
    db.execute(insert, ()).unwrap();
    db.transaction(|tx| tx.execute(insert, ())).unwrap();
    db.transaction(|tx| tx.savepoint(|tx| tx.execute(insert, ()))).unwrap();
    db.with_driver(|connection: &mut PostgresConnection| connection.execute_script(insert)).unwrap().unwrap();
    assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM refused_reset"), (5,));
    assert_ne!(pid(), pid());
    db.execute("DROP TABLE refused_reset", ()).unwrap();
}
