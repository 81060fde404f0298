// SQL of one's own that does not say what it reads.
use ormcore::prelude::*;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let rows = db.query("SELECT 1", ())?;
    drop(rows);
    Ok(())
}
