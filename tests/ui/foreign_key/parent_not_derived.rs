// A foreign key to a struct that is no model.
use ormcore::prelude::*;

struct Author {
    id: i64,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
}

fn main() {}
