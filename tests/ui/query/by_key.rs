// `get` of a query.
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
    let user = User::query().filter(User::AGE.gt(18)).get(1, &db)?;
    drop(user);
    Ok(())
}
