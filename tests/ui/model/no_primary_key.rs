// A model without a primary key.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    name: String,
}

fn main() {}
