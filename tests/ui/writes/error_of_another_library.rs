// `?` on another error in a transaction of ormcore's error.
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
    db.transaction(|tx| {
        let age: i32 = "31".parse()?;
        User::new("ann", age).insert(tx)?;
        Ok(())
    })
}
