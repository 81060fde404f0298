// The other side is a column.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(back_populates = "person_id")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

fn main() {}
