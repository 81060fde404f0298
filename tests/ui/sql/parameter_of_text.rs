// A text as the list of parameters.
use ormcore::prelude::*;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.execute("DELETE FROM user WHERE name = ?", "ann")?;
    Ok(())
}
