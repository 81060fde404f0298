// The field, which may not be loaded, as if it were the rows.
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

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let ann = Person::query().one(&db)?;
    for pet in &ann.pets {
        println!("{}", pet.name);
    }
    Ok(())
}
