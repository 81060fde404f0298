//! A BEGIN that the server refuses, as one that a late cancellation meets: what was sent behind it does not run.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ormcore::backend::Connection;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::prelude::*;

use crate::postgres_connect::{one, server};

/// Stands before the server at this port; while it is told to, it makes of each statement of this word one that there is
/// not. It serves one connection after the other.
fn meddler(port: u16, word: &'static str, meddles: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut from, mut to, mut chunk) = (client, server, [0; 65536]);
            while let Ok(count @ 1..) = from.read(&mut chunk) {
                let said = &mut chunk[..count];
                let found = said.windows(word.len()).position(|at| at == word.as_bytes());
                if let Some(at) = found.filter(|_| meddles.load(Ordering::SeqCst)) {
                    said[at] = b'X';
                }
                if to.write_all(said).is_err() {
                    break;
                }
            }
        }
    });
    own
}

/// A database behind such a meddler, with an empty table.
fn meddled(word: &'static str, table: &str) -> Option<(Database, Arc<AtomicBool>)> {
    let url = server()?.tcp_url();
    let port: String = url.rsplit(':').next()?.chars().take_while(char::is_ascii_digit).collect();
    let meddles = Arc::new(AtomicBool::new(false));
    let own = meddler(port.parse().unwrap(), word, Arc::clone(&meddles));
    let url = format!("{}?sslmode=disable", url.replace(&format!(":{port}/"), &format!(":{own}/")));
    let db = Database::builder(&url).max_connections(1).connect().unwrap();
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
