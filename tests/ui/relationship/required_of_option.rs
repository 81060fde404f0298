// A parent that may be absent, taken as if it were there.
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
    person_id: Option<i64>,
    #[relationship]
    person: BelongsTo<Person>,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let rex = Pet::query().one(&db)?;
    println!("{}", rex.person(&db)?.name);
    Ok(())
}
