// An index over a field of a field that embeds nothing.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(author_id, title.length))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
