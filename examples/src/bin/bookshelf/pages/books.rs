//! Books with their authors and tags: found by title and tag, added and edited by who put them there.

mod write;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use ormcore::prelude::*;
use serde::Deserialize;

use crate::models::{Author, Book, Tag};
use crate::pages::{Button, confirm};
use crate::web::{App, Context, Frame, Id, PageLinks, Place, Posted, Refusal, Visit, redirect};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/books", get(list))
        .route("/books/new", get(write::new).post(write::create))
        .route("/books/{id}", get(show))
        .route("/books/{id}/edit", get(write::edit).post(write::update))
        .route("/books/{id}/delete", get(ask).post(delete))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Search {
    q: String,
    tag: String,
}

#[derive(Template)]
#[template(path = "bookshelf/books.html")]
struct BooksPage<'p> {
    frame: Frame,
    search: Search,
    total: u64,
    books: Vec<BookLine<'p>>,
    tags: Vec<Tag>,
    links: PageLinks,
}

struct BookLine<'p> {
    book: &'p Book,
    authors: &'p [Author],
    tags: &'p [Tag],
}

/// The one place that knows how titles are searched.
fn title_matches(words: &str) -> Predicate<Book> {
    let mut pattern = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    Book::TITLE.ilike(pattern + "%")
}

/// Five statements, however many books: their number, they, all authors, all tags, and the tags to choose from.
async fn list(visit: Visit, Query(search): Query<Search>, Query(place): Query<Place>) -> Response {
    visit
        .answer(move |context| {
            let db = &context.db;
            let (words, label) = (search.q.trim().to_string(), search.tag.trim().to_string());
            let mut found = Book::query();
            if !words.is_empty() {
                found = found.filter(title_matches(&words));
            }
            if !label.is_empty() {
                found = found.filter(Book::TAGS.any(Tag::LABEL.eq(&label)));
            }
            let page = found.with(Book::AUTHORS).with(Book::TAGS).order_by((Book::TITLE, Book::ID)).paginate(
                place.page(),
                place.per_page(),
                db,
            )?;
            let lines =
                page.items.iter().map(|book| Ok(BookLine { book, authors: book.authors(db)?, tags: book.tags(db)? }));
            let address = format!("/books?q={}&tag={}&", encoded(&words), encoded(&label));
            context.page(&BooksPage {
                books: lines.collect::<ormcore::Result<_>>()?,
                tags: Tag::query().order_by(Tag::LABEL).limit(50).all(db)?,
                links: PageLinks::counted(&page, &address),
                total: page.total,
                frame: context.frame(),
                search,
            })
        })
        .await
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    askama::filters::urlencode_strict(text).map_or_else(|_| String::new(), |text| text.to_string())
}

#[derive(Template)]
#[template(path = "bookshelf/book.html")]
struct BookPage<'p> {
    frame: Frame,
    book: &'p Book,
    owner: Option<(i64, &'p str)>,
    authors: Vec<&'p Author>,
    tags: Vec<&'p Tag>,
    is_own: bool,
}

/// A session that only reads: it asks for what the page follows, and holds each row once.
async fn show(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let mut session = context.db.session_read_only()?;
            let book = session.get::<Book>(id)?.ok_or(Refusal::NotFound)?;
            let (authors, tags) = (session.related(book, Book::AUTHORS)?, session.related(book, Book::TAGS)?);
            let owner = session.related(book, Book::OWNER)?;
            context.page(&BookPage {
                owner: owner.map(|owner| (session[owner].id, session[owner].name.as_str())),
                authors: authors.into_iter().map(|author| &session[author]).collect(),
                tags: tags.into_iter().map(|tag| &session[tag]).collect(),
                is_own: context.is(session[book].owner_id),
                book: &session[book],
                frame: context.frame(),
            })
        })
        .await
}

/// The book, if it is the visitor's own.
fn own_book(context: &Context, id: i64) -> Result<Book, Refusal> {
    let book = Book::find(id, &context.db)?;
    context.only(book.owner_id)?;
    Ok(book)
}

async fn ask(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let what = format!("the book {}", own_book(context, id)?.title);
            confirm(context, &what, "", format!("/books/{id}"))
        })
        .await
}

async fn delete(visit: Visit, Id(id): Id, Posted(_): Posted<Button>) -> Response {
    visit
        .answer(move |context| {
            own_book(context, id)?.delete(&context.db)?;
            Ok(redirect("/books", Some("The book is deleted.")))
        })
        .await
}
