// A prefix for columns whose SQL names them without it.
use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    #[column(check = "zip <> ''")]
    zip: String,
}

#[derive(Columns)]
struct Size {
    width: i64,
    #[column(generated = "width * 2")]
    doubled: i64,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "home_")]
    home: Address,
}

#[derive(Model)]
struct Parcel {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "outer_")]
    outer: Size,
}

fn main() {}
