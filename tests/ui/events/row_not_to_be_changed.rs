use ormcore::prelude::*;

#[derive(Model)]
#[model(validate = check)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn check(_user: &mut User) -> ormcore::Result<()> {
    Ok(())
}

fn main() {}
