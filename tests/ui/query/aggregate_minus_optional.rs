// A count minus a sum, which may be NULL.
use ormcore::prelude::*;
use ormcore::sql::count;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
}

fn main() {
    let difference = User::query().select(count() - User::AGE.sum());
    let _ = difference;
}
