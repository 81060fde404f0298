// An index that includes a field which the model has not.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(author_id, include(titel)))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
}

fn main() {}
