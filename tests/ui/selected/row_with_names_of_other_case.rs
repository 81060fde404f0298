//! SQLite would read both fields from the first of the two columns.
use ormcore::prelude::*;

#[derive(Row)]
struct Cased {
    #[row(name = "Total")]
    gross: i64,
    total: i64,
}

fn main() {}
