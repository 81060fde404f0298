//! Many threads on one database.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Tick {
    #[column(primary_key)]
    id: i64,
    thread: i64,
    number: i64,
}

const THREADS: i64 = 8;
const ROWS: i64 = 200;

fn a_database_is_shared_by_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    fn sent<T: Send>() {}
    shared::<Database>();
    sent::<Transaction>();
    sent::<Error>();
}

fn no_row_of_many_writers_is_lost_and_none_is_told_to_wait(db: &Database) -> ormcore::Result<()> {
    a_database_is_shared_by_threads();
    db.create_tables::<Tick>()?;
    let start = Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (db, start) = (db.clone(), &start);
            scope.spawn(move || {
                start.wait();
                for number in 0..ROWS {
                    Tick::new(thread, number).insert(&db).unwrap();
                }
            });
        }
    });
    let rows = Tick::query().order_by((Tick::THREAD, Tick::NUMBER)).all(db)?;
    let found: Vec<_> = rows.iter().map(|tick| (tick.thread, tick.number)).collect();
    let expected: Vec<_> = (0..THREADS).flat_map(|thread| (0..ROWS).map(move |number| (thread, number))).collect();
    assert_eq!(found, expected);
    Ok(())
}

fn transactions_that_read_and_write_do_not_overtake_each_other(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tick>()?;
    let id = Tick::new(0, 0).insert(db)?.id;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let options = TransactionOptions::serializable().retry(1000);
                    db.transaction_with(options, |tx| {
                        let mut tick = Tick::find(id, tx)?;
                        tick.number += 1;
                        tick.update(tx)
                    })
                    .unwrap();
                }
            });
        }
    });
    assert_eq!(Tick::find(id, db)?.number, 200);
    Ok(())
}

fn readers_see_whole_transactions_only(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tick>()?;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let count = Tick::query().count(db).unwrap();
                    assert_eq!(count % 10, 0, "a part of a transaction was seen");
                }
            });
        }
        let written = (0..40).try_for_each(|thread| {
            db.transaction(|tx| {
                for number in 0..10 {
                    Tick::new(thread, number).insert(tx)?;
                }
                Ok(())
            })
        });
        done.store(true, Ordering::Relaxed);
        written
    })?;
    assert_eq!(Tick::query().count(db)?, 400);
    Ok(())
}

fn more_threads_than_connections_take_turns(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tick>()?;
    std::thread::scope(|scope| {
        for thread in 0..32 {
            scope.spawn(move || {
                for number in 0..10 {
                    db.transaction(|tx| Tick::new(thread, number).insert(tx)).unwrap();
                    assert!(Tick::query().filter_by(Tick::THREAD, thread).exists(db).unwrap());
                }
            });
        }
    });
    assert_eq!(Tick::query().count(db)?, 320);
    Ok(())
}

fn a_thread_that_never_pauses_leaves_others_their_turn(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tick>()?;
    let (done, turns) = (AtomicBool::new(false), AtomicUsize::new(0));
    let tick = |thread: i64, pause: Duration| {
        db.transaction(|tx| {
            Tick::new(thread, 0).insert(tx)?;
            std::thread::sleep(pause);
            Ok(())
        })
    };
    let overtaken = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                tick(0, Duration::from_millis(20)).unwrap();
                turns.fetch_add(1, Ordering::SeqCst);
            }
        });
        std::thread::sleep(Duration::from_millis(30));
        let wait = |number| {
            let before = turns.load(Ordering::SeqCst);
            let written =
                if number % 2 == 0 { tick(1, Duration::ZERO) } else { Tick::new(1, number).insert(db).map(drop) };
            written.map(|()| turns.load(Ordering::SeqCst) - before)
        };
        let overtaken: Vec<_> = (0..6).map(wait).collect();
        done.store(true, Ordering::SeqCst);
        overtaken
    });
    for overtaken in overtaken {
        assert!(overtaken? <= 4);
    }
    assert_eq!(Tick::query().filter_by(Tick::THREAD, 1).count(db)?, 6);
    Ok(())
}

on_every_backend!(
    no_row_of_many_writers_is_lost_and_none_is_told_to_wait,
    transactions_that_read_and_write_do_not_overtake_each_other,
    readers_see_whole_transactions_only,
    more_threads_than_connections_take_turns,
    a_thread_that_never_pauses_leaves_others_their_turn,
);
