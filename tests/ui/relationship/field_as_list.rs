// The field of a relationship in place of its method.
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
    let author = Author::find(1, &db)?;
    println!("{}", author.books[0].title);
    println!("{}", author.books.len());
    for book in author.books.iter() {
        println!("{}", book.title);
    }
    Ok(())
}
