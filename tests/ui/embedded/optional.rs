// An embedded struct that may be absent.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    counters: Option<Counters>,
}

fn main() {}
