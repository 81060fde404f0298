// An order by a field and not by its column.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[relationship(order_by = Book::title)]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
}

fn main() {}
