// A parent, and no foreign key to it.
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
    #[relationship]
    owner: BelongsTo<Person>,
}

fn main() {}
