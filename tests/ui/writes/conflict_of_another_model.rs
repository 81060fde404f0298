// A conflict in a column of another model.
#![allow(unused_imports)]
use ormcore::prelude::*;
use ormcore::sql::{count, of, proposed};

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
    #[column(unique)]
    title: String,
    views: i32,
    #[column(foreign_key = User::ID)]
    user_id: i64,
    #[relationship]
    user: BelongsTo<User>,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    Post::new("a", 1, 1).on_conflict(User::NAME).do_nothing().insert(&db)?;
    Ok(())
}
