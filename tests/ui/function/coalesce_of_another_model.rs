// A column of a model that is not joined, in the place of a missing text.
use ormcore::prelude::*;
use ormcore::sql::coalesce;

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

#[derive(Model)]
struct Other {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = User::query().select(coalesce(User::BIO, Other::NAME));
}
