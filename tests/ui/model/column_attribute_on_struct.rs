// An attribute of fields on the struct.
use ormcore::prelude::*;

#[derive(Model)]
#[column(table = "people")]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
