// A struct that is embedded twice with one prefix.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    street: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "a_")]
    home: Address,
    #[column(flatten, prefix = "a_")]
    work: Address,
}

fn main() {}
