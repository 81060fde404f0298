// A query on a struct that is no model.
use ormcore::prelude::*;

struct User {
    id: i64,
    name: String,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let users = User::query().all(&db)?;
    Ok(())
}
