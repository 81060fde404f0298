// A newtype over what no column can have.
use ormcore::prelude::*;

struct Address;

#[derive(ColumnType)]
struct Home(Address);

fn main() {}
