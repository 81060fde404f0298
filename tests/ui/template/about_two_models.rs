// SQL about two models where one is wanted.
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
    let namesakes = sql!("{} = {}", User::NAME, Pet::NAME).about::<User>();
    User::query().filter(namesakes).all(&db)?;
    Ok(())
}
