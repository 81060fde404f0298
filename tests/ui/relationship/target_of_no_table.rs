// A struct that is no model.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    pets: HasMany<Pet>,
}

struct Pet {
    name: String,
}

fn main() {}
