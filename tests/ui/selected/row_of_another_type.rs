//! A struct of selected columns takes an expression of each field's type.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
}

#[derive(Row)]
struct Line {
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = User::query().select(Line::columns(User::NAME, User::AGE));
}
