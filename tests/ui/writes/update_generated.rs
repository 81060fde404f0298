// An update of many rows sets a column that the database computes.
use ormcore::prelude::*;

#[derive(Model)]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    quantity: i64,
    #[column(generated = "price * quantity")]
    total: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    Line::query().update(Line::TOTAL.set(0), &db)?;
    Ok(())
}
