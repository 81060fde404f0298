// Text added to the moment.
use ormcore::prelude::*;
use ormcore::sql::now;

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
    let _ = now().plus_seconds("3600");
}
