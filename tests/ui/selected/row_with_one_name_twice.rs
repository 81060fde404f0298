//! Two fields cannot be one column.
use ormcore::prelude::*;

#[derive(Row)]
struct Twice {
    #[row(name = "total")]
    first: i64,
    total: i64,
}

fn main() {}
