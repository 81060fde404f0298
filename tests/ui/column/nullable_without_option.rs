// `nullable` on a field that is no `Option`.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(nullable)]
    name: String,
}

fn main() {}
