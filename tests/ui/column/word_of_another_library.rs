// A key as other libraries call it.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(max_length = 80)]
    name: String,
}

fn main() {}
