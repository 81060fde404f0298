// An aggregate of the model itself, along a relationship to another.
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
    age: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let names = Person::query().select(Person::PETS.aggregate(Person::NAME.max())).all(&db)?;
    Ok(())
}
