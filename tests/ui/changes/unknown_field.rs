// A field of no column.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    city: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    bio: Option<String>,
    #[column(flatten)]
    home: Address,
    #[column(generated = "length(name)")]
    length: i64,
    #[column(version)]
    version: i64,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

#[derive(Changes)]
#[changes(model = User)]
struct Body {
    name: Option<String>,
    biography: Option<String>,
}

fn main() {}
