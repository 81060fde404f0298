//! What runs before and after a flush.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;

use ormcore::prelude::*;
use ormcore::{Operation, SessionOptions};

use super::models::{Author, Book, Genre, count};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shk_entry")]
pub(super) struct Entry {
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

pub(super) fn session(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<Entry>()?;
    super::models::session(db)
}

/// What an error of the program's own says.
pub(super) fn source(error: &Error) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

/// Writes an entry for each column of an author that changes.
pub(super) fn log_authors(session: &mut Session, who: &str) {
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
            session.upsert(Author::new("a").on_conflict(Author::NAME).do_nothing()).unwrap_err().to_string(),
        ];
        // A query finds what is written, and flushes nothing.
        let found = session.count(Author::query())?;
        let _ = tell.send((said, found));
        Ok(())
    });
    session.add(Author::new("a"));
    session.commit()?;
    let (said, found) = told.try_recv().unwrap();
    assert!(said.iter().all(|said| said.contains("flush")) && said[4].contains("`transaction()`"), "{said:?}");
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
    db.create_tables::<(Author, Book, Genre, super::models::BookGenre, Entry)>()?;
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

/// Where nothing is written, nothing runs afterwards.
fn what_takes_all_back_leaves_no_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (tell, told) = channel();
    session.before_flush(|session| {
        for change in session.changes::<Author>() {
            match change.operation() {
                Operation::Insert => drop(session.take(change.handle())?),
                _ => session.expire(change.handle())?,
            }
        }
        Ok(())
    });
    session.after_flush(move |session| {
        let _ = tell.send(session.flushed::<Author>().len());
        Ok(())
    });
    session.add(Author::new("a"));
    let statements = db.record();
    session.commit()?;
    assert!(statements.is_empty() && told.try_iter().next().is_none());
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "shk_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, server_default = "1")]
    author_id: i64,
    #[relationship]
    author: BelongsTo<Author>,
}

/// It leads where its database will have it lead, which nobody knows by then, and not to the row with the placeholder's key.
fn within_it_a_new_row_leads_nowhere_yet(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    db.create_tables::<Note>()?;
    for key in [0, 1] {
        Author::new(format!("{key}")).set(Author::ID, key).insert(db)?;
    }
    let (tell, told) = channel();
    session.before_flush(move |session| {
        for change in session.changes::<Note>() {
            let author = session.related(change.handle(), Note::AUTHOR)?;
            let _ = tell.send(author.map(|author| session[author].id));
        }
        Ok(())
    });
    let note = session.add(Note::new());
    session.commit()?;
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [None]);
    let author = session.related(note, Note::AUTHOR)?;
    assert_eq!(author.map(|author| session[author].id), Some(1));
    Ok(())
}

fn links_alone_are_a_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let author = session.add(Author::new("a"));
    let (book, genre) = (session.add(Book::new("b", author)), session.add(Genre::new("sf")));
    session.commit()?;
    let (tell, told) = channel();
    session.after_flush(move |session| {
        let _ = tell.send(session.flushed::<Book>().len() + session.flushed::<Genre>().len());
        Ok(())
    });
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [0]);
    session.delete(genre)?;
    session.commit()?;
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [1]);
    Ok(())
}

fn orphans_and_deletes_of_it_are_of_the_same_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let books = ["a", "b", "c"].map(|title| session.add(Book::new(title, ursula)));
    session.commit()?;
    session.before_flush(move |session| {
        for change in session.changes::<Book>() {
            // Of one that goes, too.
            session[change.handle()].title.push('!');
        }
        if session.contains(books[1]) {
            session.remove(ursula, Author::BOOKS, books[1])?;
        }
        Ok(())
    });
    let (tell, told) = channel();
    session.after_flush(move |session| {
        let flushed = session.flushed::<Book>();
        let _ = tell.send(flushed.iter().map(|change| change.before(Book::TITLE)).collect::<Vec<_>>());
        if session.contains(books[2]) { session.delete(books[2]) } else { Ok(()) }
    });
    session.delete(books[0])?;
    session.flush()?;
    let title = |title: &str| Some(title.to_string());
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [vec![title("a"), title("b")], vec![title("c")]]);
    let flushed = session.flushed::<Book>();
    assert!(flushed.len() == 3 && flushed.iter().all(|change| change.operation() == Operation::Delete));
    session.rollback()?;
    assert!(books.iter().all(|book| session.contains(*book) && session[*book].title.len() == 1));
    Ok(())
}

/// What an upsert does is in neither, and rows that are merged are as others.
fn upserts_are_not_seen_and_merges_are(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let mut ursula = Author::new("Ursula").insert(db)?;
    log_authors(&mut session, "ann");
    session
        .upsert(Author::new("Ursula").set(Author::AGE, 7).on_conflict(Author::NAME).do_update(Author::AGE.set(7)))?;
    session.commit()?;
    ursula.age = 8;
    session.merge(ursula)?;
    assert_eq!(session.changes::<Author>()[0].before(Author::AGE), Some(7));
    session.commit()?;
    let entry = Entry::query().one(db)?;
    assert_eq!((&*entry.what, &*entry.old, &*entry.new), ("update age", "7", "8"));
    Ok(())
}

fn what_has_expired_has_its_old_values_in_the_log(db: &Database) -> ormcore::Result<()> {
    session(db)?;
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let ursula = session.add(Author::new("Ursula"));
    session.commit()?;
    log_authors(&mut session, "ann");
    db.execute("UPDATE ses_author SET age = 5", ())?;
    session.refresh(ursula)?;
    session[ursula].age = 6;
    session.commit()?;
    session.delete(ursula)?;
    session.commit()?;
    let entries = Entry::query().order_by(Entry::ID).select((Entry::WHAT, Entry::OLD)).all(db)?;
    let of_age: Vec<_> = entries.iter().filter(|(what, _)| what.ends_with(" age")).map(|(_, old)| &**old).collect();
    assert_eq!(of_age, ["5", "6"]);
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
    what_takes_all_back_leaves_no_flush,
    within_it_a_new_row_leads_nowhere_yet,
    links_alone_are_a_flush,
    upserts_are_not_seen_and_merges_are,
    what_has_expired_has_its_old_values_in_the_log,
    orphans_and_deletes_of_it_are_of_the_same_flush,
);
