// The other side stands on another foreign key.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(foreign_key = Pet::OWNER_ID, back_populates = "vet")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    owner_id: i64,
    #[column(foreign_key = Person::ID)]
    vet_id: i64,
    #[relationship(foreign_key = Pet::VET_ID)]
    vet: BelongsTo<Person>,
}

fn main() {}
