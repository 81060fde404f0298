// A key of several columns, column by column.
use ormcore::prelude::*;

#[derive(Model)]
struct Place {
    #[column(primary_key)]
    row: i64,
    #[column(primary_key)]
    seat: i64,
}

#[derive(Model)]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Place::ROW)]
    place_row: i64,
    #[column(foreign_key = Place::SEAT)]
    place_seat: i64,
    #[relationship]
    place: BelongsTo<Place>,
}

fn main() {}
