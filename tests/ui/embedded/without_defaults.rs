// `flatten, default` of a struct with a column that has no default.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, default)]
    counters: Counters,
}

fn main() {}
