// A draft's column set to a value of another type.
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

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    User::new("ann", 31).set(User::BIO, 7).insert(&db)?;
    Ok(())
}
