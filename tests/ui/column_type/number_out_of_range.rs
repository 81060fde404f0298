// A number that an enum's column of 32 bits does not hold.
use ormcore::prelude::*;

#[derive(ColumnType)]
#[column_type(integer)]
enum Status {
    Open = 1,
    Paid = 3_000_000_000,
}

fn main() {}
