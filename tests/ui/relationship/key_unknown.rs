// A column that does not exist.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(foreign_key = Pet::OWNER_ID)]
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

fn main() {}
