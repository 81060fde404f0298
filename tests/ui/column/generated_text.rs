// `auto` on a column of text.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(auto)]
    code: String,
}

fn main() {}
