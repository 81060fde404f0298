// A full-text index of a view.
use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only, full_text(title))]
struct Article {
    title: String,
}

fn main() {}
