// Arithmetic of an integer and a number with a fraction.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    age: i32,
}

fn main() {
    let mean = User::query().select(User::AGE.avg()).scalar();
    let _ = User::query().select(User::AGE - mean);
}
