// A foreign key of several columns to a table without a model, whose columns are not of one table.
use ormcore::prelude::*;

#[derive(Model)]
#[model(foreign_key(columns(row, number), references("seat.row", "chair.number")))]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    row: i64,
    number: i64,
}

#[derive(Model)]
#[model(foreign_key(columns(row, number), references("seat.row", "number")))]
struct Coupon {
    #[column(primary_key)]
    id: i64,
    row: i64,
    number: i64,
}

fn main() {}
