// An embedded struct without `flatten`.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    counters: Counters,
}

fn main() {}
