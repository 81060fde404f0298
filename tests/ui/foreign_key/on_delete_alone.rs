// `on_delete` without a foreign key.
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
    #[column(on_delete = "cascade")]
    author_id: i64,
}

fn main() {}
