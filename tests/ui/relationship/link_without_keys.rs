// A link model without foreign keys.
use ormcore::prelude::*;

#[derive(Model)]
struct Page {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = PageTag)]
    tags: HasMany<Tag>,
}

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
}

#[derive(Model)]
struct PageTag {
    #[column(primary_key)]
    page_id: i64,
    #[column(primary_key)]
    tag_id: i64,
}

fn main() {}
