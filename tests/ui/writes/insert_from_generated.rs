// Rows of a query are to fill a column that the database computes.
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
    let rows = Line::query().select((Line::PRICE, Line::TOTAL));
    Line::insert_from((Line::PRICE, Line::TOTAL), rows, &db)?;
    Ok(())
}
