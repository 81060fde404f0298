// A key of several columns, column by column in an embedded struct.
use ormcore::prelude::*;

#[derive(Model)]
struct Place {
    #[column(primary_key)]
    row: i64,
    #[column(primary_key)]
    seat: i64,
}

#[derive(Columns)]
struct Seat {
    #[column(foreign_key = Place::ROW)]
    row: i64,
    #[column(foreign_key = Place::SEAT)]
    number: i64,
}

#[derive(Model)]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "seat_")]
    seat: Seat,
    #[relationship]
    place: BelongsTo<Place>,
}

fn main() {}
