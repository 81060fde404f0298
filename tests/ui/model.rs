use ormcore::prelude::*;

#[derive(Model)]
#[model(table = "people", index(name), scope(named = named, known = named))]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn named() -> Predicate<User> {
    User::NAME.ne("")
}

mod shop {
    use ormcore::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    #[column_type(auto)]
    pub(super) struct OrderId(i64);

    #[derive(Model)]
    pub(super) struct Order {
        #[column(primary_key, auto)]
        pub(super) id: OrderId,
    }
}

#[derive(Model)]
#[model(read_only)]
struct Name {
    name: String,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Name, shop::Order)>()?;
    let ann = User::new("ann").insert(&db)?;
    assert_eq!((ann.id, ann.name), (1, "ann".to_string()));
    assert_eq!(User::query().all(&db)?.len(), 1);
    let names = db.query_as::<Name>("SELECT name FROM people", ())?;
    assert_eq!(names[0].name, "ann");
    let order = shop::Order::new().insert(&db)?;
    assert_eq!(shop::Order::find(order.id, &db)?.id, order.id);
    Ok(())
}
