// An index over an embedded struct, which does not say over which of its columns.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    city: String,
    zip: String,
}

#[derive(Model)]
#[model(index(author_id, address))]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
    #[column(flatten)]
    address: Address,
}

fn main() {}
