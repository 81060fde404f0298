// A relationship to a view whose model has two foreign keys in what it embeds itself.
use ormcore::prelude::*;

#[derive(Model)]
struct Country {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    lines: HasMany<OrderLine>,
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

#[derive(Model)]
#[model(read_only)]
struct OrderLine {
    #[column(flatten)]
    order: Order,
    line: i32,
}

fn main() {}
