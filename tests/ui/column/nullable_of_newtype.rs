// `nullable` for a type that is not, as the compiler alone knows.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct Email(String);

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(nullable)]
    email: Email,
}

fn main() {}
