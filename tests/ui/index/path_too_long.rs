// A column that a model embeds which a view embeds.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    city: String,
    zip: String,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
    #[column(flatten)]
    address: Address,
}

#[derive(Model)]
#[model(read_only, unique(post.id, post.address.zip))]
struct PostView {
    #[column(flatten)]
    post: Post,
}

fn main() {}
