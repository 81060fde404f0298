// A weight that is no number, and fields that need weights of their own but cannot have them.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title = 0, body = -1))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: String,
}

#[derive(Model)]
#[model(full_text(a, b, c, d = 3, e))]
struct Letters {
    #[column(primary_key)]
    id: i64,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
}

fn main() {}
