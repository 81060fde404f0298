//! Columns are read into fields by name.
use ormcore::prelude::*;

#[derive(Row)]
struct Line(String, i32);

fn main() {}
