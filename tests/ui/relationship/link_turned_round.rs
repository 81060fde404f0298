// The rows of a link in the wrong order.
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
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let (page, tag) = (Page::query().one(&db)?, Tag::query().one(&db)?);
    Page::TAGS.link(&tag, &page, &db)?;
    Ok(())
}
