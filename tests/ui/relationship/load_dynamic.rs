// A dynamic relationship for rows in hand.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(lazy = "dynamic")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut people = Person::query().all(&db)?;
    Person::PETS.load(&mut people, &db)?;
    Ok(())
}
