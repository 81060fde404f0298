// A field that borrows.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: &'static str,
}

fn main() {}
