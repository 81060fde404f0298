// A misspelt key of `#[model(..)]`.
use ormcore::prelude::*;

#[derive(Model)]
#[model(tabel = "people")]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
