// An `on_write` value of another type than the field's.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(on_write = "now")]
    changed: i64,
}

fn main() {}
