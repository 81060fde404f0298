// `length` on a type that is neither text nor bytes, which only its type can tell.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 80)]
    tags: Json<Vec<String>>,
}

fn main() {}
