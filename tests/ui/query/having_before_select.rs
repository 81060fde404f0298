// `having` before `select`.
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
    let ages = User::query().group_by(User::AGE).having(ormcore::sql::count().gt(1)).select(User::AGE).all(&db)?;
    drop(ages);
    Ok(())
}
