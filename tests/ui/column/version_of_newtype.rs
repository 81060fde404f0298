// A version of a type that is no integer of Rust's.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct Revision(i64);

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(version)]
    revision: Revision,
}

fn main() {}
