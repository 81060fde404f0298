// Two keys that contradict each other.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default = 1, server_default = "1")]
    age: i64,
}

fn main() {}
