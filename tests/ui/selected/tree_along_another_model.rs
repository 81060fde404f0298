//! A tree is walked along a relationship of a model to itself.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

fn main() {
    let _ = User::query().recursive(User::POSTS);
}
