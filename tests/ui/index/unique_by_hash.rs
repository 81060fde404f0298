// A unique constraint by a method that makes nothing unique.
use ormcore::prelude::*;

#[derive(Model)]
#[model(unique(title, using = "hash"))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
