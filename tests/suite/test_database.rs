//! A database whose work is undone: what a program commits in it, rolls back, or lets fail.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions, rusqlite};
use ormcore::prelude::*;
use ormcore_tests::{Fixture, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    owner: String,
}

fn owners<'d>(db: impl Into<Db<'d>>) -> Vec<String> {
    let rows = Account::query().order_by(Account::ID).all(db.into()).unwrap();
    rows.into_iter().map(|account| account.owner).collect()
}

/// Runs the work in a test database beside a row that is there before, and sees that all is gone afterwards.
fn undone(db: &Database, work: impl FnOnce(&Database) -> ormcore::Result<()>) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    Account::new("there").insert(db)?;
    let test = db.test_database()?;
    work(&test)?;
    drop(test);
    assert_eq!(owners(db), ["there"]);
    Account::new("afterwards").insert(db)?;
    assert_eq!(owners(db), ["there", "afterwards"]);
    Ok(())
}

fn twice(db: &Database) {
    assert!(Account::new("there").insert(db).unwrap_err().is_unique_violation());
}

fn what_is_committed_is_undone(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let ann = test.transaction(|tx| Account::new("ann").insert(tx))?;
        let mut bob = Account::new("bob").insert(test)?;
        bob.owner = "bert".into();
        bob.update(test)?;
        assert_eq!(Account::find(ann.id, test)?, ann);
        assert_eq!(owners(test), ["there", "ann", "bert"]);
        assert_eq!(Account::query().delete(test)?, 3);
        Ok(())
    })
}

fn a_rollback_undoes_its_transaction_alone(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        test.transaction(|tx| Account::new("ann").insert(tx))?;
        let ended: ormcore::Result<()> = test.transaction(|tx| {
            Account::new("bob").insert(tx)?;
            Err(Error::rollback("no bob"))
        });
        assert!(ended.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            test.transaction::<()>(|tx| {
                Account::new("carl").insert(tx)?;
                panic!("on purpose")
            })
        }));
        assert!(panicked.is_err());
        Account::new("dora").insert(&test.test_transaction()?)?;
        assert_eq!(owners(test), ["there", "ann"]);
        Ok(())
    })
}

fn savepoints_nest(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        test.transaction(|tx| {
            Account::new("ann").insert(tx)?;
            let inner: ormcore::Result<()> = tx.transaction(|tx| {
                tx.transaction(|tx| Account::new("bob").insert(tx))?;
                assert!(tx.transaction(|tx| Account::new("ann").insert(tx)).unwrap_err().is_unique_violation());
                assert_eq!(owners(tx), ["there", "ann", "bob"]);
                Err(Error::rollback("no bob"))
            });
            assert!(inner.is_err());
            tx.transaction(|tx| Account::new("carl").insert(tx))
        })?;
        assert_eq!(owners(test), ["there", "ann", "carl"]);
        Ok(())
    })
}

fn a_statement_that_fails_leaves_it_usable(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        twice(test);
        assert!(test.execute("SELECT nonsense", ()).is_err());
        Account::new("ann").insert(test)?;
        twice(test);
        assert!(test.transaction(|tx| Account::new("there").insert(tx)).unwrap_err().is_unique_violation());
        let first = Account::query().order_by(Account::ID).each(test, |_| Err(Error::rollback("enough")));
        assert!(matches!(first.unwrap_err().kind(), ErrorKind::Rollback { .. }));
        let panicked = catch_unwind(AssertUnwindSafe(|| Account::query().each(test, |_| panic!("on purpose"))));
        assert!(panicked.is_err());
        assert_eq!(owners(test), ["there", "ann"]);
        Ok(())
    })
}

/// On PostgreSQL, that is; SQLite keeps what was done before.
fn an_error_that_a_transaction_hides_spoils_that_alone(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let hidden = test.transaction(|tx| {
            Account::new("ann").insert(tx)?;
            assert!(Account::new("ann").insert(tx).is_err());
            Ok(())
        });
        assert_eq!(hidden.is_err(), test.dialect().name() == "postgres", "{hidden:?}");
        Account::new("bob").insert(test)?;
        assert_eq!(owners(test).len(), if hidden.is_err() { 2 } else { 3 });
        Ok(())
    })
}

fn sessions_commit_and_roll_back(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let mut session = test.session()?;
        let ann = session.add(Account::new("ann"));
        session.commit()?;
        session[ann].owner = "anna".into();
        session.flush()?;
        session.rollback()?;
        assert_eq!(session[ann].owner, "ann");
        session.add(Account::new("there"));
        assert!(session.commit().unwrap_err().is_unique_violation());
        drop(session);
        test.unit_of_work(|session| {
            session.add(Account::new("bob"));
            Ok(())
        })?;
        let refused = test.unit_of_work(|session| {
            session.add(Account::new("bob"));
            Ok(())
        });
        assert!(refused.unwrap_err().is_unique_violation());
        assert_eq!(owners(test), ["there", "ann", "bob"]);
        Ok(())
    })
}

fn operations_that_begin_by_themselves_are_all_or_nothing(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let many = |names: &[&str]| Account::insert_all(names.iter().map(|name| Account::new(*name)), test);
        assert_eq!(many(&["a", "b", "c"])?.len(), 3);
        assert!(many(&["d", "e", "a"]).unwrap_err().is_unique_violation());
        let spoiled = test.transaction(|tx| {
            assert!(Account::insert_all(["f", "g", "a"].map(Account::new), tx).is_err());
            Ok(())
        });
        assert_eq!(owners(test), ["there", "a", "b", "c"], "{spoiled:?}");
        Ok(())
    })
}

fn every_option_of_a_transaction_is_taken(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let retried = TransactionOptions::serializable().retry(2);
        test.transaction_with(retried, |tx| Account::new("ann").insert(tx))?;
        test.transaction_with(TransactionOptions::repeatable_read(), |tx| Account::new("bob").insert(tx))?;
        let read = TransactionOptions::new().read_only();
        let count = test.transaction_with::<_, Error>(read, |tx| Account::query().count(tx))?;
        assert_eq!(count, 3);
        Account::new("carl").insert(test).map(drop)
    })
}

fn clones_and_recorded_handles_share_it(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let statements = test.record();
        let (request, recording) = test.recorded();
        request.transaction(|tx| Account::new("ann").insert(tx))?;
        let clone = test.clone();
        thread::spawn(move || Account::new("bob").insert(&clone)).join().unwrap()?;
        assert_eq!(owners(test), ["there", "ann", "bob"]);
        assert_eq!((recording.len(), statements.len()), (1, 3), "savepoints are not the program's statements");
        Ok(())
    })
}

fn blocking_work_takes_it(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(test.run_blocking(|db| db.transaction(|tx| Account::new("ann").insert(tx))))?;
        assert_eq!(owners(test), ["there", "ann"]);
        Ok(())
    })
}

fn tables_and_all_kinds_of_work_are_undone(db: &Database) -> ormcore::Result<()> {
    undone(db, crate::backend::rows_come_and_go)?;
    undone_again(db)
}

fn undone_again(db: &Database) -> ormcore::Result<()> {
    let outer = db.test_database()?;
    Account::new("outer").insert(&outer)?;
    let inner = outer.test_database()?;
    inner.transaction(|tx| tx.transaction(|tx| Account::new("inner").insert(tx)))?;
    twice(&inner);
    assert_eq!(owners(&inner).len(), 4);
    drop(inner);
    assert_eq!(owners(&outer), ["there", "afterwards", "outer"]);
    drop(outer);
    assert_eq!(owners(db), ["there", "afterwards"]);
    Ok(())
}

fn it_outlives_the_database_that_made_it(db: &Database) -> ormcore::Result<()> {
    let (other, _) = db.recorded();
    let test = other.test_database()?;
    drop(other);
    test.create_tables::<Account>()?;
    Account::new("ann").insert(&test)?;
    let tx = test.test_transaction()?;
    drop(test);
    assert_eq!(owners(&tx), ["ann"]);
    drop(tx);
    assert!(Account::all(db).is_err(), "the table is gone");
    Ok(())
}

fn nothing_more_runs_when_the_program_has_ended_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    let test = db.test_database()?;
    Account::new("lost").insert(&test)?;
    let ended = [test.execute("ROLLBACK", ()).map(drop), Account::new("kept").insert(&test).map(drop)];
    for error in ended.map(Result::unwrap_err) {
        assert!(error.to_string().contains("has ended"), "{error}");
    }
    assert!(test.transaction(|tx| Account::new("kept").insert(tx)).is_err());
    assert!(
        test.session()
            .and_then(|mut session| {
                session.add(Account::new("kept"));
                session.commit()
            })
            .is_err()
    );
    drop(test);
    assert_eq!(owners(db), [""; 0]);
    Ok(())
}

fn who_uses_its_connection_twice_is_told(db: &Database) -> ormcore::Result<()> {
    undone(db, |test| {
        let nested = test.transaction(|_| Account::query().count(test));
        assert!(nested.unwrap_err().to_string().contains("pass `tx`"));
        Ok(())
    })
}

on_every_backend!(
    what_is_committed_is_undone,
    a_rollback_undoes_its_transaction_alone,
    savepoints_nest,
    a_statement_that_fails_leaves_it_usable,
    an_error_that_a_transaction_hides_spoils_that_alone,
    sessions_commit_and_roll_back,
    operations_that_begin_by_themselves_are_all_or_nothing,
    every_option_of_a_transaction_is_taken,
    clones_and_recorded_handles_share_it,
    blocking_work_takes_it,
    tables_and_all_kinds_of_work_are_undone,
    it_outlives_the_database_that_made_it,
    nothing_more_runs_when_the_program_has_ended_it,
    who_uses_its_connection_twice_is_told,
);

#[test]
fn others_do_not_see_it() {
    for Fixture { db, .. } in [Some(Fixture::sqlite_file()), Fixture::postgres()].iter().flatten() {
        undone(db, |test| {
            test.transaction(|tx| Account::new("ann").insert(tx))?;
            assert_eq!((owners(db).len(), owners(test).len()), (1, 2));
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn a_database_in_memory_is_lent_to_it_as_a_whole() {
    let Fixture { db, .. } = &Fixture::sqlite_memory();
    let test = db.test_database().unwrap();
    assert!(db.execute("SELECT 1", ()).unwrap_err().to_string().contains("a test database ask that"));
    test.execute("SELECT 1", ()).unwrap();
}

#[test]
fn each_of_several_has_a_connection_of_the_pool() {
    let Some(fixture) = Fixture::postgres() else { return };
    fixture.db.create_tables::<Account>().unwrap();
    let short = Duration::from_millis(20);
    let db = Database::builder(fixture.url()).max_connections(2).checkout_timeout(short).connect().unwrap();
    let tests = [db.test_database().unwrap(), db.test_database().unwrap()];
    for (test, owner) in tests.iter().zip(["ann", "bob"]) {
        Account::new(owner).insert(test).unwrap();
        assert_eq!(owners(test), [owner]);
    }
    assert!(matches!(db.test_database().unwrap_err().kind(), ErrorKind::PoolTimeout { .. }));
    drop(tests);
    assert_eq!(owners(&db.test_database().unwrap()), [""; 0]);
}

#[test]
fn who_finds_all_tables_waits_for_nobody() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    db.create_tables::<Account>().unwrap();
    let tests = [db.test_database().unwrap(), db.test_database().unwrap()];
    for test in &tests {
        test.execute("SET lock_timeout = '2s'", ()).unwrap();
        test.create_tables::<Account>().unwrap();
    }
    let statements = db.record();
    db.create_tables::<Account>().unwrap();
    assert!(statements.texts().iter().all(|sql| !sql.contains("lock")), "{:?}", statements.texts());
}

#[test]
fn what_the_user_of_the_driver_does_is_kept_or_undone_alone() {
    use ormcore::backend::Connection;
    use ormcore::backend::postgres::PostgresConnection;

    let insert = "INSERT INTO account (owner) VALUES ('ann')";
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    undone(db, |test| {
        let run = |sql: &str| test.with_driver(|connection: &mut PostgresConnection| connection.execute_script(sql));
        run(insert)??;
        assert!(run(insert)?.unwrap_err().is_unique_violation());
        twice(test);
        run("SELECT 1")??;
        assert_eq!(owners(test), ["there", "ann"]);
        Ok(())
    })
    .unwrap();

    let db = Database::with_backend(SqliteBackend::new(SqliteOptions::memory())).unwrap();
    undone(&db, |test| {
        let run = || test.with_driver(|connection: &mut rusqlite::Connection| connection.execute(insert, ()));
        run()?.unwrap();
        assert!(run()?.is_err());
        assert_eq!(owners(test), ["there", "ann"]);
        Ok(())
    })
    .unwrap();
}
