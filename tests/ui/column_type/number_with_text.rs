// A text for a variant that is stored as a number.
use ormcore::prelude::*;

#[derive(ColumnType)]
#[column_type(integer)]
enum Status {
    Open,
    #[column_type(rename = "payed")]
    Paid,
}

fn main() {}
