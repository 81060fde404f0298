// `auto` on a newtype over text.
use ormcore::prelude::*;

#[derive(ColumnType)]
#[column_type(auto)]
struct Code(String);

fn main() {}
