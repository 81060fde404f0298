// Two relationships of a model with one name on the other side.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(foreign_key = Pet::OWNER_ID, backref = "person")]
    pets: HasMany<Pet>,
    #[relationship(foreign_key = Pet::VET_ID, backref = "person")]
    patients: HasMany<Pet>,
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
