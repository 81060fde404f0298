// A variant that holds a value.
use ormcore::prelude::*;

#[derive(ColumnType)]
enum Status {
    Active,
    Banned(String),
}

fn main() {}
