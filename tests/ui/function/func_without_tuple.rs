// The argument of a function without a tuple.
use ormcore::prelude::*;
use ormcore::sql::func;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    score: f64,
    bio: Option<String>,
    labels: Vec<String>,
}

fn main() {
    let _ = User::query().select(func("lower", User::NAME).returns::<String>());
}
