// An alias that is given a name.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let boss = ormcore::alias!(User, "boss");
}
