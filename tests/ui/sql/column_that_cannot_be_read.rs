// A column of a row that cannot be read.
use ormcore::prelude::*;

struct Address;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let homes = db.query_as::<(i64, Address)>("SELECT id, home FROM user", ())?;
    Ok(())
}
