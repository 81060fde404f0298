// `update` on a row of a read-only model.
use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only)]
struct Total {
    #[column(primary_key)]
    id: i64,
    sum: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut total = Total::find(1, &db)?;
    total.update(&db)?;
    Ok(())
}
