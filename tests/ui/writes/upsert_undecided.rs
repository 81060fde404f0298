// An upsert that does not say what becomes of the row that is there.
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
    User::new("ann", 31).on_conflict(User::NAME).insert(&db)?;
    Ok(())
}
