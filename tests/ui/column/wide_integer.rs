// An integer that no database has.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    big: u128,
}

fn main() {}
