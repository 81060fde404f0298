// A foreign key by a column of another struct than the embedded one.
use ormcore::prelude::*;

#[derive(Model)]
struct Country {
    #[column(primary_key)]
    id: i64,
    #[relationship(foreign_key = Order::BILLING.col(Size::WIDTH))]
    orders: HasMany<Order>,
}

#[derive(Columns)]
struct Size {
    width: i64,
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
}

fn main() {}
