// A method that is no text.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(title, using = gin))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
