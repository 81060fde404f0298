// A value that the database computes, and a default for it.
use ormcore::prelude::*;

#[derive(Model)]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(generated = "price * 2", default = 0)]
    total: i64,
}

fn main() {}
