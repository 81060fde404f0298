// A foreign key of another type than the column it references.
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
    #[column(foreign_key = Author::ID)]
    author_id: i32,
}

fn main() {}
