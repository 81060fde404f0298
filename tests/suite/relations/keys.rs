//! Keys of every shape: of several columns, of text, unique and no primary key, hostile, dangling.

use ormcore::prelude::*;
use ormcore_tests::{every_database, ignore_foreign_keys, on_every_backend};
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_shelf")]
struct Shelf {
    #[column(primary_key)]
    room: String,
    #[column(primary_key)]
    number: i64,
    #[relationship(back_populates = "shelf")]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_book", foreign_key(columns(room, number), references(Shelf::ROOM, Shelf::NUMBER)))]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    number: Option<i64>,
    room: Option<String>,
    #[relationship(back_populates = "books")]
    shelf: BelongsTo<Shelf>,
    #[relationship(secondary = "rel_book_places")]
    places: HasMany<Shelf>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_country")]
struct Country {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship(order_by = City::NAME.desc(), backref = "country")]
    cities: HasMany<City>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_city")]
struct City {
    #[column(primary_key)]
    name: String,
    #[column(foreign_key = Country::CODE)]
    country_code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_device")]
struct Device {
    #[column(primary_key, auto)]
    id: Uuid,
    #[relationship(back_populates = "device")]
    readings: HasMany<Reading>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_reading")]
struct Reading {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Device::ID)]
    device_id: Uuid,
    #[relationship(back_populates = "readings")]
    device: BelongsTo<Device>,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "rel_shirt_size")]
enum Size {
    Large,
    Small,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_shirt")]
struct Shirt {
    #[column(primary_key)]
    product: i64,
    #[column(primary_key)]
    size: Size,
    #[relationship]
    piles: HasMany<Pile>,
    #[relationship(secondary = "rel_shirt_drawers")]
    drawers: HasMany<Drawer>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_pile", foreign_key(columns(product, size), references(Shirt::PRODUCT, Shirt::SIZE)))]
struct Pile {
    #[column(primary_key)]
    id: i64,
    product: i64,
    size: Size,
    #[relationship]
    shirt: BelongsTo<Shirt>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_drawer")]
struct Drawer {
    #[column(primary_key)]
    id: i64,
}

fn keys_with_an_enum_are_listed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shirt, Pile, Drawer)>()?;
    let shirts = Shirt::insert_all([Shirt::new(1, Size::Large), Shirt::new(1, Size::Small)], db)?;
    let pile = |shirt: usize| Pile::new(&shirts[shirt]);
    let piles = Pile::insert_all([pile(1), pile(0), pile(1)], db)?;
    let drawer = Drawer::new().insert(db)?;
    for shirt in &shirts {
        Shirt::DRAWERS.link(shirt, &drawer, db)?;
    }
    for load in [Shirt::PILES.selectin(), Shirt::PILES.subquery(), Shirt::PILES.joined()] {
        let found = Shirt::query().order_by(Shirt::SIZE).with(load.clone()).with(Shirt::DRAWERS.selectin()).all(db)?;
        assert_eq!(*found[0].piles(db)?, [piles[1].clone()], "{load:?}");
        assert_eq!(*found[1].piles(db)?, [piles[0].clone(), piles[2].clone()], "{load:?}");
        assert!(found.iter().all(|shirt| shirt.drawers.loaded().is_some_and(|drawers| drawers.len() == 1)));
    }
    let found = Pile::query().order_by(Pile::ID).with(Pile::SHIRT.selectin()).all(db)?;
    assert_eq!(found[2].shirt(db)?.size, Size::Small);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_rate")]
struct Rate {
    #[column(primary_key)]
    id: Decimal,
    #[relationship(back_populates = "rate")]
    items: HasMany<Item>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_item")]
struct Item {
    #[column(primary_key)]
    number: Decimal,
    #[column(foreign_key = Rate::ID)]
    rate_id: Decimal,
    #[relationship(back_populates = "items")]
    rate: BelongsTo<Rate>,
    #[relationship(secondary = "rel_item_rates")]
    others: HasMany<Rate>,
}

fn shelves(db: &Database) -> ormcore::Result<Vec<Shelf>> {
    db.create_tables::<(Shelf, Book)>()?;
    let shelves = Shelf::insert_all([("a", 1), ("a", 2), ("b", 1)].map(|(room, number)| Shelf::new(room, number)), db)?;
    for (title, shelf) in [("z", 0), ("y", 0), ("x", 2)] {
        Book::new(title).set(Book::NUMBER, &shelves[shelf]).insert(db)?;
    }
    Book::new("loose").insert(db)?;
    Book::new("half").set(Book::ROOM, "a").insert(db)?;
    Ok(shelves)
}

fn titles(books: &[Book]) -> Vec<&str> {
    books.iter().map(|book| book.title.as_str()).collect()
}

fn a_key_of_several_columns_leads_both_ways_by_every_strategy(db: &Database) -> ormcore::Result<()> {
    shelves(db)?;
    let statements = db.record();
    for (load, back, expected) in [
        (Shelf::BOOKS.joined(), Book::SHELF.joined(), 1),
        (Shelf::BOOKS.subquery(), Book::SHELF.subquery(), 2),
        (Shelf::BOOKS.selectin(), Book::SHELF.selectin(), 2),
    ] {
        statements.clear();
        let shelves = Shelf::query().with(load).order_by((Shelf::ROOM, Shelf::NUMBER)).all(db)?;
        let found: Vec<_> = shelves.iter().map(|shelf| titles(shelf.books.loaded().unwrap())).collect();
        assert_eq!(found, [vec!["z", "y"], vec![], vec!["x"]]);
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
        let books = Book::query().with(back).order_by(Book::ID).all(db)?;
        let found: Vec<_> = books.iter().map(|book| book.shelf(db).unwrap().map(|shelf| shelf.number)).collect();
        assert_eq!(found, [Some(1), Some(1), Some(1), None, None]);
        assert_eq!(statements.len(), 2 * expected, "{:?}", statements.texts());
    }
    Ok(())
}

fn a_key_that_is_partly_null_asks_nothing(db: &Database) -> ormcore::Result<()> {
    shelves(db)?;
    let half = Book::query().filter(Book::TITLE.eq("half")).one(db)?;
    let statements = db.record();
    assert_eq!(half.shelf(db)?, None);
    assert!(statements.is_empty());
    let mut books = Book::query().filter(Book::TITLE.is_in(["half", "loose"])).all(db)?;
    statements.clear();
    Book::SHELF.load(&mut books, db)?;
    assert!(statements.is_empty(), "{:?}", statements.texts());
    assert!(books.iter().all(|book| book.shelf.loaded() == Some(None)));
    assert_eq!(Book::query().filter(Book::SHELF.none()).count(db)?, 2);
    Ok(())
}

fn a_bare_link_table_holds_keys_of_several_columns(db: &Database) -> ormcore::Result<()> {
    let shelves = shelves(db)?;
    let books = Book::query().order_by(Book::ID).all(db)?;
    Book::PLACES.set(&books[0], [&shelves[2], &shelves[1]], db)?;
    Book::PLACES.link(&books[1], &shelves[1], db)?;
    assert!(Book::PLACES.link(&books[1], &shelves[1], db).unwrap_err().is_unique_violation());
    for load in [Book::PLACES.joined(), Book::PLACES.subquery(), Book::PLACES.selectin(), Book::PLACES.select()] {
        let books = Book::query().with(load.clone()).order_by(Book::ID).limit(3).all(db)?;
        let places = |book: &Book| -> Vec<(String, i64)> {
            book.places(db).unwrap().iter().map(|shelf| (shelf.room.clone(), shelf.number)).collect()
        };
        assert_eq!(places(&books[0]), [("a".into(), 2), ("b".into(), 1)], "{load:?}");
        assert_eq!(places(&books[1]), [("a".into(), 2)]);
        assert_eq!(places(&books[2]), []);
    }
    assert_eq!(Book::query().filter(Book::PLACES.contains(&shelves[1])).count(db)?, 2);
    Ok(())
}

fn a_key_to_a_unique_column_leads_both_ways(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Country, City)>()?;
    let hostile = "x'); DROP TABLE rel_city; --\"";
    for code in ["it", hostile, ""] {
        let country = Country::new(code).insert(db)?;
        City::insert_all(["1", "2"].map(|name| City::new(format!("{code}{name}"), &country)), db)?;
    }
    let load = |load| Country::query().with(load).order_by(Country::ID).all(db);
    for countries in
        [load(Country::CITIES.joined())?, load(Country::CITIES.subquery())?, load(Country::CITIES.selectin())?]
    {
        let found: Vec<_> = countries.iter().map(|country| country.cities(db).unwrap()[0].name.clone()).collect();
        assert_eq!(found, ["it2".to_string(), format!("{hostile}2"), "2".to_string()]);
        assert!(countries.iter().all(|country| country.cities.loaded().is_some_and(|cities| cities.len() == 2)));
    }
    let filter = Country::CITIES.any(City::NAME.eq(format!("{hostile}1")));
    let found = Country::query().filter(filter).one(db)?;
    assert_eq!(found.code, hostile);
    let city = City::find(format!("{hostile}1"), db)?;
    let statements = db.record();
    assert_eq!(city.country(db)?.id, found.id);
    assert_eq!(statements.len(), 1);
    let refined = Country::CITIES.joined().filter(City::NAME.ne(format!("{hostile}1")));
    let found = Country::query().filter(Country::CODE.eq(hostile)).with(refined).one(db)?;
    assert_eq!(found.cities(db)?.len(), 1);
    Ok(())
}

fn uuids_are_keys_like_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Device, Reading)>()?;
    let devices = Device::insert_all((0..3).map(|_| Device::new()), db)?;
    Reading::insert_all([1, 0, 1].map(|device| Reading::new(&devices[device])), db)?;
    for load in [Device::READINGS.joined(), Device::READINGS.subquery(), Device::READINGS.selectin()] {
        let found = Device::query().filter(Device::ID.eq(devices[1].id)).with(load).one(db)?;
        assert_eq!(found.readings(db)?.iter().map(|reading| reading.id).collect::<Vec<_>>(), [1, 3]);
    }
    let statements = db.record();
    for load in [Reading::DEVICE.joined(), Reading::DEVICE.subquery(), Reading::DEVICE.selectin()] {
        let readings = Reading::query().order_by(Reading::ID).with(load).all(db)?;
        assert!(std::ptr::eq(readings[0].device(db)?, readings[2].device(db)?), "rows share what they point to");
        assert_eq!(readings[1].device(db)?.id, devices[0].id);
    }
    assert_eq!(statements.len(), 5);
    Ok(())
}

fn decimal(digits: &str) -> Decimal {
    digits.parse().unwrap()
}

/// A rate of 0.20 with the items 10, 9 and -1, and one of 7; the items hold it as 0.2 and 0.200.
fn rates(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Rate, Item)>()?;
    Rate::insert_all(["0.20", "7"].map(|rate| Rate::new(decimal(rate))), db)?;
    let item = |(number, rate)| Item::new(decimal(number), decimal(rate));
    Item::insert_all([("10", "0.2"), ("9.0", "0.200"), ("-1", "0.2")].map(item), db)?;
    Ok(())
}

fn decimals_are_one_key_however_many_zeros_they_have(db: &Database) -> ormcore::Result<()> {
    rates(db)?;
    let numbers = |items: &[Item]| items.iter().map(|item| item.number.to_string()).collect::<Vec<_>>();
    for load in [Rate::ITEMS.joined(), Rate::ITEMS.subquery(), Rate::ITEMS.selectin(), Rate::ITEMS.select()] {
        let rates = Rate::query().order_by(Rate::ID).with(load.clone()).all(db)?;
        assert_eq!(numbers(rates[0].items(db)?), ["-1", "9.0", "10"], "{load:?}");
        assert_eq!(numbers(rates[1].items(db)?), [""; 0], "{load:?}");
    }
    for load in [Item::RATE.joined(), Item::RATE.subquery(), Item::RATE.selectin(), Item::RATE.select()] {
        for item in Item::query().with(load.clone()).all(db)? {
            assert_eq!(item.rate(db)?.id.to_string(), "0.20", "{load:?}");
        }
    }
    let item = Item::find(decimal("10.00"), db)?;
    Item::OTHERS.set(&item, &[Rate { id: decimal("7.0"), ..Rate::find(decimal("7"), db)? }], db)?;
    Item::OTHERS.set(&item, &[Rate::find(decimal("7"), db)?], db)?;
    assert_eq!(Item::query().with(Item::OTHERS).order_by(Item::NUMBER.desc()).all(db)?[0].others(db)?.len(), 1);
    Ok(())
}

fn decimals_are_one_identity_however_many_zeros_they_have(db: &Database) -> ormcore::Result<()> {
    rates(db)?;
    let mut session = db.session()?;
    let rate = session.get::<Rate>(decimal("0.2"))?.unwrap();
    assert_eq!(session.get::<Rate>(decimal("0.20"))?, Some(rate));
    let items = session.related(rate, Rate::ITEMS)?;
    let numbers: Vec<_> = items.iter().map(|item| session[*item].number.to_string()).collect();
    assert_eq!(numbers, ["-1", "9.0", "10"]);
    let statements = db.record();
    for item in &items {
        assert_eq!(session.related(*item, Item::RATE)?, Some(rate));
    }
    assert!(statements.is_empty(), "{:?}", statements.texts());
    session[items[2]].rate_id = decimal("0.2000");
    session.flush()?;
    assert_eq!(statements.len(), 1, "other digits are a change: {:?}", statements.texts());
    assert_eq!(session.related(rate, Rate::ITEMS)?.len(), 3);
    Ok(())
}

on_every_backend!(
    decimals_are_one_key_however_many_zeros_they_have,
    decimals_are_one_identity_however_many_zeros_they_have,
    a_key_of_several_columns_leads_both_ways_by_every_strategy,
    a_key_that_is_partly_null_asks_nothing,
    a_bare_link_table_holds_keys_of_several_columns,
    a_key_to_a_unique_column_leads_both_ways,
    uuids_are_keys_like_others,
    keys_with_an_enum_are_listed,
);

#[test]
fn keys_that_point_to_no_row() {
    for fixture in every_database() {
        a_key_that_points_to_no_row_gives_none_or_an_error_that_says_so(&fixture.db).unwrap();
    }
}

/// Foreign keys are not enforced, and so they may point to no row.
fn a_key_that_points_to_no_row_gives_none_or_an_error_that_says_so(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Book, Device, Reading)>()?;
    ignore_foreign_keys(db)?;
    Book::new("lost").set(Book::ROOM, "x").set(Book::NUMBER, 1).insert(db)?;
    Reading::new(Uuid::nil()).insert(db)?;
    let statements = db.record();
    for load in [Book::SHELF.select(), Book::SHELF.joined(), Book::SHELF.subquery(), Book::SHELF.selectin()] {
        let book = Book::query().with(load.clone()).one(db).unwrap();
        assert_eq!(book.shelf(db).unwrap(), None, "{load:?}");
        statements.clear();
        assert_eq!(book.shelf(db).unwrap(), None, "{load:?}");
        assert!(book.shelf.is_loaded() && statements.is_empty(), "that there is none is known");
    }
    for load in
        [Reading::DEVICE.select(), Reading::DEVICE.joined(), Reading::DEVICE.subquery(), Reading::DEVICE.selectin()]
    {
        let reading = Reading::query().with(load).one(db).unwrap();
        let error = reading.device(db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound { table, .. } if table == "rel_device"), "{error:?}");
        assert!(error.to_string().contains("Reading::device"), "{error}");
    }
    Ok(())
}
