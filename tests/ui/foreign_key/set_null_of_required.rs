// `set null` for a column that cannot be NULL.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, on_delete = "set null")]
    author_id: i64,
}

fn main() {}
