// An index that includes an expression.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(author_id, include("lower(title)")))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
