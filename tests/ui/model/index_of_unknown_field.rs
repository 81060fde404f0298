// An index over a field that the model has not.
use ormcore::prelude::*;

#[derive(Model)]
#[model(index(nmae))]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
