// A default of another type than the field's.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default = "yes")]
    active: bool,
}

fn main() {}
