// A field of a type that no column can have.
use ormcore::prelude::*;

struct Address;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    home: Address,
}

fn main() {}
