// A row of one column of a type of one's own, without the comma that makes a tuple.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct Email(String);

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let emails = db.query_as::<Email>("SELECT email FROM user", ())?;
    Ok(())
}
