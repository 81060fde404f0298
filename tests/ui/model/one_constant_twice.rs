// Two fields that would have one constant.
use ormcore::prelude::*;

#[derive(Model)]
#[allow(non_snake_case)]
struct User {
    #[column(primary_key)]
    id: i64,
    user_name: String,
    userName: String,
}

fn main() {}
