// A primary key in an embedded struct.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
