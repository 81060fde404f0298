//! A place for a value is of the type of what it is compared with.
use ormcore::prelude::*;
use ormcore::query::{Param, prepare};

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = prepare(|id: Param<i32>| User::query().filter(User::ID.eq(id)));
}
