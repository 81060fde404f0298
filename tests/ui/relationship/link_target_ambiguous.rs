// A link model with two foreign keys to the other model.
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
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
    #[column(foreign_key = Tag::ID)]
    parent_tag_id: i64,
}

fn main() {}
