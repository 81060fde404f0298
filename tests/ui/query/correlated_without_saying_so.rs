// Correlated without saying so.
use ormcore::prelude::*;
use ormcore::sql::{exists, of};

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    views: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

fn main() {
    let with_posts = User::query().filter(exists(Post::query().filter(Post::USER_ID.eq(of(User::ID)))));
    let _ = with_posts;
}
