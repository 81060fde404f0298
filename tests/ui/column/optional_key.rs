// A primary key that may be absent.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: Option<i64>,
    name: String,
}

fn main() {}
