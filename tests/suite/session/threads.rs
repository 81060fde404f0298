//! Many sessions on one database.

use ormcore::prelude::*;
use ormcore::{SessionOptions, TransactionOptions};
use ormcore_tests::Fixture;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_counter")]
struct Counter {
    #[column(primary_key)]
    id: i64,
    number: i64,
    #[column(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_plain_counter")]
struct Plain {
    #[column(primary_key)]
    id: i64,
    number: i64,
}

const THREADS: i64 = 8;
const ROUNDS: i64 = 25;

fn in_threads(work: impl Fn() -> ormcore::Result<bool> + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut done = 0;
                while done < ROUNDS {
                    done += i64::from(work().unwrap());
                }
            });
        }
    });
}

fn ends_well(session: &mut Session, changed: ormcore::Result<()>) -> ormcore::Result<bool> {
    match changed.and_then(|()| session.commit()) {
        Ok(()) => Ok(true),
        Err(error) if error.is_stale_row() || error.is_retryable() => session.rollback().map(|()| false),
        Err(error) => Err(error),
    }
}

fn no_update_is_lost_where_rows_have_versions(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Counter,)>()?;
    let id = Counter::new(0).insert(db)?.id;
    in_threads(|| {
        let mut session = db.session()?;
        let changed = session.get::<Counter>(id).map(|row| session[row.unwrap()].number += 1);
        ends_well(&mut session, changed)
    });
    let row = Counter::find(id, db)?;
    assert_eq!((row.number, row.version), (THREADS * ROUNDS, THREADS * ROUNDS + 1));
    Ok(())
}

fn no_update_is_lost_where_transactions_are_serializable(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Plain,)>()?;
    let id = Plain::new(0).insert(db)?.id;
    let options = SessionOptions::new().transaction(TransactionOptions::serializable());
    in_threads(|| {
        let mut session = db.session_with(options)?;
        let changed = session.get::<Plain>(id).map(|row| session[row.unwrap()].number += 1);
        ends_well(&mut session, changed)
    });
    assert_eq!(Plain::find(id, db)?.number, THREADS * ROUNDS);
    Ok(())
}

#[test]
fn no_update_is_lost_on_sqlite() {
    let fixture = Fixture::sqlite_file();
    no_update_is_lost_where_rows_have_versions(&fixture.db).unwrap();
    no_update_is_lost_where_transactions_are_serializable(&fixture.db).unwrap();
}

#[test]
fn no_update_is_lost_on_postgres() {
    let Some(fixture) = Fixture::postgres() else { return };
    no_update_is_lost_where_rows_have_versions(&fixture.db).unwrap();
    no_update_is_lost_where_transactions_are_serializable(&fixture.db).unwrap();
}
