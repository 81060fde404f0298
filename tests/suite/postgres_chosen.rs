//! Writes of PostgreSQL that choose their rows while another transaction holds them: what the rows have become decides.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::Scope;
use ormcore::sql::of;
use ormcore_tests::{Fixture, url_with_setting};

#[derive(Model, Debug)]
struct Queue {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
struct Job {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Queue::ID)]
    queue_id: i64,
    worker: Option<i64>,
    #[column(default = "")]
    note: String,
    #[relationship]
    queue: BelongsTo<Queue>,
}

fn free() -> Query<Job> {
    Job::query().filter(Job::WORKER.is_null())
}

fn mails() -> Query<Job, Scope<Queue, Scope<Job, ()>>> {
    free().join(Job::QUEUE).filter(Queue::NAME.eq("mail"))
}

type Write = fn(&Database) -> ormcore::Result<Vec<i64>>;

/// Each is for jobs that nobody has, and ends in those that it took.
const WRITES: [(&str, Write, &[i64]); 12] = [
    ("plain", |db| free().returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    (
        "related",
        |db| free().filter(Job::QUEUE.exists()).returning(Job::ID).update(Job::WORKER.set(Some(2)), db),
        &[2, 3],
    ),
    ("joined", |db| mails().returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    ("locked", |db| mails().for_update().returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    ("shared", |db| mails().for_share().returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    ("left joined", |db| free().left_join(Job::QUEUE).returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    ("distinct", |db| mails().distinct().returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2, 3]),
    ("deleted", |db| mails().returning(Job::ID).delete(db), &[2, 3]),
    ("limited", |db| free().order_by(Job::ID).limit(1).returning(Job::ID).update(Job::WORKER.set(Some(2)), db), &[2]),
    ("limited delete", |db| free().order_by(Job::ID).limit(1).returning(Job::ID).delete(db), &[2]),
    ("joined, limited", |db| mails().order_by(Job::ID).limit(1).returning(Job::ID).delete(db), &[2]),
    (
        "of what is joined",
        |db| mails().returning(Job::ID).update((Job::WORKER.set(Some(2)), Job::NOTE.set(of(Queue::NAME))), db),
        &[2, 3],
    ),
];

fn jobs(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Queue, Job)>()?;
    Queue::new("mail").insert(db)?;
    Ok(())
}

#[test]
fn rows_that_no_longer_meet_the_filter_are_not_written() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    jobs(db)?;
    for (what, write, expected) in WRITES {
        Job::query().delete(db)?;
        Job::insert_all((1..=3).map(|id| Job::new(1).with_key(id)), db)?;
        let is_held = Barrier::new(2);
        let mut taken = thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                is_held.wait();
                write(db)
            });
            db.transaction(|tx| {
                Job::query().filter(Job::ID.eq(1)).update(Job::WORKER.set(Some(1)), tx)?;
                is_held.wait();
                let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
                while !waiting.is_finished() && db.query_as::<i64>(waits, ())? == [0] {
                    thread::sleep(Duration::from_millis(5));
                }
                Ok(())
            })?;
            waiting.join().unwrap()
        })?;
        taken.sort_unstable();
        assert_eq!(taken, expected, "{what}");
        assert_eq!(Job::find(1, db)?.worker, Some(1), "{what}");
    }
    Ok(())
}

#[test]
fn what_cannot_be_locked_is_written_without() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    jobs(db)?;
    Job::insert_all((0..3).map(|_| Job::new(1)), db)?;
    let note = || Job::NOTE.set(Job::NOTE.concat("x"));
    assert_eq!(mails().distinct().order_by(Job::ID).limit(2).update(note(), db)?, 2);
    assert_eq!(mails().distinct_on(Job::QUEUE_ID).order_by(Job::ID).update(note(), db)?, 1);
    assert_eq!(Job::find(1, db)?.note, "xx");
    Ok(())
}

#[test]
fn an_update_of_chosen_rows_does_not_wait_for_foreign_keys_to_them() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    jobs(db)?;
    Job::new(1).insert(db)?;
    db.execute("CREATE TABLE step (job_id bigint REFERENCES job)", ())?;
    let other = Database::connect(&url_with_setting(fixture.url(), "lock_timeout", "2s"))?;
    db.transaction(|tx| {
        tx.execute("INSERT INTO step VALUES (1)", ())?;
        assert_eq!(mails().update(Job::NOTE.set("a"), &other)?, 1);
        assert_eq!(mails().update(Job::NOTE.set(of(Queue::NAME)), &other)?, 1);
        assert_eq!(free().limit(1).update(Job::WORKER.set(Some(2)), &other)?, 1);
        Ok(())
    })
}

#[derive(Model, Debug)]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    above_id: Option<i64>,
    #[column(default = 0)]
    rank: i64,
    #[relationship(foreign_key = Member::ABOVE_ID)]
    above: BelongsTo<Member>,
    #[relationship(foreign_key = Member::ABOVE_ID)]
    below: HasMany<Member>,
}

/// Rows of a view that a database writes to.
#[derive(Model, Debug)]
#[model(table = "low_member")]
struct LowMember {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    above_id: Option<i64>,
    rank: i64,
    #[relationship(foreign_key = LowMember::ABOVE_ID)]
    above: BelongsTo<Member>,
}

#[test]
fn a_table_that_is_joined_to_itself_and_a_view_are_locked_too() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.create_tables::<Member>()?;
    db.execute("CREATE VIEW low_member AS SELECT id, above_id, rank FROM member WHERE rank < 5", ())?;
    for above in [None, Some(1), Some(1), Some(2)] {
        Member::new().set(Member::ABOVE_ID, above).insert(db)?;
    }
    let statements = db.record();
    let (above, below) = (alias!(Member), alias!(Member));
    let under = || Member::query().join(Member::ABOVE.to(above)).filter(above.col(Member::ID).eq(1));
    assert_eq!(under().update(Member::RANK.set(1), db)?, 2);
    assert_eq!(under().update(Member::RANK.set(of(above.col(Member::RANK) + 2)), db)?, 2);
    assert_eq!(under().order_by(above.col(Member::ID)).limit(1).update(Member::RANK.set(2), db)?, 1);
    let two = || under().left_join(Member::BELOW.to(below));
    assert_eq!(two().update(Member::RANK.set(of(above.col(Member::RANK) + 3)), db)?, 2);
    assert_eq!(Member::query().join(Member::BELOW.to(above)).update(Member::RANK.set(Member::RANK + 1), db)?, 2);
    let low = || LowMember::query().join(LowMember::ABOVE).filter(Member::ID.eq(2));
    assert_eq!(low().update(LowMember::RANK.set(4), db)?, 1);
    assert_eq!(low().update(LowMember::RANK.set(of(Member::RANK)), db)?, 1);
    assert_eq!(statements.texts().iter().filter(|sql| !sql.contains("FOR NO KEY UPDATE OF")).count(), 0);
    assert_eq!(low().limit(1).delete(db)?, 1);
    Ok(())
}
