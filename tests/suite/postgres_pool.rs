//! A pool of connections to PostgreSQL: servers that go and come back, and what one user leaves to the next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use ormcore::backend::Connection;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::prelude::*;
use ormcore::query::{Param, Prepared, prepare};
use ormcore::sql;
use ormcore::sql::{func, row_number};
use ormcore_tests::{Fixture, Server, ServerOptions};

use crate::postgres_connect::{one, says};

fn pid(db: &Database) -> i32 {
    one::<(i32,)>(db, "SELECT pg_backend_pid()").0
}

/// Opens this many connections, and returns them.
fn open(db: &Database, connections: usize) {
    let held: Vec<_> = (0..connections).map(|_| db.test_transaction().unwrap()).collect();
    held.iter().for_each(|tx| drop(tx.query_as::<(i32,)>("SELECT pg_backend_pid()", ()).unwrap()));
}

fn is_connection(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Connection { .. })
}

#[test]
fn after_a_restart_at_most_one_operation_fails() {
    let Some(server) = Server::start(ServerOptions::new().tcp()) else { return };
    for (url, ping) in [(server.url(), 5000), (server.tcp_url(), 5000), (server.url(), 0), (server.tcp_url(), 0)] {
        for stop in [Server::restart as fn(&Server), |server: &Server| {
            server.kill();
            server.restart();
        }] {
            let db = Database::builder(&url).ping_after(Duration::from_millis(ping)).connect().unwrap();
            open(&db, 5);
            stop(&server);
            let failed = (0..10).filter(|_| db.query_as::<(i32,)>("SELECT 1", ()).is_err()).count();
            assert!(failed <= usize::from(ping > 0), "{failed} with {url}");
        }
    }
}

#[test]
fn a_transaction_that_loses_its_server_fails_and_the_next_one_runs() {
    let Some(server) = Server::start(ServerOptions::new()) else { return };
    let db = Database::connect(&server.url()).unwrap();
    db.execute("CREATE TABLE kept (n integer)", ()).unwrap();
    for stop in [Server::restart as fn(&Server), |server: &Server| {
        server.kill();
        server.restart();
    }] {
        let error = db
            .transaction(|tx| {
                tx.execute("INSERT INTO kept VALUES (1)", ())?;
                stop(&server);
                tx.execute("INSERT INTO kept VALUES (2)", ())
            })
            .unwrap_err();
        assert!(is_connection(&error) && !error.is_retryable(), "{error:?}");
        let at_commit = db.transaction(|tx| {
            tx.execute("INSERT INTO kept VALUES (3)", ())?;
            stop(&server);
            Ok(())
        });
        assert!(is_connection(&at_commit.unwrap_err()));
        assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM kept"), (0,));
    }
    server.stop();
    let error = db.execute("SELECT 1", ()).unwrap_err();
    assert!(is_connection(&error), "{error:?}");
    assert!(is_connection(&db.execute("SELECT 1", ()).unwrap_err()));
    server.restart();
    assert_eq!(one::<(i32,)>(&db, "SELECT 1"), (1,));
}

#[test]
fn a_connection_that_was_ended_is_replaced() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, other) = (Database::connect(fixture.url()).unwrap(), Database::connect(fixture.url()).unwrap());
    let first = pid(&db);
    let end =
        |pid: i32| assert_eq!(one::<(bool,)>(&other, &format!("SELECT pg_terminate_backend({pid}, 5000)")), (true,));
    // A connection that ends within the reset behind its last statement is replaced before anybody sees it.
    let is_reset = format!(
        "SELECT state = 'idle' AND query NOT LIKE '%pg_backend_pid%' FROM pg_stat_activity WHERE pid = {first}"
    );
    let until = Instant::now() + Duration::from_secs(5);
    while !one::<(bool,)>(&other, &is_reset).0 && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    end(first);
    let error = db.execute("SELECT 1", ()).unwrap_err();
    assert!(is_connection(&error), "{error:?}");
    says(&error, &["terminating connection"]);
    assert_ne!(pid(&db), first);
    // While it runs.
    let victim = db.test_transaction().unwrap();
    let pid = victim.query_as::<(i32,)>("SELECT pg_backend_pid()", ()).unwrap()[0].0;
    let error = thread::scope(|scope| {
        let asleep = scope.spawn(move || victim.execute("SELECT pg_sleep(30)", ()).unwrap_err());
        thread::sleep(Duration::from_millis(100));
        end(pid);
        asleep.join().unwrap()
    });
    assert!(is_connection(&error), "{error:?}");
    says(&error, &["terminating connection"]);
}

/// What a user may leave, and what the next one must not find; each asks for one truth.
const LEFT: [(&str, &str); 10] = [
    ("SET statement_timeout = 1", "SELECT current_setting('statement_timeout') = '0'"),
    ("SET work_mem = '7MB'", "SELECT current_setting('work_mem') <> '7MB'"),
    ("SET TIME ZONE 'Asia/Tokyo'", "SELECT current_setting('TimeZone') = 'UTC'"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SELECT current_setting('transaction_read_only') = 'off'"),
    ("CREATE TEMPORARY TABLE left_behind (n integer)", "SELECT to_regclass('left_behind') IS NULL"),
    (
        "SELECT pg_advisory_lock(4711)",
        "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    ),
    ("LISTEN left_behind", "SELECT count(*) = 0 FROM pg_listening_channels()"),
    ("SET ROLE pg_monitor", "SELECT current_user <> 'pg_monitor'"),
    ("SET SESSION AUTHORIZATION pg_monitor", "SELECT session_user <> 'pg_monitor'"),
    ("PREPARE left_behind AS SELECT 1", "SELECT count(*) = 0 FROM pg_prepared_statements WHERE name = 'left_behind'"),
];

#[test]
fn what_a_user_leaves_the_next_one_does_not_find() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = Database::builder(fixture.url())
        .max_connections(1)
        .on_connect(|connection| connection.execute_script("SET geqo_effort = 3; SET search_path TO public"))
        .connect()
        .unwrap();
    let same = pid(&db);
    for (leave, check) in LEFT {
        db.execute(leave, ()).unwrap();
        assert_eq!(one::<(bool,)>(&db, check), (true,), "{leave}");
        db.with_driver(|connection: &mut PostgresConnection| connection.execute_script(leave)).unwrap().unwrap();
        assert_eq!(one::<(bool,)>(&db, check), (true,), "{leave}");
        db.execute_script(leave).unwrap();
        assert_eq!(one::<(bool,)>(&db, check), (true,), "{leave}");
        db.transaction(|tx| tx.execute(leave, ())).unwrap();
        assert_eq!(one::<(bool,)>(&db, check), (true,), "{leave}");
        assert_eq!(
            one::<(String, String)>(&db, "SELECT current_setting('geqo_effort'), current_setting('search_path')"),
            ("3".into(), "public".into()),
            "{leave}"
        );
    }
    db.with_driver(|connection: &mut PostgresConnection| {
        connection.execute_script("BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT").unwrap();
    })
    .unwrap();
    assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM pg_cursors WHERE name = 'c'"), (0,));
    assert_eq!(pid(&db), same);
}

#[test]
fn what_a_hook_does_with_the_drivers_connection_is_no_reason_to_reset() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let db = Database::builder(fixture.url())
        .max_connections(1)
        .on_connect(move |connection| {
            counted.fetch_add(1, Ordering::SeqCst);
            let driver = connection.driver().downcast_mut::<PostgresConnection>();
            driver.map_or(Ok(()), |connection| connection.execute_script("SET geqo_effort = 3"))
        })
        .connect()
        .unwrap();
    db.create_tables::<Job>().unwrap();
    let works = || {
        assert_eq!(Job::query().count(&db).unwrap(), 0);
        assert_eq!(one::<(String,)>(&db, "SELECT current_setting('geqo_effort')"), ("3".into(),));
        assert_eq!(Job::query().count(&db).unwrap(), 0);
        let before = runs.load(Ordering::SeqCst);
        (0..5).for_each(|_| assert_eq!(Job::query().count(&db).unwrap(), 0));
        runs.load(Ordering::SeqCst) - before
    };
    assert_eq!(works(), 0);
    db.execute("SET work_mem = '7MB'", ()).unwrap();
    assert_eq!(works(), 0, "after a reset it is as after the first time");
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Job {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[relationship]
    steps: HasMany<Stage>,
    #[relationship(order_by = func("pg_try_advisory_lock", (Stage::ID,)).returns::<bool>())]
    locked: HasMany<Stage>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "job_stage")]
struct Stage {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Job::ID)]
    job_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "old_job")]
struct OldJob {
    #[column(primary_key)]
    id: i64,
    name: String,
}

static LOCKED: LazyLock<Prepared<i64, Query<Job>>> = LazyLock::new(|| {
    prepare(|id: Param<i64>| Job::query().filter(Job::ID.eq(id)).filter(sql!("pg_try_advisory_lock({})", Job::ID)))
});

/// Statements of ormcore's own, in each of which stands SQL that takes a lock.
type Locks = fn(&Database) -> ormcore::Result<usize>;

const LOCKS: [(&str, Locks); 15] = [
    ("all", |db| Ok(locked().all(db)?.len())),
    ("count", |db| Ok(locked().count(db)? as usize)),
    ("each", |db| locked().each(db, |_| Ok(())).map(|()| 1)),
    ("select", |db| Ok(Job::query().select(sql!(bool: "pg_try_advisory_lock({})", Job::ID)).all(db)?.len())),
    ("func", |db| Ok(Job::query().select(func("pg_try_advisory_lock", (Job::ID,)).returns::<bool>()).all(db)?.len())),
    ("from_sql", |db| {
        Ok(Job::from_sql(sql!("SELECT id, name FROM job WHERE pg_try_advisory_lock({})", 1_i64)).all(db)?.len())
    }),
    ("prepare", |db| Ok(LOCKED.all(1, db)?.len())),
    ("prepared before", |db| Ok(LOCKED.all(1, db)?.len())),
    ("update", |db| Ok(locked().update(Job::NAME.set("a"), db)? as usize)),
    ("returning", |db| Ok(locked().returning(Job::ID).update(Job::NAME.set("a"), db)?.len())),
    ("insert_from", |db| {
        Ok(OldJob::insert_from((OldJob::ID, OldJob::NAME), locked().select((Job::ID, Job::NAME)), db)? as usize)
    }),
    ("with", |db| {
        let steps = Job::STEPS.selectin().filter(sql!("pg_try_advisory_lock({})", Stage::ID));
        Ok(Job::query().with(steps).all(db)?[0].steps.loaded().map_or(0, <[Stage]>::len))
    }),
    ("lazy", |db| Ok(Job::query().one(db)?.locked(db)?.len())),
    ("lazy with a kept text", |db| Ok(Job::query().one(db)?.locked(db)?.len())),
    ("upsert", |db| {
        let upsert = Job::new("a").on_conflict(Job::NAME).do_update(Job::NAME.set("a"));
        Ok(upsert.filter(sql!("pg_try_advisory_lock({})", Job::ID)).execute(db)? as usize)
    }),
];

fn locked() -> Query<Job> {
    Job::query().filter(sql!("pg_try_advisory_lock({})", Job::ID))
}

#[test]
fn what_sql_inside_a_statement_leaves_the_next_one_does_not_find() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = Database::builder(fixture.url()).max_connections(1).connect().unwrap();
    db.create_tables::<(Job, Stage, OldJob)>().unwrap();
    let job = Job::new("a").insert(&db).unwrap();
    Stage::new(&job).insert(&db).unwrap();
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    for (what, lock) in LOCKS {
        assert_eq!(lock(&db).unwrap(), 1, "{what}");
        assert_eq!(one::<(i64,)>(&db, held), (0,), "{what}");
    }
    let held_inside = db.transaction(|tx| {
        locked().all(tx)?;
        Ok(tx.query_as::<i64>(held, ())?[0])
    });
    assert_eq!(held_inside.unwrap(), 1);
}

#[test]
fn a_statement_of_the_librarys_own_costs_no_reset() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let hooks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hooks);
    let db = Database::builder(fixture.url())
        .max_connections(1)
        .on_connect(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .connect()
        .unwrap();
    db.create_tables::<(Job, Stage)>().unwrap();
    Job::new("a").insert(&db).unwrap();
    let before = hooks.load(Ordering::Relaxed);
    let numbered = (Job::NAME.lower(), row_number().order_by(Job::ID));
    assert_eq!(Job::query().select(numbered).all(&db).unwrap(), [("a".to_string(), 1)]);
    assert_eq!(Job::query().filter(Job::NAME.eq("a")).with(Job::STEPS.selectin()).count(&db).unwrap(), 1);
    assert_eq!(hooks.load(Ordering::Relaxed), before);
}

#[test]
fn a_transaction_that_is_left_open_is_rolled_back() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = Database::builder(fixture.url()).max_connections(1).connect().unwrap();
    db.execute("CREATE TABLE left_open (n integer)", ()).unwrap();
    let same = pid(&db);
    let is_clean = |what: &str| {
        assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM left_open"), (0,), "{what}");
        assert_eq!(pid(&db), same, "{what}");
    };
    db.execute("BEGIN", ()).unwrap();
    db.execute("INSERT INTO left_open VALUES (1)", ()).unwrap();
    db.execute("TRUNCATE left_open", ()).unwrap();
    db.with_driver(|connection: &mut PostgresConnection| {
        connection.execute_script("BEGIN; INSERT INTO left_open VALUES (2)").unwrap();
        connection.execute_script("SELECT 1 / 0").unwrap_err();
    })
    .unwrap();
    is_clean("a script");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _ = db.transaction(|tx| -> ormcore::Result<()> {
            tx.execute("INSERT INTO left_open VALUES (3)", ())?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    is_clean("a panic");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.with_driver(|connection: &mut PostgresConnection| {
            connection.begin(&TransactionOptions::new()).unwrap();
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    is_clean("a panic with the driver");
    let ended = db.transaction(|tx| {
        tx.execute("INSERT INTO left_open VALUES (4)", ())?;
        tx.execute("ROLLBACK", ())?;
        tx.execute("INSERT INTO left_open VALUES (5)", ())
    });
    says(&ended.unwrap_err(), &["transaction"]);
    is_clean("a transaction that ended early");
}

#[test]
fn a_transaction_without_statements_leaves_the_answer_to_a_reset_alone() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = Database::builder(fixture.url()).max_connections(1).connect().unwrap();
    for round in 0..3 {
        assert_eq!(one::<(i32,)>(&db, &format!("SELECT {round}")), (round,));
        db.transaction(|_| Ok(())).unwrap();
        db.transaction(|tx| tx.savepoint(|_| Ok::<_, Error>(()))).unwrap();
        drop(db.test_transaction().unwrap());
    }
}

#[test]
fn connections_are_as_many_as_is_asked_for() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let other = Database::connect(fixture.url()).unwrap();
    let url = format!("{}&application_name=limits_{}", fixture.url(), std::process::id());
    let db = Database::builder(&url)
        .min_connections(3)
        .max_connections(5)
        .checkout_timeout(Duration::from_millis(100))
        .idle_timeout(Duration::from_millis(50))
        .connect()
        .unwrap();
    let count = || {
        let sql =
            format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'limits_{}'", std::process::id());
        one::<(i64,)>(&other, &sql).0
    };
    assert_eq!(count(), 3);
    let held: Vec<_> = (0..5).map(|_| db.test_transaction().unwrap()).collect();
    assert_eq!(count(), 5);
    let error = db.execute("SELECT 1", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout { .. }), "{error:?}");
    drop(held);
    thread::sleep(Duration::from_millis(80));
    for _ in 0..100 {
        db.execute("SELECT 1", ()).unwrap();
        if count() == 3 {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(count(), 3);
}

#[test]
fn a_hook_that_fails_is_told() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let built =
        Database::builder(fixture.url()).on_connect(|connection| connection.execute_script("SET nothing_of_this = 1"));
    says(&built.connect().unwrap_err(), &["nothing_of_this"]);
}

#[test]
fn a_hook_that_panics_leaves_no_connection_without_its_settings() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let calls = AtomicUsize::new(0);
    let db = Database::builder(fixture.url())
        .max_connections(1)
        .on_connect(move |connection| {
            connection.execute_script("BEGIN")?;
            assert!(calls.fetch_add(1, Ordering::Relaxed) != 1, "on purpose");
            connection.execute_script("SET work_mem = '7MB'; COMMIT")
        })
        .connect()
        .unwrap();
    let setting = || one::<(String,)>(&db, "SHOW work_mem").0;
    assert_eq!(setting(), "7MB");
    // After SQL of the program's own the connection is reset, so that the hook is run again.
    assert!(catch_unwind(AssertUnwindSafe(setting)).is_err());
    assert_eq!(setting(), "7MB");
    db.transaction(|tx| tx.execute("CREATE TABLE kept (n integer)", ())).unwrap();
}
