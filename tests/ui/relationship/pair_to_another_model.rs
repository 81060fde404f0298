// The other side leads to another model.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(back_populates = "species")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[column(foreign_key = Species::ID)]
    species_id: i64,
    #[relationship]
    species: BelongsTo<Species>,
}

#[derive(Model)]
struct Species {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
