// A direction in an index that has no order.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(created_at.desc(), using = "gin"))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
