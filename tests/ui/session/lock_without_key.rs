// `lock` of a row that no key tells from others.
use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only)]
struct Total {
    id: i64,
    sum: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut session = db.session()?;
    let total = session.one(Total::query())?;
    session.lock(total)?;
    Ok(())
}
