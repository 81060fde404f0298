// A misspelt key of `full_text(..)`.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title, langauge = "english"))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
