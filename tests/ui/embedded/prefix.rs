// A prefix that is none, or of what is not embedded.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    street: String,
    #[column(prefix = "a_")]
    city: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(prefix = "user_")]
    name: String,
    #[column(flatten, prefix = "")]
    home: Counters,
    #[column(flatten, prefix)]
    work: Counters,
}

#[derive(Columns)]
struct Counters {
    views: i64,
}

fn main() {}
