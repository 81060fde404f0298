// A relationship, which is not built yet.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "select")]
    pets: Vec<i64>,
}

fn main() {}
