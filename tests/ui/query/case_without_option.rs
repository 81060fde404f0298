// Case without option.
use ormcore::prelude::*;
use ormcore::sql::case;

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
    let bio = case().when(User::AGE.lt(18), "minor").otherwise(User::BIO);
    let _ = User::query().select(bio);
}
