// A query that is run by a session as by a database.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    age: i32,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut session = db.session()?;
    User::query().all(&session)?;
    User::new("ann", 31).insert(&mut session)?;
    Ok(())
}
