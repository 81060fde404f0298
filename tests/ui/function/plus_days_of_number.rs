// Days added to a number.
use ormcore::prelude::*;

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
    let _ = User::query().select(User::AGE.plus_days(1));
}
