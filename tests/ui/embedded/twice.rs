// A struct that is embedded twice under the same names.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    street: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    home: Address,
    #[column(flatten)]
    work: Address,
}

fn main() {}
