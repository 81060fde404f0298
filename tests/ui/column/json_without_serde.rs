// A document that serde does not know.
use ormcore::prelude::*;

struct Settings {
    dark: bool,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    settings: Json<Settings>,
}

fn main() {}
