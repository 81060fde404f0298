// One value for a key of two columns.
use ormcore::prelude::*;

#[derive(Model)]
struct Link {
    #[column(primary_key)]
    from: i64,
    #[column(primary_key)]
    to: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let link = Link::get(1, &db)?;
    Ok(())
}
