// A list of a newtype that is a list.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct Tags(Vec<String>);

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    tags: Vec<Tags>,
}

fn main() {}
