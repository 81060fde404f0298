// Two variants that are stored as one text.
use ormcore::prelude::*;

#[derive(ColumnType)]
enum Status {
    Active,
    #[column_type(rename = "active")]
    Enabled,
}

fn main() {}
