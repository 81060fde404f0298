// A link table that is no model.
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

struct PageTag {
    page_id: i64,
    tag_id: i64,
}

fn main() {}
