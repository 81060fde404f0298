// One key twice.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(name = "a", name = "b")]
    age: i64,
}

fn main() {}
