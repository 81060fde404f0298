// A full-text index over nothing.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(language = "english"))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
