// A foreign key to a column that the database computes.
use ormcore::prelude::*;

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(generated = "lower(label)", unique)]
    slug: String,
}

#[derive(Model)]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Tag::SLUG)]
    tag: String,
}

fn main() {}
