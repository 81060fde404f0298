//! The default scope of a model is a condition on it.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    active: bool,
}

#[derive(Model)]
#[model(scope = active_users)]
struct Post {
    #[column(primary_key)]
    id: i64,
}

fn active_users() -> Predicate<User> {
    User::ACTIVE.eq(true)
}

fn main() {}
