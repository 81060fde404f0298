use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Status {
    Active,
    #[column_type(rename = "on")]
    Enabled,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Address(String);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(auto)]
struct HomeId(i64);

#[derive(Model)]
struct Home {
    #[column(primary_key, auto)]
    id: HomeId,
    address: Address,
    status: Status,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Home>()?;
    Home::new(Address("1 Main Street".into()), Status::Active).insert(&db)?;
    Home::new(Address("2 Main Street".into()), Status::Enabled).insert(&db)?;
    let found = Home::query().filter(Home::STATUS.eq(Status::Enabled)).one(&db)?;
    assert_eq!((found.id, found.address, found.status), (HomeId(2), Address("2 Main Street".into()), Status::Enabled));
    Ok(())
}
