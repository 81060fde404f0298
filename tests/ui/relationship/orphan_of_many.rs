// A parent that goes when one of its children is taken from it.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[relationship(cascade = "all, delete-orphan")]
    person: BelongsTo<Person>,
}

fn main() {}
