// A link by a relationship with a condition.
use ormcore::prelude::*;

#[derive(Model)]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "page_tag")]
    tags: HasMany<Tag>,
    #[relationship(secondary = "page_tag", filter = Tag::LABEL.ne(""))]
    named_tags: HasMany<Tag>,
}

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let (page, tag) = (Page::new().insert(&db)?, Tag::new("rust").insert(&db)?);
    Page::NAMED_TAGS.link(&page, &tag, &db)?;
    Ok(())
}
