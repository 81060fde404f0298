// The name of a relationship that the other model declares itself.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(backref = "person")]
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
