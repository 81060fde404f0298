//! Statements that are canceled or wait too long, and transactions that meet.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use ormcore::backend::Connection;
use ormcore::backend::postgres::{PostgresConnection, ServerError};
use ormcore::prelude::*;
use ormcore_tests::{Fixture, url_with_setting};

use crate::postgres_connect::{one, says, server};

fn is_canceled(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Canceled { .. })
}

#[test]
fn a_statement_is_canceled_from_another_thread() {
    let Some(server) = server() else { return };
    for url in [server.url(), server.tcp_url()] {
        let db = Database::connect(&url).unwrap();
        let since = Instant::now();
        let error = db
            .transaction(|tx| {
                let token = tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
                assert!(!format!("{token:?}").is_empty());
                let (end, is_over) = mpsc::channel::<()>();
                let canceling = thread::spawn(move || {
                    // On a busy machine a statement may not run yet when it is canceled first.
                    while is_over.recv_timeout(Duration::from_millis(150)).is_err() {
                        token.cancel()?;
                    }
                    ormcore::Result::Ok(())
                });
                let ended = tx.execute("SELECT pg_sleep(30)", ());
                let _ = end.send(());
                canceling.join().unwrap()?;
                ended
            })
            .unwrap_err();
        assert!(is_canceled(&error) && since.elapsed() < Duration::from_secs(10), "{error:?}");
        // What runs no statement is not harmed, and the next statement is not canceled.
        let found = db.transaction(|tx| {
            let token = tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
            token.cancel()?;
            thread::sleep(Duration::from_millis(200));
            tx.query_as::<(i32,)>("SELECT 1", ())
        });
        assert_eq!(found.unwrap(), [(1,)]);
    }
}

#[test]
fn who_had_the_connection_before_cancels_nothing_on_it() {
    let Some(server) = server() else { return };
    for pooler in ["", "&pooler=transaction"] {
        let db = Database::builder(&format!("{}{pooler}", server.url())).max_connections(1).connect().unwrap();
        let process = "SELECT pg_backend_pid()";
        let (token, earlier) = db
            .transaction(|tx| {
                let token = tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
                Ok::<_, Error>((token, tx.query_as::<(i32,)>(process, ())?))
            })
            .unwrap();
        let (end, is_over) = mpsc::channel::<()>();
        let canceling = thread::spawn(move || {
            while is_over.recv_timeout(Duration::from_millis(20)).is_err() {
                token.cancel().unwrap();
            }
        });
        let ended = db.execute("SELECT pg_sleep(0.3)", ());
        let _ = end.send(());
        canceling.join().unwrap();
        assert_eq!((ended.unwrap(), db.query_as::<(i32,)>(process, ()).unwrap()), (0, earlier));
    }
}

#[test]
fn who_returns_a_connection_does_not_wait_for_a_request_to_cancel() {
    let Some(server) = server() else { return };
    let url = server.tcp_url();
    let to: u16 = url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let from = listener.local_addr().unwrap().port();
    let (held, is_held) = mpsc::channel();
    // The second to come is the request, which nobody answers.
    thread::spawn(move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            if number == 1 {
                held.send(client).unwrap();
                continue;
            }
            let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            for (mut from, mut to) in [(client.try_clone(), server.try_clone()), (Ok(server), Ok(client))]
                .map(|(from, to)| (from.unwrap(), to.unwrap()))
            {
                thread::spawn(move || io::copy(&mut from, &mut to));
            }
        }
    });
    let url = format!("{}?sslmode=disable", url.replace(&format!(":{to}/"), &format!(":{from}/")));
    let db = Database::builder(&url).max_connections(1).connect().unwrap();
    let process = "SELECT pg_backend_pid()";
    let first = db.query_as::<(i32,)>(process, ()).unwrap();
    let since = Instant::now();
    let (again, request, canceling) = db
        .transaction(|tx| {
            let token = tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
            let canceling = thread::spawn(move || token.cancel());
            let request = is_held.recv().unwrap();
            // To take another does not wait for it either.
            tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
            Ok::<_, Error>((tx.query_as::<(i32,)>(process, ())?, request, canceling))
        })
        .unwrap();
    // The request may still come: who gets a connection now is not to be canceled by it.
    assert_eq!(again, first);
    assert_ne!(db.query_as::<(i32,)>(process, ()).unwrap(), first);
    assert!(since.elapsed() < Duration::from_secs(10));
    drop(request);
    canceling.join().unwrap().unwrap();
}

#[test]
fn statements_that_take_too_long_are_ended() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let url = format!("{}&statement_timeout=60", fixture.url());
    for url in [url, url_with_setting(fixture.url(), "statement_timeout", "60")] {
        let db = Database::connect(&url).unwrap();
        let error = db.execute("SELECT pg_sleep(30)", ()).unwrap_err();
        assert!(is_canceled(&error), "{error:?}");
        says(&error, &["statement timeout"]);
        // A reset leaves what the URL says.
        db.execute("SET statement_timeout = 0", ()).unwrap();
        assert!(is_canceled(&db.execute("SELECT pg_sleep(30)", ()).unwrap_err()));
    }
}

fn accounts(db: &Database) {
    db.execute("CREATE TABLE account (id integer PRIMARY KEY, money bigint NOT NULL)", ()).unwrap();
    db.execute("INSERT INTO account VALUES (1, 0), (2, 0)", ()).unwrap();
}

#[test]
fn a_lock_that_is_not_to_be_had_is_told_so_and_waited_for_by_trying_again() {
    let Some(fixture) = &Fixture::postgres() else { return };
    accounts(&fixture.db);
    let db = Database::connect(&url_with_setting(fixture.url(), "lock_timeout", "50ms")).unwrap();
    let update = "UPDATE account SET money = money + 1 WHERE id = 1";
    let held = fixture.db.test_transaction().unwrap();
    held.execute(update, ()).unwrap();
    let error = db.execute(update, ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Busy { .. }) && error.is_retryable(), "{error:?}");
    let error = db.execute("SELECT * FROM account FOR UPDATE NOWAIT", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
    thread::scope(|scope| {
        let waiting =
            scope.spawn(|| db.transaction_with(TransactionOptions::new().retry(50), |tx| tx.execute(update, ())));
        thread::sleep(Duration::from_millis(200));
        drop(held);
        assert_eq!(waiting.join().unwrap().unwrap(), 1);
    });
    assert_eq!(one::<(i64,)>(&db, "SELECT money FROM account WHERE id = 1"), (1,));
}

#[test]
fn a_deadlock_ends_one_transaction_which_is_run_again() {
    let Some(fixture) = &Fixture::postgres() else { return };
    accounts(&fixture.db);
    let db = Database::connect(&url_with_setting(fixture.url(), "deadlock_timeout", "50ms")).unwrap();
    let meet = |retries: u32| {
        let both = Barrier::new(2);
        let run = |ids: [i32; 2]| {
            let mut tries = 0;
            db.transaction_with(TransactionOptions::new().retry(retries), |tx| {
                tries += 1;
                for id in ids {
                    tx.execute("UPDATE account SET money = money + 1 WHERE id = $1", (id,))?;
                    if tries == 1 && id == ids[0] {
                        both.wait();
                    }
                }
                Ok::<_, Error>(())
            })
        };
        thread::scope(|scope| {
            let one = scope.spawn(|| run([1, 2]));
            let other = scope.spawn(|| run([2, 1]));
            [one.join().unwrap(), other.join().unwrap()]
        })
    };
    let errors: Vec<_> = meet(0).into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(matches!(errors[0].kind(), ErrorKind::Deadlock) && errors[0].is_retryable(), "{errors:?}");
    assert_eq!(errors[0].downcast_ref::<ServerError>().map(ServerError::code), Some("40P01"));
    meet(5).into_iter().for_each(|ended| ended.unwrap());
    assert_eq!(one::<(i64, i64)>(&db, "SELECT min(money), max(money) FROM account"), (3, 3));
}

#[test]
fn eight_threads_that_count_lose_nothing() {
    let Some(fixture) = &Fixture::postgres() else { return };
    accounts(&fixture.db);
    let db = Database::connect(fixture.url()).unwrap();
    for options in [TransactionOptions::serializable(), TransactionOptions::repeatable_read()] {
        db.execute("UPDATE account SET money = 0", ()).unwrap();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..15 {
                        let counted = db.transaction_with(options.retry(1000), |tx| {
                            let money = tx.query_as::<(i64,)>("SELECT money FROM account WHERE id = 1", ())?[0].0;
                            tx.execute("UPDATE account SET money = $1 WHERE id = 1", (money + 1,))
                        });
                        counted.unwrap();
                    }
                });
            }
        });
        assert_eq!(one::<(i64,)>(&db, "SELECT money FROM account WHERE id = 1"), (120,));
    }
}

#[test]
fn of_two_who_each_rely_on_what_the_other_changes_one_is_refused() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = &fixture.db;
    accounts(db);
    let meet = |retries: u32| {
        let both = Barrier::new(2);
        db.execute("UPDATE account SET money = 0", ()).unwrap();
        let run = |id: i32| {
            let mut tries = 0;
            db.transaction_with(TransactionOptions::serializable().retry(retries), |tx| {
                tries += 1;
                let sum = tx.query_as::<(i64,)>("SELECT sum(money)::bigint FROM account", ())?[0].0;
                if tries == 1 {
                    both.wait();
                }
                tx.execute("UPDATE account SET money = $1 WHERE id = $2", (sum + 1, id))
            })
        };
        thread::scope(|scope| {
            let (one, other) = (scope.spawn(|| run(1)), scope.spawn(|| run(2)));
            [one.join().unwrap(), other.join().unwrap()]
        })
    };
    let errors: Vec<_> = meet(0).into_iter().filter_map(Result::err).collect();
    assert!(errors.len() == 1 && matches!(errors[0].kind(), ErrorKind::Serialization), "{errors:?}");
    meet(9).into_iter().for_each(|ended| assert_eq!(ended.unwrap(), 1));
    assert_eq!(one::<(i64,)>(db, "SELECT sum(money)::bigint FROM account"), (3,), "1, and then 1 + 1");
}

/// What meets a conflict on the driver's connection.
type OnDriver = fn(&mut PostgresConnection) -> ormcore::Result<()>;

const ON_DRIVER: [OnDriver; 3] = [
    |connection| connection.copy_in("COPY account FROM STDIN", "3\t7\n".as_bytes()).map(drop),
    |connection| connection.copy_out("COPY (SELECT meet()) TO STDOUT", std::io::sink()).map(drop),
    |connection| connection.execute_script("INSERT INTO account VALUES (3, 7)"),
];

/// Every second statement meets a conflict.
fn conflicts(db: &Database, code: &str) {
    accounts(db);
    for sql in [
        "CREATE SEQUENCE calls",
        &format!(
            "CREATE FUNCTION meet() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('calls') % 2 = 1 THEN RAISE EXCEPTION 'met' USING ERRCODE = '{code}'; END IF; RETURN 1; END $$"
        ),
        "CREATE FUNCTION meet_each() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM meet(); RETURN NEW; END $$",
        "CREATE TRIGGER meets BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION meet_each()",
    ] {
        db.execute(sql.to_string(), ()).unwrap();
    }
}

#[test]
fn a_conflict_on_the_drivers_connection_is_run_again() {
    for code in ["40001", "40P01", "55P03"] {
        for on_driver in ON_DRIVER {
            let Some(fixture) = &Fixture::postgres() else { return };
            let db = &fixture.db;
            // Its own two rows are there before the trigger is.
            conflicts(db, code);
            let mut runs = 0;
            let options = TransactionOptions::new().retry(3);
            let ended = db.transaction_with(options, |tx| {
                runs += 1;
                tx.with_driver(on_driver)?
            });
            assert_eq!((ended.is_ok(), runs), (true, 2), "{code}: {ended:?}");
            // What the closure passes over makes the commit fail.
            runs = 0;
            let ended = db.transaction_with(options, |tx| {
                runs += 1;
                let _ =
                    tx.with_driver(|c: &mut PostgresConnection| c.execute_script("DELETE FROM account WHERE id = 3"))?;
                let _ = tx.with_driver(on_driver)?;
                Ok::<_, Error>(())
            });
            assert_eq!((ended.is_ok(), runs), (true, 2), "{code}: {ended:?}");
            // One that a savepoint undid is none, unless the whole fails after it.
            for (fails, expected) in [(false, 1), (true, 2)] {
                runs = 0;
                let ended = db.transaction_with(options, |tx| {
                    runs += 1;
                    tx.execute("DELETE FROM account WHERE id = 3", ())?;
                    let undone = tx.savepoint(|tx| tx.with_driver(on_driver)?);
                    match undone {
                        Err(_) if fails => Err(Error::rollback("enough")),
                        _ => Ok(()),
                    }
                });
                assert_eq!((ended.is_ok(), runs), (true, expected), "{code}: {ended:?}");
                if !fails {
                    db.query_as::<(i64,)>("SELECT nextval('calls')", ()).unwrap();
                }
            }
        }
    }
}

#[test]
fn what_is_no_conflict_on_the_drivers_connection_is_not_run_again() {
    let Some(fixture) = &Fixture::postgres() else { return };
    accounts(&fixture.db);
    let mut runs = 0;
    let ended = fixture.db.transaction_with(TransactionOptions::new().retry(3), |tx| {
        runs += 1;
        tx.with_driver(|c: &mut PostgresConnection| c.copy_in("COPY account FROM STDIN", "1\t7\n".as_bytes()))?
    });
    assert!(ended.unwrap_err().is_unique_violation());
    assert_eq!(runs, 1);
}

#[test]
fn what_is_only_read_is_not_written() {
    let Some(fixture) = &Fixture::postgres() else { return };
    accounts(&fixture.db);
    let error = fixture
        .db
        .transaction_with(TransactionOptions::new().read_only(), |tx| tx.execute("UPDATE account SET money = 1", ()))
        .unwrap_err();
    assert!(matches!(Error::kind(&error), ErrorKind::ReadOnly { .. }), "{error:?}");
}
