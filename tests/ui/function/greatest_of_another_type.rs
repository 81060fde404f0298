// The greater of a number and a text.
use ormcore::prelude::*;
use ormcore::sql::greatest;

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
    let _ = User::query().select(greatest(User::AGE, "x"));
}
