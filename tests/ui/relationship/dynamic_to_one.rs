// A dynamic to-one.
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
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[relationship(lazy = "dynamic")]
    person: BelongsTo<Person>,
}

fn main() {}
