// A parameter that no database knows.
use ormcore::prelude::*;

struct Address;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.execute("DELETE FROM user WHERE home = ?", (Address,))?;
    Ok(())
}
