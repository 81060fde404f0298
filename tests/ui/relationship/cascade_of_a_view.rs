// What follows a row that is never written.
use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(cascade = "delete")]
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
