// A field of a draft.
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
    let mut ann = User::new("ann", 31);
    ann.name = "bob".into();
    Ok(())
}
