// An update of two columns, one of another model.
use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    #[column(default = true)]
    active: bool,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    User::query().update((User::ACTIVE.set(false), Pet::NAME.set("rex")), &db)?;
    Ok(())
}
