//! What runs before and after a flush.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;

use ormcore::prelude::*;
use ormcore::{Operation, SessionOptions};

use super::models::{Author, Book, count};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shk_entry")]
struct Entry {
    #[column(primary_key)]
    id: i64,
    who: String,
    row: i64,
    what: String,
    #[column(default = "")]
    old: String,
    #[column(default = "")]
    new: String,
}

fn session(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<Entry>()?;
    super::models::session(db)
}

/// What an error of the program's own says.
fn source(error: &Error) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

/// Writes an entry for each column of an author that changes.
fn log_authors(session: &mut Session, who: &str) {
    let who = who.to_string();
    session.after_flush(move |session| {
        for change in session.flushed::<Author>() {
            let row = session[change.handle()].id;
            for column in change.columns() {
                let text = |value: Option<&ormcore::Value<'_>>| {
                    value.and_then(|value| Some(value.to_text()?.into_owned())).unwrap_or_default()
                };
                let what = format!("{} {}", change.operation(), column.name());
                let entry = Entry::new(who.as_str(), row, what);
                session.add(entry.set(Entry::OLD, text(column.before())).set(Entry::NEW, text(column.after())));
            }
        }
        Ok(())
    });
}

fn a_log_is_written_with_what_it_is_about(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    let ursula = session.add(Author::new("Ursula"));
    let statements = db.record();
    session.commit()?;
    assert_eq!(statements.texts().len(), 2, "{:?}", statements.texts());
    session[ursula].age = 60;
    session.commit()?;
    session.delete(ursula)?;
    session.commit()?;
    let entries = Entry::query().order_by(Entry::ID).all(db)?;
    let found: Vec<_> = entries.iter().map(|entry| (&*entry.what, &*entry.old, &*entry.new)).collect();
    let key = entries[0].row.to_string();
    let expected = [
        ("insert id", "", &*key),
        ("insert name", "", "Ursula"),
        ("insert age", "", "0"),
        ("update age", "0", "60"),
        ("delete id", &*key, ""),
        ("delete name", "Ursula", ""),
        ("delete age", "60", ""),
    ];
    assert_eq!(found, expected);
    assert!(entries.iter().all(|entry| entry.who == "ann" && entry.row == entries[0].row));
    // And what is rolled back is in no log.
    session.add(Author::new("nobody"));
    session.flush()?;
    assert_eq!(session.count(Entry::query())?, 10);
    session.rollback()?;
    assert_eq!(Entry::query().count(db)?, 7);
    Ok(())
}

fn queries_commits_savepoints_and_units_of_work_run_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    session.add(Author::new("a"));
    assert_eq!(session.count(Entry::query())?, 3);
    session.savepoint(|session| {
        session.add(Author::new("b"));
        Ok::<_, Error>(())
    })?;
    assert_eq!(session.count(Entry::query())?, 6);
    session.rollback()?;
    db.unit_of_work(|session| {
        log_authors(session, "bob");
        session.add(Author::new("c"));
        Ok(())
    })?;
    assert_eq!(Entry::query().count(db)?, 3);
    Ok(())
}

fn what_was_flushed_is_told_of_all_rounds(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    session.add(Author::new("a"));
    session.flush()?;
    assert_eq!((session.flushed::<Author>().len(), session.flushed::<Entry>().len()), (1, 3));
    session.flush()?;
    assert_eq!((session.flushed::<Author>().len(), session.flushed::<Entry>().len()), (0, 0));
    Ok(())
}

fn rows_are_changed_before_they_are_written(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.before_flush(|session| {
        for change in session.changes::<Author>() {
            if change.operation() != Operation::Delete {
                session[change.handle()].age += 1;
            }
        }
        Ok(())
    });
    let ursula = session.add(Author::new("Ursula"));
    session.commit()?;
    session[ursula].name = "Ursula K.".into();
    let statements = db.record();
    session.commit()?;
    assert_eq!((count(&statements, "UPDATE"), Author::find(session[ursula].id, db)?.age), (1, 2));
    // Nothing to write, nothing to see.
    session.commit()?;
    assert_eq!(session[ursula].age, 2);
    Ok(())
}

fn a_refusal_before_the_flush_can_be_mended(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.before_flush(|session| {
        for change in session.changes::<Author>() {
            session.add(Entry::new("x", 0, change.operation().to_string()));
        }
        Ok(())
    });
    session.before_flush(|session| {
        let is_empty =
            session.changes::<Author>().iter().any(|change| change.after(Author::NAME).as_deref() == Some(""));
        if is_empty { Err(Error::other("a name is needed")) } else { Ok(()) }
    });
    let nameless = session.add(Author::new(""));
    let statements = db.record();
    for _ in 0..3 {
        assert_eq!(source(&session.commit().unwrap_err()), "a name is needed");
    }
    assert_eq!(count(&statements, "INSERT"), 0);
    session[nameless].name = "Ursula".into();
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Entry::query().count(db)?), (1, 1));
    // And where the flush itself finds what is wrong.
    session.add(Author::new("b"));
    let key = std::mem::replace(&mut session[nameless].id, 99);
    assert!(session.commit().is_err() && session.commit().is_err());
    session[nameless].id = key;
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Entry::query().count(db)?), (2, 2));
    Ok(())
}

fn an_error_after_the_flush_needs_a_rollback(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.after_flush(|session| match session.flushed::<Author>().is_empty() {
        true => Ok(()),
        false => Err(Error::other("the log is full")),
    });
    let ursula = session.add(Author::new("Ursula"));
    assert_eq!(source(&session.commit().unwrap_err()), "the log is full");
    assert!(session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(!session.contains(ursula));
    assert_eq!(Author::query().count(db)?, 0);
    // It is there still.
    session.add(Author::new("Ursula"));
    assert!(session.commit().is_err());
    session.rollback()
}

fn a_panic_leaves_what_runs_and_a_session_to_roll_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    session.after_flush(|session| {
        assert!(session.flushed::<Author>().iter().all(|change| change.after(Author::AGE) != Some(99)), "too old");
        Ok(())
    });
    let old = session.add(Author::new("a").set(Author::AGE, 99));
    assert!(catch_unwind(AssertUnwindSafe(|| session.flush())).is_err());
    assert!(session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(!session.contains(old));
    session.add(Author::new("b"));
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Entry::query().count(db)?), (1, 3));
    Ok(())
}

fn within_it_nothing_flushes_and_nothing_ends(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (tell, told) = channel();
    session.before_flush(move |session| {
        let said = [
            session.flush().unwrap_err().to_string(),
            session.commit().unwrap_err().to_string(),
            session.rollback().unwrap_err().to_string(),
            session.savepoint(|_| Ok::<_, Error>(())).unwrap_err().to_string(),
        ];
        // A query finds what is written, and flushes nothing.
        let found = session.count(Author::query())?;
        let _ = tell.send((said, found));
        Ok(())
    });
    session.add(Author::new("a"));
    session.commit()?;
    let (said, found) = told.try_recv().unwrap();
    assert!(said.iter().all(|said| said.contains("flush")), "{said:?}");
    assert_eq!((found, told.try_recv().is_err(), Author::query().count(db)?), (0, true, 1));
    Ok(())
}

fn one_that_never_ends_is_an_error(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.after_flush(|session| {
        session.add(Entry::new("me", 0, "again"));
        Ok(())
    });
    session.add(Author::new("a"));
    let error = session.commit().unwrap_err();
    assert!(error.to_string().contains("100 times"), "{error}");
    session.rollback()?;
    assert_eq!(Entry::query().count(db)?, 0);
    Ok(())
}

fn a_cache_follows_what_is_committed(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (stale, heard) = channel();
    session.after_flush(move |session| {
        let keys: Vec<i64> = session.flushed::<Author>().iter().map(|change| session[change.handle()].id).collect();
        let stale = stale.clone();
        session.on_commit(move || keys.iter().for_each(|key| stale.send(*key).unwrap()))
    });
    let ursula = session.add(Author::new("Ursula"));
    session.flush()?;
    session.rollback()?;
    assert!(heard.try_recv().is_err() && !session.contains(ursula));
    let ursula = session.add(Author::new("Ursula"));
    session.commit()?;
    let key = session[ursula].id;
    session.delete(ursula)?;
    session.commit()?;
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [key, key]);
    Ok(())
}

/// What it deletes goes with all that follows it, and one that is given by another runs from the next round on.
fn it_deletes_and_gives_others(db: &Database) -> ormcore::Result<()> {
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    db.create_tables::<(Author, Book, super::models::Genre, super::models::BookGenre, Entry)>()?;
    let ursula = session.add(Author::new("Ursula"));
    session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    session.before_flush(|session| {
        for change in session.changes::<Author>() {
            if change.after(Author::AGE) == Some(-1) {
                session.delete(change.handle())?;
                log_authors(session, "late");
            }
        }
        Ok(())
    });
    session[ursula].age = -1;
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Book::query().count(db)?), (0, 0));
    assert_eq!(Entry::query().filter_by(Entry::WHO, "late").count(db)?, 3);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_log_is_written_with_what_it_is_about,
    queries_commits_savepoints_and_units_of_work_run_it,
    what_was_flushed_is_told_of_all_rounds,
    rows_are_changed_before_they_are_written,
    a_refusal_before_the_flush_can_be_mended,
    an_error_after_the_flush_needs_a_rollback,
    a_panic_leaves_what_runs_and_a_session_to_roll_back,
    within_it_nothing_flushes_and_nothing_ends,
    one_that_never_ends_is_an_error,
    a_cache_follows_what_is_committed,
    it_deletes_and_gives_others,
);
