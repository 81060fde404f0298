// A row of one column without the comma that makes a tuple.
use ormcore::prelude::*;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let ids = db.query_as::<i64>("SELECT id FROM user", ())?;
    Ok(())
}
