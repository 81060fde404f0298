// A text that is no literal.
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
    let text = String::from("1 = 1");
    User::query().filter(sql!(text)).all(&db)?;
    Ok(())
}
