// The other side stands on another link table, which looks the same.
use ormcore::prelude::*;

#[derive(Model)]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "page_tag", back_populates = "pages")]
    tags: HasMany<Tag>,
}

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "page_pin")]
    pages: HasMany<Page>,
}

fn main() {}
