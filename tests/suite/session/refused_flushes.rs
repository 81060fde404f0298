//! What is left of a flush when what runs around it refuses or panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ormcore::prelude::*;

use super::hooks::{Entry, log_authors, session, source};
use super::models::{Author, Bare, Book, BookGenre, Genre};

/// A panic before the flush too: what was added by halves is not written with the next one.
fn a_panic_before_the_flush_leaves_a_session_to_roll_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.before_flush(|session| {
        for change in session.changes::<Author>() {
            session.add(Entry::new("x", 0, change.operation().to_string()));
            assert!(change.after(Author::NAME).as_deref() != Some(""), "a name is needed");
        }
        Ok(())
    });
    let nameless = session.add(Author::new(""));
    assert!(catch_unwind(AssertUnwindSafe(|| session.flush())).is_err());
    assert!(session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(!session.contains(nameless));
    session.add(Author::new("Ursula"));
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Entry::query().count(db)?), (1, 1));
    Ok(())
}

/// By then what the entries are about is written.
fn what_is_refused_of_what_was_added_after_it_needs_a_rollback(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    session.before_flush(|session| match session.changes::<Entry>().is_empty() {
        true => Ok(()),
        false => Err(Error::other("the log is closed")),
    });
    let ursula = session.add(Author::new("Ursula"));
    assert_eq!(source(&session.commit().unwrap_err()), "the log is closed");
    assert!(session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(!session.contains(ursula) && session.changes::<Entry>().is_empty());
    // In a savepoint its end is one.
    let undone = session.savepoint(|session| {
        session.add(Author::new("Ursula"));
        session.flush()
    });
    assert_eq!(source(&undone.unwrap_err()), "the log is closed");
    session.add(Bare::draft().set(Bare::NAME, "kept"));
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Bare::query().count(db)?), (0, 1));
    Ok(())
}

/// What leaves again takes the links and the places with it that it was given.
fn what_leaves_after_a_refusal_leaves_nothing_behind(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let book = session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    session.related(ursula, Author::BOOKS)?;
    session.related(book, Book::GENRES)?;
    session.before_flush(move |session| {
        let new = session.add(Book::new("another", ursula));
        session.append(ursula, Author::BOOKS, new)?;
        let genre = session.add(Genre::new("sf"));
        session.append(book, Book::GENRES, genre)?;
        session.append(new, Book::GENRES, genre)?;
        if session[book].title.is_empty() { Err(Error::other("a title is needed")) } else { Ok(()) }
    });
    session[book].title.clear();
    assert!(session.flush().is_err() && session.flush().is_err());
    assert!(session.changes::<Genre>().is_empty());
    session[book].title = "Lavinia".into();
    session.commit()?;
    assert_eq!((session.related(ursula, Author::BOOKS)?.len(), session.related(book, Book::GENRES)?.len()), (2, 1));
    assert_eq!((Genre::query().count(db)?, BookGenre::query().count(db)?), (1, 2));
    Ok(())
}

/// What an error of the database leaves is as without functions, and those of the savepoint's are the session's afterwards.
fn an_error_in_a_savepoint_is_undone_with_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    log_authors(&mut session, "ann");
    let ursula = session.add(Author::new("Ursula"));
    let undone = session.savepoint(|session| {
        session.after_flush(|session| {
            let is_twin = session.flushed::<Author>().iter().any(|change| change.contains(Author::AGE));
            if is_twin { Err(Error::other("too old")) } else { Ok(()) }
        });
        session[ursula].age = 7;
        Ok::<_, Error>(())
    });
    assert_eq!(source(&undone.unwrap_err()), "too old");
    assert_eq!((session[ursula].age, session.flushed::<Author>().len()), (0, 0));
    assert_eq!(session.count(Entry::query())?, 3);
    session[ursula].age = 8;
    assert!(session.commit().is_err());
    session.rollback()?;
    assert_eq!(Entry::query().count(db)?, 0);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_panic_before_the_flush_leaves_a_session_to_roll_back,
    what_is_refused_of_what_was_added_after_it_needs_a_rollback,
    what_leaves_after_a_refusal_leaves_nothing_behind,
    an_error_in_a_savepoint_is_undone_with_it,
);
