// A group by a text.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    age: i32,
}

fn main() {
    let ages = User::query().group_by("age");
}
