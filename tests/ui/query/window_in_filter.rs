// Window in filter.
use ormcore::prelude::*;
use ormcore::sql::row_number;

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
    let first = User::query().filter(row_number().order_by(User::AGE).eq(1));
    let _ = first;
}
