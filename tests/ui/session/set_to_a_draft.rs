// A session that is told to lead a row to what is no handle.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
    #[relationship]
    author: BelongsTo<Author>,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut session = db.session()?;
    let book = session.one(Book::query())?;
    session.set(book, Book::AUTHOR, Author::new())?;
    Ok(())
}
