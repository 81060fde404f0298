// A one-to-one whose other row has no foreign key back.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    licence: HasOne<Licence>,
}

#[derive(Model)]
struct Licence {
    #[column(primary_key)]
    id: i64,
    number: String,
}

fn main() {}
