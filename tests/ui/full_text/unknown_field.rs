// A full-text index over a field that the model has not.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(titel))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
