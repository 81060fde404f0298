// A relationship of another model.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[relationship]
    person: BelongsTo<Person>,
}

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
    let people = Person::query().with(Page::TAGS).all(&db)?;
    Ok(())
}
