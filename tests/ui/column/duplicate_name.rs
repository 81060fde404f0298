// Two columns of one name.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(name = "Name")]
    title: String,
}

fn main() {}
