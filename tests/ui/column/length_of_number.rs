// `length` on a number.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 80)]
    age: i64,
}

fn main() {}
