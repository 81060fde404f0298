// A model that is embedded in another, with a prefix.
use ormcore::prelude::*;

#[derive(Model)]
struct Counters {
    #[column(primary_key)]
    number: i64,
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "count_")]
    counters: Counters,
}

fn main() {}
