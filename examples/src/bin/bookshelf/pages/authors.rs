//! Authors and what they have written.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use ormcore::prelude::*;

use crate::models::{Author, Book};
use crate::web::{App, Frame, Id, PageLinks, Place, Refusal, Visit};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/authors", get(list)).route("/authors/{id}", get(show))
}

#[derive(Template)]
#[template(path = "bookshelf/authors.html")]
struct AuthorsPage {
    frame: Frame,
    /// Key, name, and how many books.
    authors: Vec<(i64, String, i64)>,
    links: PageLinks,
}

/// The books are counted by the database: one statement, and no book is read.
async fn list(visit: Visit, Query(place): Query<Place>) -> Response {
    visit
        .answer(move |context| {
            let authors = Author::query()
                .select((Author::ID, Author::NAME, Author::BOOKS.count()))
                .order_by((Author::NAME, Author::ID))
                .paginate(place.page(), place.per_page(), &context.db)?;
            let links = PageLinks::counted(&authors, "/authors?");
            context.page(&AuthorsPage { authors: authors.items, links, frame: context.frame() })
        })
        .await
}

#[derive(Template)]
#[template(path = "bookshelf/author.html")]
struct AuthorPage<'p> {
    frame: Frame,
    name: &'p str,
    books: Vec<&'p Book>,
}

/// A session that only reads: it asks for what the page follows, and holds each row once.
async fn show(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let mut session = context.db.session_read_only()?;
            let author = session.get::<Author>(id)?.ok_or(Refusal::NotFound)?;
            let books = session.related(author, Author::BOOKS)?;
            context.page(&AuthorPage {
                frame: context.frame(),
                name: &session[author].name,
                books: books.into_iter().map(|book| &session[book]).collect(),
            })
        })
        .await
}
