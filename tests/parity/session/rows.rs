//! The rows with which scenarios begin, and what is said of rows.

use ormcore::prelude::*;
use ormcore::{Error, Handle, Result, Session};

use super::models::{Author, Book, Branch, Film, Genre, Item, Shelf, Staff};

/// A model whose rows have a name.
pub(super) trait Named: Model {
    fn name(&self) -> &str;
}

macro_rules! named {
    ($($model:ident)*) => {$(
        impl Named for $model {
            fn name(&self) -> &str {
                &self.name
            }
        }
    )*};
}

named! { Author Book Branch Film Genre Item Shelf Staff }

/// The names of rows in hand.
pub(super) fn names<M: Named>(session: &Session, rows: &[Handle<M>]) -> Vec<String> {
    rows.iter().map(|row| session[*row].name().to_string()).collect()
}

/// The names of all rows of a model, sorted.
pub(super) fn all_names<M: Named>(session: &mut Session) -> Result<Vec<String>> {
    let rows = session.all(M::query())?;
    let mut names = names(session, &rows);
    names.sort();
    Ok(names)
}

pub(super) fn shelf(session: &mut Session, name: &str) -> Handle<Shelf> {
    session.add(Shelf::new(name))
}

/// A shelf with items.
pub(super) fn shelf_with<const N: usize>(
    session: &mut Session,
    name: &str,
    items: [&str; N],
) -> (Handle<Shelf>, [Handle<Item>; N]) {
    let shelf = shelf(session, name);
    (shelf, items.map(|item| session.add(Item::new(item).set(Item::SHELF_ID, shelf))))
}

/// An author with books.
pub(super) fn author_with<const N: usize>(
    session: &mut Session,
    name: &str,
    books: [&str; N],
) -> (Handle<Author>, [Handle<Book>; N]) {
    let author = session.add(Author::new(name));
    (author, books.map(|book| session.add(Book::new(book, author))))
}

/// A film with genres.
pub(super) fn film_with<const N: usize>(
    session: &mut Session,
    genres: [&str; N],
) -> Result<(Handle<Film>, [Handle<Genre>; N])> {
    let film = session.add(Film::new("a"));
    let genres = genres.map(|genre| session.add(Genre::new(genre)));
    genres.iter().try_for_each(|genre| session.append(film, Film::GENRES, *genre))?;
    Ok((film, genres))
}

/// A branch, of a trunk.
pub(super) fn branch(session: &mut Session, name: &str, trunk: Option<Handle<Branch>>) -> Handle<Branch> {
    let draft = Branch::new(name);
    session.add(match trunk {
        Some(trunk) => draft.set(Branch::TRUNK_ID, trunk),
        None => draft,
    })
}

/// The shelf with a name.
pub(super) fn shelf_of(session: &mut Session, name: &str) -> Result<Option<Handle<Shelf>>> {
    session.first(Shelf::query().filter_by(Shelf::NAME, name))
}

/// The books of an author, by name.
pub(super) fn books_of(session: &mut Session, author: Handle<Author>) -> Result<Vec<String>> {
    let books = session.related(author, Author::BOOKS)?;
    Ok(names(session, &books))
}

/// The items of a shelf, by name.
pub(super) fn items_of(session: &mut Session, shelf: Handle<Shelf>) -> Result<Vec<String>> {
    let items = session.related(shelf, Shelf::ITEMS)?;
    Ok(names(session, &items))
}

/// Runs the work in a savepoint that is kept; one that a unique key refused is taken back.
pub(super) fn kept(session: &mut Session, work: impl FnOnce(&mut Session) -> Result<()>) -> Result<()> {
    match session.savepoint(work) {
        Err(error) if !error.is_unique_violation() && !matches!(error.kind(), ErrorKind::Rollback { .. }) => Err(error),
        _ => Ok(()),
    }
}

/// Runs the work in a savepoint, and takes it back.
pub(super) fn undone(session: &mut Session, work: impl FnOnce(&mut Session) -> Result<()>) -> Result<()> {
    kept(session, |session| {
        work(session)?;
        Err(Error::rollback("on purpose"))
    })
}
