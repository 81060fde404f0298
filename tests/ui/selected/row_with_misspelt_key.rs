//! A key that `#[row(..)]` does not know.
use ormcore::prelude::*;

#[derive(Row)]
struct Misspelt {
    #[row(nam = "total")]
    first: i64,
}

fn main() {}
