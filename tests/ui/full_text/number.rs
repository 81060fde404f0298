// A full-text index over a number.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title, pages))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
    pages: i32,
}

fn main() {}
