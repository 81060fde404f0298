// A list of lists as a field.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    tags: Vec<Vec<String>>,
}

fn main() {}
