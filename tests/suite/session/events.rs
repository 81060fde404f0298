//! What a model has done with its rows when a session writes them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ormcore::prelude::*;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sev_author", before_insert = tidy, before_update = tidy, before_delete = no_classics, validate = check)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[column(on_write = 1)]
    writes: i32,
    #[relationship(cascade = "all")]
    books: HasMany<Book>,
}

fn tidy(author: &mut Author) -> ormcore::Result<()> {
    author.name = author.name.trim().to_string();
    Ok(())
}

fn no_classics(author: &Author) -> ormcore::Result<()> {
    if author.name == "Homer" { Err(Error::other("he stays")) } else { Ok(()) }
}

fn check(author: &Author) -> ormcore::Result<()> {
    match author.writes {
        1 if author.name.is_empty() => Err(Author::NAME.invalid("is empty")),
        1 => Ok(()),
        _ => Err(Author::WRITES.invalid("has no value")),
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sev_book", constructor = false, before_insert = Book::catalog, after_insert = Book::announce, validate = Book::check)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    shelf: String,
    #[column(foreign_key = Author::ID)]
    author_id: Option<i64>,
    #[column(foreign_key = Book::ID)]
    sequel_id: Option<i64>,
    #[relationship(foreign_key = Book::SEQUEL_ID)]
    sequel: BelongsTo<Book>,
}

impl Book {
    fn catalog(&mut self) -> ormcore::Result<()> {
        self.shelf = format!("{}-{}", self.author_id.unwrap_or(0), self.title);
        Ok(())
    }

    fn announce(&self) -> ormcore::Result<()> {
        assert!(self.id > 0);
        assert!(self.title != "panic", "a panic of the model's");
        if self.title == "loud" { Err(Error::other("silence")) } else { Ok(()) }
    }

    fn check(&self) -> ormcore::Result<()> {
        if self.author_id.is_some() { Ok(()) } else { Err(Book::AUTHOR_ID.invalid("is needed")) }
    }
}

fn book(title: &str) -> Draft<Book> {
    Book::draft().set(Book::TITLE, title)
}

fn session(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<(Author, Book)>()?;
    db.session()
}

fn drafts_are_filled_in_when_the_keys_of_their_parents_are_there(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("  Ann "));
    let books: Vec<_> = ["a", "b"].map(|title| session.add(book(title).set(Book::AUTHOR_ID, ann))).to_vec();
    session.commit()?;
    assert_eq!(session[ann].name, "Ann");
    assert_eq!(session[books[1]].shelf, format!("{}-b", session[ann].id));
    assert_eq!(Book::find(session[books[1]].id, db)?, session[books[1]]);
    Ok(())
}

fn what_is_found_before_the_first_statement_can_be_mended(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("Ann")), session.add(Author::new(" ")));
    let statements = db.record();
    let error = session.commit().unwrap_err();
    assert_eq!(error.to_string(), format!("`sev_author`: the draft `{bob:?}` is invalid: `name` is empty"));
    assert_eq!((statements.texts().len(), error.violations()[0].column()), (0, Some("name")));
    session[bob].name = "Bob".into();
    session.commit()?;
    // And of a row that is there.
    session[ann].name = " ".into();
    let error = session.flush().unwrap_err();
    let named =
        format!("`sev_author`: the row with `id` = the integer {} is invalid: `name` is empty", session[ann].id);
    assert_eq!(error.to_string(), named);
    session[ann].name = " Anna ".into();
    session.commit()?;
    assert_eq!(Author::find(session[ann].id, db)?.name, "Anna");
    Ok(())
}

fn what_is_found_later_needs_a_rollback(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("Ann"));
    session.commit()?;
    let bob = session.add(Author::new("Bob"));
    let loud = session.add(book("loud").set(Book::AUTHOR_ID, bob));
    let quiet = session.add(book("quiet").set(Book::AUTHOR_ID, ann));
    let error = session.commit().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused { event, .. } if event == "after_insert"), "{error}");
    assert!(session.flush().is_err());
    session.rollback()?;
    assert!([loud, quiet].iter().all(|book| session.try_get(*book).is_err()) && session.try_get(bob).is_err());
    session.add(book("quiet").set(Book::AUTHOR_ID, ann));
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Book::query().one(db)?.title.as_str()), (1, "quiet"));
    Ok(())
}

fn a_row_without_a_net_change_is_not_seen(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("Ann"));
    session.commit()?;
    let statements = db.record();
    // The model makes it what it was.
    session[ann].name = " Ann ".into();
    session.commit()?;
    assert_eq!((count(&statements, "UPDATE"), session[ann].name.as_str()), (0, "Ann"));
    Ok(())
}

fn a_refused_delete_stops_the_flush_before_it_writes(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let homer = session.add(Author::new("Homer"));
    session.add(book("Iliad").set(Book::AUTHOR_ID, homer));
    session.commit()?;
    session.delete(homer)?;
    let statements = db.record();
    let error = session.commit().unwrap_err();
    let named = format!("`sev_author`: `before_delete` refused the row with `id` = the integer {}", session[homer].id);
    assert_eq!((error.to_string(), count(&statements, "DELETE")), (named, 0));
    session.rollback()?;
    assert!(session.contains(homer));
    assert_eq!((Author::query().count(db)?, Book::query().count(db)?), (1, 1));
    Ok(())
}

fn rows_of_a_circle_are_seen_once_each(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("Ann"));
    let (one, two) = (book("1").set(Book::AUTHOR_ID, ann), book("2").set(Book::AUTHOR_ID, ann));
    let (one, two) = (session.add(one), session.add(two));
    session.set(one, Book::SEQUEL, Some(two))?;
    session.set(two, Book::SEQUEL, Some(one))?;
    session.commit()?;
    assert_eq!(session[one].sequel_id, Some(session[two].id));
    assert_eq!((session[one].shelf.ends_with("-1"), session[two].shelf.ends_with("-2")), (true, true));
    Ok(())
}

fn a_draft_that_lacks_a_value_can_be_given_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("Ann"));
    let untitled = session.add(Book::draft().set(Book::AUTHOR_ID, ann));
    let error = session.flush().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::MissingColumn { column, .. } if column == "title"), "{error}");
    session.rollback()?;
    assert!(session.try_get(untitled).is_err());
    let ann = session.add(Author::new("Ann"));
    session.commit()?;
    let untitled = session.add(Book::draft().set(Book::AUTHOR_ID, ann));
    assert!(session.flush().is_err());
    session[untitled].title = "now".into();
    session.commit()?;
    assert_eq!(Book::query().one(db)?.title, "now");
    Ok(())
}

/// The value that is missing is named, and not what the placeholder in its place would break.
fn what_a_draft_lacks_is_told_before_it_is_validated(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let empty = session.add(Book::draft());
    let error = session.flush().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::MissingColumn { column, .. } if column == "title"), "{error}");
    session[empty].title = "now".into();
    let error = session.flush().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
    Ok(())
}

/// In the midst of a flush it leaves a session to roll back, and no half of it is committed.
fn a_panic_of_the_model_leaves_a_session_to_roll_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("Ann")), session.add(Author::new("Bob")));
    session.commit()?;
    let loud = session.add(book("panic").set(Book::AUTHOR_ID, ann));
    let other = session.add(book("other").set(Book::AUTHOR_ID, bob).set(Book::SEQUEL_ID, loud));
    session[ann].name = "Anna".into();
    let panicked = catch_unwind(AssertUnwindSafe(|| session.flush()));
    assert!(panicked.is_err() && session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(!session.contains(loud) && !session.contains(other) && session[ann].name == "Ann");
    session[ann].name = "Anna".into();
    session.add(book("quiet").set(Book::AUTHOR_ID, ann));
    session.commit()?;
    assert_eq!((Author::find(session[ann].id, db)?.name.as_str(), Book::query().count(db)?), ("Anna", 1));
    Ok(())
}

/// Before the first statement too, where rows that were never written have been taken for such as go.
fn a_panic_before_the_first_statement_leaves_it_so(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    db.create_tables::<(Shelf, Item)>()?;
    let shelf = session.add(Shelf::new("a"));
    let old = session.add(Item::new(shelf, "old"));
    session.commit()?;
    let new = session.add(Item::new(shelf, "new"));
    session.remove(shelf, Shelf::ITEMS, old)?;
    session.remove(shelf, Shelf::ITEMS, new)?;
    session[shelf].name = "panic".into();
    assert!(catch_unwind(AssertUnwindSafe(|| session.flush())).is_err());
    assert!(session.commit().unwrap_err().to_string().contains("rollback"));
    session.rollback()?;
    assert!(session.contains(old) && !session.contains(new) && session[shelf].name == "a");
    session.delete(old)?;
    session.commit()?;
    assert_eq!((Shelf::query().count(db)?, Item::query().count(db)?), (1, 0));
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "sev_shelf", before_update = Shelf::panics)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(cascade = "all, delete-orphan")]
    items: HasMany<Item>,
}

impl Shelf {
    fn panics(&mut self) -> ormcore::Result<()> {
        assert!(self.name != "panic", "a panic of the model's");
        Ok(())
    }
}

#[derive(Model, Debug)]
#[model(table = "sev_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    name: String,
}

/// How often a model was asked before rows go, and told afterwards, by the mark of the rows.
static GONE: Mutex<Vec<(String, &str)>> = Mutex::new(Vec::new());

#[derive(Model, Debug)]
#[model(table = "sev_left", before_delete = Left::goes, after_delete = Left::gone)]
struct Left {
    #[column(primary_key)]
    id: i64,
    mark: String,
    #[column(foreign_key = Right::ID, on_delete = "cascade")]
    right_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "sev_right", before_delete = Right::goes, after_delete = Right::gone)]
struct Right {
    #[column(primary_key)]
    id: i64,
    mark: String,
    #[column(foreign_key = Left::ID, on_delete = "cascade")]
    left_id: i64,
}

macro_rules! seen_going {
    ($($model:ident: $goes:literal, $gone:literal;)*) => {$(
        impl $model {
            fn goes(&self) -> ormcore::Result<()> {
                GONE.lock().unwrap().push((self.mark.clone(), $goes));
                Ok(())
            }

            fn gone(&self) -> ormcore::Result<()> {
                GONE.lock().unwrap().push((self.mark.clone(), $gone));
                Ok(())
            }
        }
    )*};
}

seen_going! {
    Left: "left goes", "left is gone";
    Right: "right goes", "right is gone";
}

/// Whichever the database takes by itself with the other.
fn rows_to_be_deleted_are_seen_afterwards_where_the_database_was_first(db: &Database) -> ormcore::Result<()> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    db.create_tables::<(Left, Right)>()?;
    for is_left_first in [true, false] {
        let mark = format!("{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut session = db.session()?;
        let left = session.add(Left::new(mark.as_str()));
        let right = session.add(Right::new(mark.as_str(), left));
        session.flush()?;
        session[left].right_id = Some(session[right].id);
        session.commit()?;
        if is_left_first {
            session.delete(left)?;
            session.delete(right)?;
        } else {
            session.delete(right)?;
            session.delete(left)?;
        }
        session.commit()?;
        let mut all = GONE.lock().unwrap();
        let (mut found, others): (Vec<_>, _) = std::mem::take(&mut *all).into_iter().partition(|one| one.0 == mark);
        *all = others;
        found.sort();
        let found: Vec<_> = found.into_iter().map(|(_, what)| what).collect();
        assert_eq!(found, ["left goes", "left is gone", "right goes", "right is gone"]);
        assert_eq!((Left::query().count(db)?, Right::query().count(db)?), (0, 0));
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_panic_of_the_model_leaves_a_session_to_roll_back,
    a_panic_before_the_first_statement_leaves_it_so,
    rows_to_be_deleted_are_seen_afterwards_where_the_database_was_first,
    drafts_are_filled_in_when_the_keys_of_their_parents_are_there,
    what_is_found_before_the_first_statement_can_be_mended,
    what_is_found_later_needs_a_rollback,
    a_row_without_a_net_change_is_not_seen,
    a_refused_delete_stops_the_flush_before_it_writes,
    rows_of_a_circle_are_seen_once_each,
    a_draft_that_lacks_a_value_can_be_given_it,
    what_a_draft_lacks_is_told_before_it_is_validated,
);
