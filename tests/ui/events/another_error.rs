use ormcore::prelude::*;

#[derive(Model)]
#[model(validate = check)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn check(_user: &User) -> Result<(), String> {
    Ok(())
}

fn main() {}
