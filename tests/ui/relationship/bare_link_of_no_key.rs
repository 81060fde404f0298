// A bare link table to rows without a key.
use ormcore::prelude::*;

#[derive(Model)]
struct Page {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = "page_tags")]
    tags: HasMany<Tag>,
}

#[derive(Model)]
#[model(read_only)]
struct Tag {
    label: String,
}

fn main() {}
