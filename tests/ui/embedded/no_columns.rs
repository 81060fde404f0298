// `flatten` of a struct that does not derive `Columns`.
use ormcore::prelude::*;

struct Counters {
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    counters: Counters,
}

fn main() {}
