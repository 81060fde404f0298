//! What a handle names, and what the session gives for it.

use std::collections::HashSet;

use ormcore::SessionOptions;
use ormcore::prelude::*;

use super::models::{Author, Bare, Book, Genre, Team, create, session};

fn a_handle_is_small_and_can_be_copied_compared_and_sent(db: &Database) -> ormcore::Result<()> {
    fn sent<T: Send>() {}
    sent::<Session>();
    sent::<Handle<Author>>();
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let copy = ann;
    assert_eq!(size_of_val(&ann), 16);
    assert!(copy == ann && ann != bob);
    assert_eq!(HashSet::from([ann, bob, copy]).len(), 2);
    Ok(())
}

fn a_handle_of_another_session_is_refused_by_every_verb(db: &Database) -> ormcore::Result<()> {
    let mut mine = session(db)?;
    let ann = mine.add(Author::new("ann"));
    mine.commit()?;
    let mut yours = db.session()?;
    let bob = yours.add(Author::new("bob"));
    yours.commit()?;
    let says = |error: Error| assert!(error.to_string().contains("another session"), "{error}");
    says(mine.try_get(bob).unwrap_err());
    says(mine.try_get_mut(bob).unwrap_err());
    says(mine.delete(bob).unwrap_err());
    says(mine.refresh(bob).unwrap_err());
    says(mine.expire(bob).unwrap_err());
    says(mine.take(bob).unwrap_err());
    says(mine.key(bob).unwrap_err());
    says(mine.related(bob, Author::BOOKS).unwrap_err());
    assert!(!mine.contains(bob) && mine.contains(ann));
    // No row of this session has the place that its author has in the other.
    let eve = yours.add_all(["c", "d", "eve"].map(Author::new))[2];
    for author in [bob, eve] {
        let book = mine.add(Book::new("x", author));
        says(mine.related(book, Book::AUTHOR).unwrap_err());
    }
    says(mine.flush().unwrap_err());
    mine.rollback()?;
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mine[bob].id)).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("another session"));
    assert_eq!(mine[ann].name, "ann");
    Ok(())
}

fn a_handle_of_a_row_that_left_says_so(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.rollback()?;
    assert!(session.try_get(ann).unwrap_err().to_string().contains("has left its session"));
    assert!(!session.contains(ann));
    // A row that comes later is not mistaken for it.
    let bob = session.add(Author::new("bob"));
    assert!(session.try_get(ann).is_err() && bob != ann);
    session.commit()?;
    session.delete(bob)?;
    assert!(!session.contains(bob) && session.try_get(bob).is_ok());
    session.commit()?;
    assert!(session.try_get(bob).is_err() && session.delete(bob).is_err());
    Ok(())
}

fn a_key_is_none_before_the_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let bob = session.add(Author::new("bob").with_key(40));
    assert_eq!((session.key(ann)?, session.key(bob)?), (None, None));
    session.flush()?;
    assert_eq!(session.key(ann)?, Some(session[ann].id));
    assert_eq!(session.key(bob)?, Some(40));
    Ok(())
}

fn one_row_has_one_handle_however_it_is_read(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = Author::new("ann").insert(db)?;
    let mut session = db.session()?;
    let handle = session.get::<Author>(ann.id)?.unwrap();
    let statements = db.record();
    assert_eq!(session.get::<Author>(ann.id)?, Some(handle));
    assert!(statements.is_empty());
    assert_eq!(session.all(Author::query())?, [handle]);
    assert_eq!(session.first(Author::query())?, Some(handle));
    assert_eq!(session.one(Author::query().filter_by(Author::NAME, "ann"))?, handle);
    assert_eq!(session.get::<Author>(99)?, None);
    assert!(session.one(Author::query().filter_by(Author::NAME, "zoe")).unwrap_err().is_not_found());
    assert_eq!(session.first(Author::query().filter_by(Author::NAME, "zoe"))?, None);
    Ok(())
}

fn a_row_in_the_session_is_not_overwritten_by_a_query(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = Author::new("ann").insert(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let handle = session.get::<Author>(ann.id)?.unwrap();
    session[handle].age = 7;
    assert_eq!(session.all(Author::query())?, [handle]);
    assert_eq!(session[handle].age, 7);
    session.expire(handle)?;
    assert_eq!(session[handle].age, 0, "what was changed is lost");
    assert_eq!(session.all(Author::query())?, [handle]);
    session.rollback()
}

fn a_refresh_reads_and_an_expired_row_is_read_at_the_next_get(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    assert!(session.refresh(ann).unwrap_err().to_string().contains("not in the database yet"));
    session.commit()?;
    Author::query().update(Author::AGE.set(30), db)?;
    assert_eq!(session[ann].age, 0);
    session[ann].age = 5;
    session.refresh(ann)?;
    assert_eq!(session[ann].age, 30);
    session.rollback()?;
    Author::query().update(Author::AGE.set(31), db)?;
    session.expire(ann)?;
    assert_eq!(session[ann].age, 30, "an index reads nothing");
    let key = session[ann].id;
    assert_eq!(session.get::<Author>(key)?, Some(ann));
    assert_eq!(session[ann].age, 31);
    session.commit()?;
    Author::query().delete(db)?;
    session.expire_all();
    assert_eq!(session.get::<Author>(key)?, None);
    assert!(session.refresh(ann).unwrap_err().is_not_found());
    Ok(())
}

fn a_key_that_was_edited_and_expired_is_the_rows_own_again(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    session.commit()?;
    let (key, other) = (session[ann].id, session[bob].id);
    session[ann].id = other;
    session.expire(ann)?;
    assert_eq!(session.get::<Author>(key)?, Some(ann));
    assert_eq!((session[ann].id, session[ann].name.as_str()), (key, "ann"));
    session[ann].id = 77;
    let taken = session.take(ann)?;
    assert_eq!((taken.id, session.get::<Author>(77)?), (77, None));
    let again = session.get::<Author>(key)?.unwrap();
    assert!(again != ann && session.contains(again));
    session.commit()
}

fn a_row_that_is_taken_is_the_programs_own(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.flush()?;
    session[ann].age = 50;
    let mut row = session.take(ann)?;
    assert_eq!(row.age, 50);
    assert!(session.try_get(ann).is_err() && !session.is_modified());
    session.commit()?;
    assert_eq!(Author::find(row.id, db)?.age, 0, "what was not flushed is not written");
    row.age = 51;
    row.update(db)?;
    // Taken, and then rolled back: the row stays outside.
    let handle = session.get::<Author>(row.id)?.unwrap();
    session.delete(handle)?;
    assert!(session.take(handle).unwrap_err().to_string().contains("deleted"));
    session.flush()?;
    assert_eq!(session.take(handle)?.age, 51);
    session.rollback()?;
    let back = session.get::<Author>(row.id)?.unwrap();
    assert_eq!(session[back].age, 51);
    session.commit()
}

/// A handle shows the place of its row: those of rows that have left are other rows' soon.
fn rows_that_come_and_go_leave_no_room_behind(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let (book, genre) = (session.add(Book::new("b", ann)), session.add(Genre::new("g")));
    session.commit()?;
    session[bob].age = 1;
    for round in 0..300 {
        let draft = session.add(Author::new("draft"));
        session.delete(draft)?;
        session.append(book, Book::GENRES, genre)?;
        session.remove(book, Book::GENRES, genre)?;
        session[ann].age = round;
        session.refresh(ann)?;
        if round == 9 {
            session[bob].age = 0;
        }
        session.commit()?;
        let place = format!("{draft:?}");
        let place: u32 = place.split(['(', '.']).nth(1).unwrap().parse().unwrap();
        assert!(place < 20, "round {round}: {draft:?}");
    }
    assert!(!session.is_modified());
    Ok(())
}

fn a_plain_row_is_merged(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut ann = Author::new("ann").insert(db)?;
    let mut session = db.session()?;
    ann.age = 9;
    let handle = session.merge(ann.clone())?;
    assert!(session.is_modified());
    assert_eq!(session.get::<Author>(ann.id)?, Some(handle));
    session.commit()?;
    assert_eq!(Author::find(ann.id, db)?.age, 9);
    assert_eq!(session.merge(ann.clone())?, handle);
    assert!(!session.is_modified());
    session.commit()?;
    let book = Book::new("b", &ann).insert(db)?;
    let mut other = book.clone();
    other.update(db)?;
    assert!(session.merge(book).unwrap_err().is_stale_row());
    session.rollback()?;
    ann.id = 99;
    assert!(session.merge(ann).unwrap_err().is_not_found());
    Ok(())
}

fn a_session_that_only_looks_writes_nothing(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    assert!(!session.is_modified());
    let ann = session.add(Author::new("ann"));
    assert!(session.is_modified());
    session.commit()?;
    let statements = db.record();
    session[ann].age = 1;
    assert!(session.is_modified());
    session[ann].age = 0;
    assert!(!session.is_modified(), "changed and changed back");
    session.commit()?;
    session.add_all(Vec::<Draft<Genre>>::new());
    session.flush()?;
    assert!(statements.is_empty(), "{statements:?}");
    Ok(())
}

/// SQLAlchemy does the same with the attributes of an expired object.
fn what_is_changed_in_an_expired_row_stays_when_it_is_read_again(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    Author::query().update((Author::NAME.set("anna"), Author::AGE.set(3)), db)?;
    session.expire(ann)?;
    session[ann].age = 4;
    assert_eq!(session.one(Author::query())?, ann);
    assert_eq!((session[ann].name.as_str(), session[ann].age), ("anna", 4));
    let statements = db.record();
    session.commit()?;
    assert!(
        statements.texts()[0].ends_with(r#"SET "age" = ? WHERE "id" = ?"#)
            || statements.texts()[0].contains(r#"SET "age" = $1"#)
    );
    assert_eq!(Author::find(session[ann].id, db)?, session[ann]);
    Ok(())
}

fn a_row_that_lacks_something_is_an_error_at_the_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let bad = session.add(Bare::draft());
    session.add(Author::new("bob"));
    let statements = db.record();
    for _ in 0..2 {
        assert!(session.flush().unwrap_err().to_string().contains("name"));
    }
    assert!(session.get::<Author>(1).is_err() && session.all(Author::query()).is_err());
    assert!(statements.is_empty());
    session.rollback()?;
    assert!(!session.contains(bad));
    let bad = session.add(Bare::draft());
    session.delete(bad)?;
    session.add(Team::new("red"));
    // Nothing was written, and what is missing can be given.
    let mended = session.add(Bare::draft());
    assert!(session.flush().is_err());
    session[mended].name = "now".into();
    session.commit()?;
    assert_eq!(Bare::find(session[mended].id, db)?.name, "now");
    assert_eq!((Team::query().count(db)?, Author::query().count(db)?), (1, 0));
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_is_changed_in_an_expired_row_stays_when_it_is_read_again,
    a_handle_is_small_and_can_be_copied_compared_and_sent,
    a_handle_of_another_session_is_refused_by_every_verb,
    a_handle_of_a_row_that_left_says_so,
    a_key_is_none_before_the_flush,
    one_row_has_one_handle_however_it_is_read,
    a_row_in_the_session_is_not_overwritten_by_a_query,
    a_refresh_reads_and_an_expired_row_is_read_at_the_next_get,
    a_key_that_was_edited_and_expired_is_the_rows_own_again,
    a_row_that_is_taken_is_the_programs_own,
    rows_that_come_and_go_leave_no_room_behind,
    a_plain_row_is_merged,
    a_session_that_only_looks_writes_nothing,
    a_row_that_lacks_something_is_an_error_at_the_flush,
);
