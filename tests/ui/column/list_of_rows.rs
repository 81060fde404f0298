// A list of a model's rows as a field.
use ormcore::prelude::*;

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    pets: Vec<Pet>,
}

fn main() {}
