// A column type of two values.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct Money(i64, String);

fn main() {}
