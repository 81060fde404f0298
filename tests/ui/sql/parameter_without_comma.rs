// One parameter without the comma that makes a tuple.
use ormcore::prelude::*;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.execute("DELETE FROM user WHERE id = ?", (1))?;
    Ok(())
}
