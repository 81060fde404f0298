// The other side does not exist.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(back_populates = "owner")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[relationship]
    person: BelongsTo<Person>,
}

fn main() {}
