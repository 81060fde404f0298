//! A row is read as a struct.
use ormcore::prelude::*;

#[derive(Row)]
enum Shape {
    Round,
}

fn main() {}
