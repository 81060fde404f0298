// A foreign key to a field and not to its column.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::id, on_delete = "cascade")]
    author_id: i64,
}

fn main() {}
