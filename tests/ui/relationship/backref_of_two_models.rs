// Relationships of two models with one name on the other side.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(backref = "home")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Shelter {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(backref = "home")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[column(foreign_key = Shelter::ID)]
    shelter_id: i64,
}

fn main() {}
