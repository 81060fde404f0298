// A model that does not exist.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    pets: HasMany<Pet>,
}

fn main() {}
