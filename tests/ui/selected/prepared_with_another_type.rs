//! A prepared query is run with values of the types of its places.
use ormcore::prelude::*;
use ormcore::query::{Param, prepare};

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let named = prepare(|name: Param<String>| User::query().filter(User::NAME.eq(name)));
    let _ = named.all(7, &db);
}
