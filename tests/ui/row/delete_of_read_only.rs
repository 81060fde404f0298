// A delete of a read-only model's rows.
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
    Total::query().delete(&db)?;
    Ok(())
}
