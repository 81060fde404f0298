// An upsert that is to find its row by no columns.
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
    User::new("ann", 31).on_any_conflict().or_find().insert(&db)?;
    Ok(())
}
