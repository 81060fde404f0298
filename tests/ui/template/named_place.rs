// A name in the braces.
use ormcore::prelude::*;
use ormcore::sql;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    User::query().filter(sql!("{name} = 1", User::NAME)).all(&db)?;
    Ok(())
}
