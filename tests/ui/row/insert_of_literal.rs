// `insert` on a struct literal.
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
    let ann = User { id: 0, name: "ann".into(), age: 31, bio: None, active: true };
    ann.insert(&db)?;
    Ok(())
}
