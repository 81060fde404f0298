// A type of its own for a newtype.
use ormcore::prelude::*;

#[derive(ColumnType)]
#[column_type(native = "user_id")]
struct UserId(i64);

fn main() {}
