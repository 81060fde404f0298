// A version that cannot be counted.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(version)]
    version: String,
}

fn main() {}
