// Group of another model.
use ormcore::prelude::*;
use ormcore::sql::count;

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
    let counts = User::query().group_by(Post::USER_ID).select(count());
    let _ = counts;
}
