// An order by a column of the parent.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(order_by = Person::NAME)]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

fn main() {}
