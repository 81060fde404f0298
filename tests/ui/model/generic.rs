// A model with a type parameter.
use ormcore::prelude::*;

#[derive(Model)]
struct User<T> {
    #[column(primary_key)]
    id: T,
}

fn main() {}
