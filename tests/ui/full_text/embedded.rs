// A full-text index over an embedded struct.
use ormcore::prelude::*;

#[derive(Columns)]
struct Texts {
    title: String,
}

#[derive(Model)]
#[model(full_text(texts))]
struct Article {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    texts: Texts,
}

fn main() {}
