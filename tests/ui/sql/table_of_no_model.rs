// The table of a struct that is no model.
use ormcore::prelude::*;

struct User;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User,)>()?;
    Ok(())
}
