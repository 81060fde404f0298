// A foreign key of several columns, one of another type.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model)]
#[model(foreign_key(columns(author_id, author_name), references(Author::ID, Author::NAME)))]
struct Book {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    author_name: i64,
}

fn main() {}
