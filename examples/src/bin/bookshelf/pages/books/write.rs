//! The form of a book. It writes five tables, `book`, `author`, `tag` and the links between them, by one session.

use askama::Template;
use axum::response::Response;
use chrono::Utc;
use ormcore::prelude::*;
use ormcore::{Column, SessionOptions};
use serde::Deserialize;

use super::own_book;
use crate::models::{Author, Book, Tag};
use crate::web::{Context, Errors, Frame, Id, Posted, Visit, redirect};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    title: String,
    year: String,
    /// One a line.
    authors: String,
    /// Between commas.
    tags: String,
    /// The revision that was read when the form was made.
    revision: String,
}

impl Typed {
    fn of(book: &Book, db: &Database) -> ormcore::Result<Self> {
        let authors: Vec<_> = book.authors(db)?.iter().map(|author| author.name.as_str()).collect();
        let tags: Vec<_> = book.tags(db)?.iter().map(|tag| tag.label.as_str()).collect();
        Ok(Typed {
            title: book.title.clone(),
            year: book.year.map_or_else(String::new, |year| year.to_string()),
            authors: authors.join("\n"),
            tags: tags.join(", "),
            revision: book.revision.to_string(),
        })
    }
}

/// The parts of a text, each once, in their order.
fn parts(text: &str, separator: char) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(separator).map(str::trim).filter(|part| !part.is_empty()) {
        if !parts.iter().any(|before| before == part) {
            parts.push(part.to_string());
        }
    }
    parts
}

#[derive(Template)]
#[template(path = "bookshelf/book_form.html")]
struct BookForm {
    frame: Frame,
    id: Option<i64>,
    form: Typed,
    errors: Errors,
}

pub(super) async fn new(visit: Visit) -> Response {
    visit
        .answer(|context| {
            context.signed_in()?;
            let (form, errors) = (Typed::default(), Errors::new());
            context.page(&BookForm { id: None, form, errors, frame: context.frame() })
        })
        .await
}

pub(super) async fn create(visit: Visit, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            let owner = context.signed_in()?.id;
            let mut errors = errors();
            let saved = save(&form, &mut errors, context, |session, year| {
                let draft = Book::new(form.title.trim()).set(Book::YEAR, year).set(Book::OWNER_ID, owner);
                Ok(session.add(draft))
            })?;
            match saved {
                Some(id) => Ok(redirect(&format!("/books/{id}"), Some("The book is on the shelf."))),
                None => context.form_again(&BookForm { id: None, form, errors, frame: context.frame() }),
            }
        })
        .await
}

pub(super) async fn edit(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let form = Typed::of(&own_book(context, id)?, &context.db)?;
            context.page(&BookForm { id: Some(id), form, errors: Errors::new(), frame: context.frame() })
        })
        .await
}

pub(super) async fn update(visit: Visit, Id(id): Id, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            own_book(context, id)?;
            let mut errors = errors();
            let saved = save(&form, &mut errors, context, |session, year| {
                let book = session.one(Book::query().filter(Book::ID.eq(id)))?;
                if session[book].revision.to_string() != form.revision {
                    return Err(Book::TITLE.invalid("was changed by somebody else meanwhile: load the page anew"));
                }
                (session[book].title, session[book].year) = (form.title.trim().to_string(), year);
                session[book].saved_at = Utc::now();
                Ok(book)
            })?;
            match saved {
                Some(_) => Ok(redirect(&format!("/books/{id}"), Some("The book is saved."))),
                None => context.form_again(&BookForm { id: Some(id), form, errors, frame: context.frame() }),
            }
        })
        .await
}

fn errors() -> Errors {
    Errors::new().beside("author", "authors").beside("tag", "tags")
}

/// Writes the book that `book_of` makes or finds, with its authors and tags, in one unit of work, and gives its key.
///
/// Another request may add the same author in the same moment. Both have looked for the author first, so that serializable
/// transactions conflict, and the second is run once more, with the author that is there now.
fn save(
    form: &Typed,
    errors: &mut Errors,
    context: &Context,
    book_of: impl Fn(&mut Session, Option<i32>) -> ormcore::Result<Handle<Book>>,
) -> ormcore::Result<Option<i64>> {
    let year = errors.optional_number("year", &form.year);
    let (authors, tags) = (parts(&form.authors, '\n'), parts(&form.tags.to_lowercase(), ','));
    errors.require("authors", !authors.is_empty(), "name one at least");
    errors.require("authors", authors.len() <= 20, "are more than 20");
    errors.require("tags", tags.len() <= 20, "are more than 20");
    let options = SessionOptions::new().transaction(TransactionOptions::serializable().retry(5));
    let saved = context.db.unit_of_work_with(options, |session| {
        let authors = found_or_added(session, Author::NAME, &authors, |author| &author.name, Author::new)?;
        let tags = found_or_added(session, Tag::LABEL, &tags, |tag| &tag.label, Tag::new)?;
        let book = book_of(session, year)?;
        session.set(book, Book::AUTHORS, authors)?;
        session.set(book, Book::TAGS, tags)?;
        session.flush()?;
        errors.check()?;
        Ok(session[book].id)
    });
    errors.note(saved)
}

/// The rows that have these values, and new ones where there is none.
fn found_or_added<M: Model>(
    session: &mut Session,
    column: Column<M, String>,
    values: &[String],
    value_of: fn(&M) -> &String,
    new: fn(String) -> Draft<M>,
) -> ormcore::Result<Vec<Handle<M>>> {
    let known = session.all(M::query().filter(column.is_in(values.to_vec())))?;
    let rows = values.iter().map(|value| {
        let found = known.iter().copied().find(|row| value_of(&session[*row]) == value);
        found.unwrap_or_else(|| session.add(new(value.clone())))
    });
    Ok(rows.collect())
}
