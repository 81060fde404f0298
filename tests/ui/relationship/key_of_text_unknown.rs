// The text names no column of the model.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = "user.coed")]
    author: i64,
    #[relationship]
    user: BelongsTo<User>,
}

fn main() {}
