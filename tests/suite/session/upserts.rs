//! Upserts of a session: they run at once, and their rows are the session's.

use ormcore::prelude::*;
use ormcore::sql::proposed;
use ormcore_tests::on_every_backend;

use super::models::{Author, Book, BookGenre, Genre};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ups_doc")]
struct Doc {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    text: String,
    #[column(default = 0)]
    hits: i64,
    #[column(version)]
    version: i32,
}

fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Book)>()
}

fn a_row_that_the_session_has_gets_the_values_of_the_database(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    // Changed and not yet written: what waits is written first.
    session[ann].age = 30;
    let older = Author::AGE.set(Author::AGE + proposed(Author::AGE));
    let upsert = Author::new("ann").set(Author::AGE, 1).on_conflict(Author::NAME).do_update(older);
    assert_eq!(session.upsert(upsert)?, ann);
    assert_eq!(session[ann].age, 31);
    session[ann].age += 1;
    session.commit()?;
    assert_eq!(Author::find(1, db)?.age, 32);
    Ok(())
}

fn a_new_row_is_the_sessions_and_is_written_on(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let change = || Author::AGE.set(proposed(Author::AGE));
    let ann = session.upsert(Author::new("ann").on_conflict(Author::NAME).do_update(change()))?;
    assert_eq!((session.key(ann)?, session[ann].age), (Some(1), 0));
    session[ann].age = 7;
    let statements = db.record();
    session.flush()?;
    assert_eq!(statements.len(), 1);
    assert_eq!(session.get::<Author>(1)?, Some(ann));
    let book = session.add(Book::new("Ebb", ann));
    session.commit()?;
    assert_eq!((session[book].author_id, Author::find(1, db)?.age), (1, 7));
    Ok(())
}

fn what_leaves_no_row_gives_no_handle(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let once = || Author::new("ann").on_conflict(Author::NAME).do_nothing();
    let first = session.upsert(once())?;
    assert!(first.is_some());
    assert_eq!(session.upsert(once())?, None);
    session.rollback()?;
    assert_eq!(session.get::<Author>(1)?, None);
    drop(session);
    assert_eq!(Author::query().count(db)?, 0);
    Ok(())
}

fn what_a_rollback_takes_back_is_read_again(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann").set(Author::AGE, 5));
    session.commit()?;
    let set = Author::AGE.set(50);
    session.upsert(Author::new("ann").on_conflict(Author::NAME).do_update(set))?;
    assert_eq!(session[ann].age, 50);
    session.rollback()?;
    session.get::<Author>(1)?;
    assert_eq!(session[ann].age, 5);
    session[ann].age = 6;
    session.commit()?;
    assert_eq!(Author::find(1, db)?.age, 6);
    Ok(())
}

fn a_savepoint_that_is_undone_gives_back_what_was_overwritten(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Doc,)>()?;
    let mut session = db.session()?;
    let doc = session.add(Doc::new("a", "t"));
    session.commit()?;
    for (is_edited_before, version) in [(false, 1), (true, 2)] {
        let was = session[doc].text.clone();
        let undone = session.savepoint(|session| {
            if is_edited_before {
                session[doc].text = "other".into();
            }
            session.upsert(Doc::new("a", "u").on_conflict(Doc::NAME).do_update(Doc::HITS.set(Doc::HITS + 1)))?;
            assert_eq!((session[doc].text == "other", session[doc].hits), (is_edited_before, 1));
            session[doc].hits = 7;
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err() && !session.is_modified());
        assert_eq!((session[doc].text == was, session[doc].hits, session[doc].version), (true, 0, version));
        session[doc].text = format!("edited at {version}");
        session.commit()?;
    }
    let stored = Doc::query().one(db)?;
    assert_eq!((stored.text.as_str(), stored.hits, stored.version), ("edited at 2", 0, 3));
    Ok(())
}

fn what_a_rollback_takes_back_can_be_given_again(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann").set(Author::AGE, 5));
    session.commit()?;
    session.upsert(Author::new("ann").on_conflict(Author::NAME).do_update(Author::AGE.set(50)))?;
    session.rollback()?;
    assert_eq!(session[ann].age, 5);
    session[ann].age = 50;
    session.commit()?;
    assert_eq!(Author::find(1, db)?.age, 50);
    Ok(())
}

fn relationships_know_its_row(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    assert_eq!(session.related(ann, Author::BOOKS)?, []);
    session.flush()?;
    let key = session[ann].id;
    let draft = Book::new("Ebb", key).with_key(9);
    let book = session.upsert(draft.on_conflict(Book::ID).do_update(Book::TITLE.set(proposed(Book::TITLE))))?;
    assert_eq!(session.related(ann, Author::BOOKS)?, [book]);
    assert_eq!(session.related(book, Book::AUTHOR)?, Some(ann));
    Ok(())
}

/// SQLite gives its number to the next row: the handle does not write that one.
fn a_new_row_leaves_with_the_transaction(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let upsert = |name| Author::new(name).on_conflict(Author::NAME).do_update(Author::AGE.set(1));
    let ann = session.upsert(upsert("ann"))?;
    session.rollback()?;
    Author::new("bob").insert(db)?;
    assert!(!session.contains(ann));
    assert!(session.try_get_mut(ann).is_err());
    session.commit()?;
    assert_eq!(Author::query().select((Author::NAME, Author::AGE)).all(db)?, [("bob".to_string(), 0)]);
    Ok(())
}

fn a_new_row_leaves_with_the_savepoint(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    let mut given = None;
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session.delete(ann)?;
        let upsert = Author::new("ann").with_key(1).on_conflict(Author::ID).do_update(Author::AGE.set(1));
        given = Some(session.upsert(upsert)?);
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    let given = given.filter(|given| *given != ann).unwrap();
    assert!(session.contains(ann) && !session.contains(given));
    assert_eq!(session.get::<Author>(1)?, Some(ann));
    session[ann].age = 7;
    session.commit()?;
    assert_eq!(Author::find(1, db)?.age, 7);
    Ok(())
}

fn a_new_row_stays_when_the_transaction_is_kept(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.savepoint(|session| {
        session.upsert(Author::new("ann").on_conflict(Author::NAME).do_update(Author::AGE.set(1)))
    })?;
    session.commit()?;
    session[ann].age = 3;
    session.rollback()?;
    assert_eq!((session.contains(ann), session[ann].age), (true, 0));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ups_edition", unique(book_id, number), before_insert = Edition::number_first)]
struct Edition {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Book::ID)]
    book_id: i64,
    #[column(default = 0)]
    number: i64,
    #[column(default = 0)]
    pages: i64,
}

impl Edition {
    /// The first edition of a book has its number.
    fn number_first(&mut self) -> ormcore::Result<()> {
        if self.number == 0 {
            self.number = self.book_id;
        }
        Ok(())
    }
}

fn a_draft_may_point_to_a_row_of_the_session(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.create_tables::<(Genre, BookGenre, Edition)>()?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    let books = session.add_all(["Ebb", "Flow"].map(|title| Book::new(title, ann)));
    let key = (Edition::BOOK_ID, Edition::NUMBER);
    let upsert = |book, pages| {
        let draft = Edition::new(book).set(Edition::PAGES, pages);
        draft.on_conflict(key).do_update(Edition::PAGES.set(proposed(Edition::PAGES)))
    };
    let edition = session.upsert(upsert(books[1], 7))?;
    assert_eq!((session[edition].book_id, session[edition].number), (session[books[1]].id, session[books[1]].id));
    assert_eq!(session.upsert(upsert(books[1], 8))?, edition);
    session.commit()?;
    assert_eq!(Edition::query().one(db)?.pages, 8);

    let other = session.add(Author::new("other"));
    let lost = session.add(Book::new("lost", other));
    session.flush()?;
    session.delete(lost)?;
    let error = session.upsert(upsert(lost, 1)).unwrap_err().to_string();
    assert_eq!(error, "`ups_edition.book_id` is to point to a row that has left the session, or is deleted");
    let mut stranger = db.session()?;
    let error = stranger.upsert(upsert(books[0], 1)).unwrap_err().to_string();
    assert_eq!(error, "`ups_edition.book_id` is to point to a row that is another session's");
    session.commit()?;
    assert_eq!(Edition::query().count(db)?, 1);
    Ok(())
}

fn a_row_that_is_found_is_loaded_and_one_that_is_not_is_new(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    Author::new("bob").set(Author::AGE, 8).insert(db)?;
    let mut session = db.session()?;
    let once = |name| Author::new(name).on_conflict(Author::NAME).or_find();
    let waiting = session.add(Author::new("ann").set(Author::AGE, 5));
    assert_eq!(session.upsert(once("ann"))?, (waiting, false));
    session[waiting].age = 6;
    assert_eq!(session.upsert(once("ann"))?, (waiting, false));
    let (bob, is_new) = session.upsert(once("bob"))?;
    assert_eq!((session[bob].age, is_new), (8, false));
    let (cy, is_new) = session.upsert(once("cy"))?;
    assert!(is_new);
    assert_eq!(session.get::<Author>(session[cy].id)?, Some(cy));
    session.delete(waiting)?;
    let (again, is_new) = session.upsert(once("ann"))?;
    assert!(is_new && again != waiting);
    session.rollback()?;
    assert!(session.contains(bob) && !session.contains(cy) && !session.contains(again));
    let statements = db.record();
    assert_eq!(session.upsert(once("bob"))?, (bob, false));
    assert_eq!(statements.len(), 1);
    session[bob].age = 9;
    assert_eq!(session.related(bob, Author::BOOKS)?, []);
    session.commit()?;
    let stored = Author::query().select((Author::NAME, Author::AGE)).all(db)?;
    assert_eq!(stored, [("bob".to_string(), 9)]);
    Ok(())
}

fn what_waits_is_written_before_a_row_is_looked_for(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let once = |name| Author::new(name).on_conflict(Author::NAME).or_find();
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    // Its name is free, and the new one is taken.
    session[ann].name = "anna".into();
    let (other, is_new) = session.upsert(once("ann"))?;
    assert!(is_new && other != ann);
    assert_eq!(session.upsert(once("anna"))?, (ann, false));
    // Given away and taken again in a savepoint that is undone.
    let mut given = None;
    let undone = session.savepoint(|session| {
        session.delete(ann)?;
        let (again, is_new) = session.upsert(once("anna"))?;
        assert!(is_new && again != ann);
        session[again].age = 7;
        assert_eq!(session.upsert(once("anna"))?, (again, false));
        given = Some(again);
        Err::<(), _>(Error::rollback("no"))
    });
    assert!(undone.is_err());
    assert!(given.is_some_and(|given| !session.contains(given)));
    assert_eq!(session.upsert(once("anna"))?, (ann, false));
    assert_eq!(session[ann].age, 0);
    session.commit()?;
    // Others delete it: the row of the same key is another one's, and has the handle that there is.
    Author::query().filter(Author::NAME.eq("anna")).delete(db)?;
    let key = session[ann].id;
    let (same, is_new) = session.upsert(once("next"))?;
    assert!(is_new && same != ann);
    session.rollback()?;
    let by_key = |name| Author::new(name).with_key(key).on_conflict(Author::ID).or_find();
    let (again, is_new) = session.upsert(by_key("again"))?;
    assert!(is_new);
    assert_eq!((again, session[again].name.as_str()), (ann, "again"));
    assert_eq!(session.upsert(by_key("x"))?, (ann, false));
    session[again].age = 9;
    session.commit()?;
    assert_eq!(Author::find(key, db)?.age, 9);
    Ok(())
}

fn a_draft_that_points_to_a_new_row_is_found_by_its_key(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.create_tables::<(Genre, BookGenre, Edition)>()?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("Ebb", ann));
    let once = || Edition::new(book).on_conflict((Edition::BOOK_ID, Edition::NUMBER)).or_find();
    let (edition, is_new) = session.upsert(once())?;
    assert!(is_new);
    assert_eq!(session.upsert(once())?, (edition, false));
    session.rollback()?;
    assert!(!session.contains(book) && !session.contains(edition));
    let error = session.upsert(once()).unwrap_err().to_string();
    assert_eq!(error, "`ups_edition.book_id` is to point to a row that has left the session, or is deleted");
    Ok(())
}

/// It stands in the list of its parent, which was read before.
fn lists_have_what_was_inserted_or_found(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    assert_eq!(session.related(ann, Author::BOOKS)?, []);
    let key = session[ann].id;
    let once = |at: i64| Book::new("Ebb", key).with_key(at).on_conflict(Book::ID).or_find();
    let (book, _) = session.upsert(once(9))?;
    assert_eq!(session.related(ann, Author::BOOKS)?, [book]);
    session.commit()?;
    let late = Book::new("late", key).with_key(10).insert(db)?;
    let (found, is_new) = session.upsert(once(late.id))?;
    assert!(!is_new);
    assert_eq!(session.related(found, Book::AUTHOR)?, Some(ann));
    Ok(())
}

on_every_backend!(
    what_waits_is_written_before_a_row_is_looked_for,
    a_draft_that_points_to_a_new_row_is_found_by_its_key,
    lists_have_what_was_inserted_or_found,
    a_row_that_is_found_is_loaded_and_one_that_is_not_is_new,
    a_draft_may_point_to_a_row_of_the_session,
    a_new_row_leaves_with_the_transaction,
    a_new_row_leaves_with_the_savepoint,
    a_new_row_stays_when_the_transaction_is_kept,
    a_row_that_the_session_has_gets_the_values_of_the_database,
    a_new_row_is_the_sessions_and_is_written_on,
    what_leaves_no_row_gives_no_handle,
    what_a_rollback_takes_back_is_read_again,
    a_savepoint_that_is_undone_gives_back_what_was_overwritten,
    what_a_rollback_takes_back_can_be_given_again,
    relationships_know_its_row,
);
