//! Rows of a shop, by the models that were written from it.

use ormcore::prelude::*;
use ormcore_tests::Fixture;

/// The same for the models of each database.
macro_rules! rows {
    ($test:ident, $models:path, $script:literal, $fixture:expr) => {
        #[test]
        fn $test() {
            use models::{Category, Friendship, Order, OrderLine, Passport, PeopleCategory, Person, Product};
            use $models as models;

            let Some(fixture) = $fixture else { return };
            let db = &fixture.db;
            db.execute_script(include_str!($script)).unwrap();
            let ann = Person::new("Ann").insert(db).unwrap();
            assert_eq!((ann.r#type.as_str(), ann.is_active), ("person", true));
            let bob = Person::new("Bob").set(Person::MANAGER_ID, &ann).insert(db).unwrap();
            assert_eq!(bob.manager(db).unwrap().unwrap().first_name, "Ann");
            assert_eq!(ann.people_by_manager(db).unwrap().len(), 1);

            let top = Category::new("top").insert(db).unwrap();
            Category::new("below").set(Category::PARENT_ID, &top).insert(db).unwrap();
            assert_eq!(top.categories_by_parent(db).unwrap()[0].title, "below");
            PeopleCategory::new(&ann, &top).insert(db).unwrap();
            assert_eq!(ann.categories(db).unwrap()[0].title, "top");
            assert_eq!(top.people(db).unwrap()[0].id, ann.id);

            let product = Product::new("abc", 7, "soap", 1.5).set(Product::QUANTITY, 4).insert(db).unwrap();
            assert_eq!(product.worth, Some(6.0));
            let order = Order::new(&ann).set(Order::CLERK_ID, &bob).insert(db).unwrap();
            OrderLine::new(&order, 1, &product).insert(db).unwrap();
            let orders =
                Order::query().with(Order::ORDER_LINES.then(OrderLine::PRODUCT)).with(Order::BUYER).all(db).unwrap();
            assert_eq!(orders[0].buyer(db).unwrap().first_name, "Ann");
            assert_eq!(orders[0].order_lines(db).unwrap()[0].product(db).unwrap().title, "soap");
            assert_eq!(ann.orders_by_buyer(db).unwrap().len(), 1);
            assert!(ann.orders_by_clerk(db).unwrap().is_empty());

            Passport::new(&ann, "X1").insert(db).unwrap();
            assert_eq!(ann.passport(db).unwrap().unwrap().code, "X1");
            Friendship::new(&ann, &bob).insert(db).unwrap();
            assert_eq!(ann.friends(db).unwrap()[0].first_name, "Bob");
            assert_eq!(bob.people(db).unwrap()[0].first_name, "Ann");
        }
    };
}

rows!(rows_on_sqlite, crate::shop::sqlite, "shop.sqlite.sql", Some(Fixture::sqlite_memory()));
rows!(rows_on_postgres, crate::shop::postgres, "shop.postgres.sql", Fixture::postgres());

#[test]
fn what_is_known_as_text_alone_is_read_and_written() {
    use crate::odd::postgres::Typed;

    let Some(fixture) = Fixture::postgres() else { return };
    fixture.db.execute_script(include_str!("odd.postgres.sql")).unwrap();
    let texts =
        [(Typed::H, "1 day"), (Typed::I, "$5.00"), (Typed::J, "[1,5)"), (Typed::K, "101"), (Typed::O, "12:00:00+00")];
    let mut draft = Typed::new(vec![1]).set(Typed::D, vec!["10.0.0.1".to_string()]);
    for (column, text) in texts {
        draft = draft.set(column, text);
    }
    draft.insert(&fixture.db).unwrap();
    let row = Typed::query().one(&fixture.db).unwrap();
    assert_eq!(row.d.unwrap(), ["10.0.0.1"]);
    let read = [row.h, row.i, row.j, row.k, row.o].map(Option::unwrap);
    assert_eq!(read, texts.map(|(_, text)| text));
    assert_eq!(row.g, Some(vec![1, 2]));
}

#[test]
fn what_is_unique_in_a_direction_is_a_key() {
    use crate::rough::sqlite::NoKey;

    let fixture = Fixture::sqlite_memory();
    let db = &fixture.db;
    db.execute_script(include_str!("rough.sqlite.sql")).unwrap();
    let mut row = NoKey::new("a", 1).insert(db).unwrap();
    assert!(NoKey::new("a", 1).on_conflict((NoKey::A, NoKey::B)).do_nothing().insert(db).unwrap().is_none());
    row.refresh(db).unwrap();
    assert_eq!(NoKey::get(("a", 1), db).unwrap().unwrap().b, 1);
    row.delete(db).unwrap();
    assert_eq!(NoKey::query().count(db).unwrap(), 0);
}

#[test]
fn domains_are_written_as_what_they_are_over() {
    use crate::rough::postgres::{Domain, NoKey, State};

    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    db.execute_script(include_str!("rough.postgres.sql")).unwrap();
    let states = vec![State::On, State::Off];
    let draft = Domain::new("a@b", 5).set(Domain::C, vec!["c@d".to_string()]).set(Domain::F, "it's \"ok\" */ \\ {}");
    let row = draft
        .set(Domain::D, State::Off)
        .set(Domain::E, states.clone())
        .set(Domain::G, states.clone())
        .insert(db)
        .unwrap();
    let mut found = Domain::query().filter(Domain::A.eq("a@b")).one(db).unwrap();
    assert_eq!((found.id, found.e.clone(), found.c.clone()), (row.id, Some(states), Some(vec!["c@d".to_string()])));
    found.d = State::On;
    found.update(db).unwrap();
    assert!(Domain::new("no address", 5).insert(db).is_err());
    NoKey::new("a", 1).insert(db).unwrap();
    assert!(NoKey::new("a", 1).on_conflict((NoKey::A, NoKey::B)).do_nothing().insert(db).unwrap().is_none());
}
