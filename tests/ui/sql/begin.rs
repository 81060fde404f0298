// A transaction that is opened by hand.
use ormcore::prelude::*;

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let tx = db.begin()?;
    drop(tx);
    Ok(())
}
