// An `Option` of an `Option`.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: Option<Option<String>>,
}

fn main() {}
