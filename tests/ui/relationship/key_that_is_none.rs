// A column that is no foreign key.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(foreign_key = Pet::NAME)]
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
