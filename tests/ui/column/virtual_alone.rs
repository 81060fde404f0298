// How a generated column is kept, and not what it is.
use ormcore::prelude::*;

#[derive(Model)]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(virtual)]
    total: i64,
}

fn main() {}
