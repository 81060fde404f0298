// Two foreign keys to one parent, and none is named.
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
    owner_id: i64,
    #[column(foreign_key = Person::ID)]
    vet_id: i64,
    #[relationship]
    owner: BelongsTo<Person>,
}

fn main() {}
