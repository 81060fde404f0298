use ormcore::prelude::*;

#[derive(Model)]
#[model(before_insert = tidy)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn tidy(_user: User) -> ormcore::Result<()> {
    Ok(())
}

fn main() {}
