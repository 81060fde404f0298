// A relationship that does not say by which of two embedded foreign keys it goes.
use ormcore::prelude::*;

#[derive(Model)]
struct Country {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    orders: HasMany<Order>,
}

#[derive(Columns)]
struct Address {
    #[column(foreign_key = Country::ID)]
    country_id: i64,
}

#[derive(Model)]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "billing_")]
    billing: Address,
    #[column(flatten, prefix = "shipping_")]
    shipping: Address,
}

fn main() {}
