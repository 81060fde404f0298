use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    #[column(default = 0)]
    views: i64,
}

#[derive(Model)]
#[allow(dead_code)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, default)]
    counters: Counters,
}

#[derive(Model)]
#[allow(dead_code)]
struct Country {
    #[column(primary_key)]
    id: i64,
    #[relationship(foreign_key = Order::BILLING.col(Address::COUNTRY_ID))]
    orders: HasMany<Order>,
}

#[derive(Columns)]
struct Address {
    #[column(foreign_key = Country::ID)]
    country_id: i64,
}

#[derive(Model)]
#[allow(dead_code)]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "billing_")]
    billing: Address,
    #[column(flatten, prefix = "shipping_")]
    shipping: Address,
}

#[test]
fn with_prefixes_it_is_embedded_twice() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Country, Order)>()?;
    let [here, there] = [Country::new().insert(&db)?, Country::new().insert(&db)?];
    let at = |country: &Country| Address { country_id: country.id };
    Order::new(at(&here), at(&there)).insert(&db)?;
    assert_eq!((here.orders(&db)?.len(), there.orders(&db)?.len()), (1, 0));
    Ok(())
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Post>()?;
    Post::new().with(|post| post.counters.views = 7).insert(&db)?;
    let seen = Post::query().filter(Post::COUNTERS.col(Counters::VIEWS).gt(5)).one(&db)?;
    assert_eq!(seen.counters.views, 7);
    Ok(())
}
