// `set null` for columns of which one cannot be NULL, as the compiler alone knows.
use ormcore::prelude::*;

type Row = i32;
type Number = Option<i32>;

#[derive(Model)]
struct Seat {
    #[column(primary_key)]
    row: i32,
    #[column(primary_key)]
    number: i32,
}

#[derive(Model)]
#[model(foreign_key(columns(row, number), references(Seat::ROW, Seat::NUMBER), on_delete = "set null"))]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    row: Row,
    number: Number,
}

fn main() {}
