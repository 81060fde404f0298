// A model that borrows.
use ormcore::prelude::*;

#[derive(Model)]
struct User<'a> {
    #[column(primary_key)]
    id: i64,
    name: &'a str,
}

fn main() {}
