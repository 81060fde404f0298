// Two foreign keys back, and none is named.
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
    #[column(foreign_key = Person::ID)]
    owner_id: i64,
    #[column(foreign_key = Person::ID)]
    vet_id: i64,
}

fn main() {}
