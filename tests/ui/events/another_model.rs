use ormcore::prelude::*;

#[derive(Model)]
#[model(before_update = tidy)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
}

fn tidy(_post: &mut Post) -> ormcore::Result<()> {
    Ok(())
}

fn main() {}
