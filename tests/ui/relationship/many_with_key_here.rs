// A foreign key on the side of the parent.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Pet::ID)]
    pet_id: i64,
    #[relationship]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
