//! A column of the embedded struct whose name is that of the model's, but for its case.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    #[column(name = "Views")]
    of_robots: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    views: i64,
    #[column(flatten)]
    counters: Counters,
}

fn main() {}
