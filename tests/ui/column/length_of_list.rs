// `length` on a list.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 80)]
    tags: Vec<String>,
}

fn main() {}
