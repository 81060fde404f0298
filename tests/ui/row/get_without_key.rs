// `get` on a model that has no key.
use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only)]
struct Total {
    id: i64,
    sum: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let total = Total::get(1, &db)?;
    Ok(())
}
