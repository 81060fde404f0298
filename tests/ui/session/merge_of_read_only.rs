// `merge` of a row of a read-only model.
use ormcore::prelude::*;

#[derive(Model)]
struct Seller {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    totals: HasMany<Total>,
}

#[derive(Model)]
#[model(read_only)]
struct Total {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Seller::ID)]
    seller_id: i64,
    #[relationship]
    seller: BelongsTo<Seller>,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut session = db.session()?;
    let total = Total::find(1, &db)?;
    session.merge(total)?;
    Ok(())
}
