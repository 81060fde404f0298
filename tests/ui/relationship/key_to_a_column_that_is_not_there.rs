// A second model of the table, without the column that is pointed to.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: i64,
    name: String,
}

#[derive(Model)]
#[model(table = "user", read_only)]
struct UserCard {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::CODE)]
    author: i64,
    #[relationship]
    by: BelongsTo<UserCard>,
    #[relationship]
    user: BelongsTo<User>,
}

fn main() {}
