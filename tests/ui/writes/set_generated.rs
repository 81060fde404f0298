// A draft sets a column that the database computes.
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
    Line::new(3, 4).set(Line::TOTAL, 12).insert(&db)?;
    Ok(())
}
