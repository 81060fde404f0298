// A prefix that makes the name of a column of the model.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    street: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    home_street: String,
    #[column(flatten, prefix = "home_")]
    home: Address,
}

fn main() {}
