// A direction in the words of another library.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(author_id, created_at.descending()))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
