// A misspelt key of `#[column(..)]`.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(lenght = 80)]
    name: String,
}

fn main() {}
