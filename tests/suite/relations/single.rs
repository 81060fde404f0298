//! Children whose foreign key is unique, joined beside or above collections: each comes once, with all of its own.

// Two constraints that share a column name it twice.
#![allow(clippy::duplicated_attributes)]

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    licence: HasOne<Licence>,
    #[relationship(foreign_key = Licence::PERSON_ID)]
    licences: HasMany<Licence>,
    #[relationship]
    pets: HasMany<Pet>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_licence")]
struct Licence {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID, unique)]
    person_id: i64,
    #[relationship]
    stamps: HasMany<Stamp>,
    #[relationship]
    photo: HasOne<Photo>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_stamp")]
struct Stamp {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Licence::ID)]
    licence_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_photo")]
struct Photo {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Licence::ID, unique)]
    licence_id: i64,
    #[relationship]
    copies: HasMany<Copied>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_copy")]
struct Copied {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Photo::ID)]
    photo_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_pet")]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

/// All of it joined by what the models declare.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_ship")]
struct Ship {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "joined")]
    log: HasOne<Log>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_log")]
struct Log {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Ship::ID, unique)]
    ship_id: i64,
    #[relationship(lazy = "joined")]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_line")]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Log::ID)]
    log_id: i64,
}

/// Of whom there is one of each at most, by constraints of their tables.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "single_house")]
struct House {
    #[column(primary_key)]
    street: i64,
    #[column(primary_key)]
    number: i64,
    #[relationship]
    door: HasOne<Door>,
    #[relationship]
    roof: HasOne<Roof>,
    #[relationship]
    meter: HasOne<Meter>,
}

/// A key whose columns are unique together, in another order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "single_door",
    foreign_key(columns(street, number), references(House::STREET, House::NUMBER)),
    unique(number, street)
)]
struct Door {
    #[column(primary_key)]
    id: i64,
    street: i64,
    number: i64,
}

/// A key a part of which is unique.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "single_roof",
    foreign_key(columns(street, number), references(House::STREET, House::NUMBER)),
    unique(number)
)]
struct Roof {
    #[column(primary_key)]
    id: i64,
    street: i64,
    number: i64,
}

/// A key whose columns are unique among some rows, and together with another among all.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "single_meter",
    foreign_key(columns(street, number), references(House::STREET, House::NUMBER)),
    unique(street, number, filter = "kind = 7"),
    unique(street, number, kind)
)]
struct Meter {
    #[column(primary_key)]
    id: i64,
    street: i64,
    number: i64,
    kind: i64,
}

/// A person with three pets, whose licence has two stamps, and a photo with two copies; and one with a licence alone.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Licence, Stamp, Photo, Copied, Pet)>()?;
    let people = Person::insert_all([Person::new(), Person::new()], db)?;
    let licence = Licence::new(&people[0]).insert(db)?;
    Licence::new(&people[1]).insert(db)?;
    Stamp::insert_all([Stamp::new(&licence), Stamp::new(&licence)], db)?;
    let photo = Photo::new(&licence).insert(db)?;
    Copied::insert_all([Copied::new(&photo), Copied::new(&photo)], db)?;
    Pet::insert_all([1, 2, 3].map(|_| Pet::new(&people[0])), db)?;
    Ok(())
}

fn one_joined_row_has_all_of_a_joined_collection_below_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let one = Person::LICENCE.joined().then(Licence::STAMPS.joined());
    let many = Person::LICENCES.joined().then(Licence::STAMPS.joined());
    let people = Person::query().with(one).with(many).order_by(Person::ID).all(db)?;
    for (person, count) in people.iter().zip([2, 0]) {
        assert_eq!(person.licence(db)?.unwrap().stamps(db)?.len(), count);
        assert_eq!(person.licences(db)?.len(), 1);
        assert_eq!(person.licences(db)?[0].stamps(db)?.len(), count);
    }
    let person = Person::query().with(Person::LICENCES.joined().then(Licence::STAMPS.joined())).limit(1).one(db)?;
    assert_eq!(person.licences(db)?.len(), 1);
    assert_eq!(person.licences(db)?[0].stamps(db)?.len(), 2);
    let licence = Licence::query().with(Licence::STAMPS.joined()).with(Licence::PHOTO.joined().then(Photo::COPIES));
    let licence = licence.order_by(Licence::ID).limit(1).one(db)?;
    assert_eq!((licence.stamps(db)?.len(), licence.photo(db)?.unwrap().copies(db)?.len()), (2, 2));
    assert_eq!(statements.len(), 4, "{:?}", statements.texts());
    Ok(())
}

fn a_chain_of_single_rows_ends_in_all_of_a_collection(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let photo = Licence::PHOTO.joined().then(Photo::COPIES.joined());
    let load = Person::LICENCE.joined().then(photo.clone()).then(Licence::STAMPS.joined());
    let person = Person::query().with(load).order_by(Person::ID).limit(1).one(db)?;
    let licence = person.licence(db)?.unwrap();
    assert_eq!((licence.stamps(db)?.len(), licence.photo(db)?.unwrap().copies(db)?.len()), (2, 2));
    let person = Person::query().with(Person::LICENCE.joined().then(photo)).order_by(Person::ID).limit(1).one(db)?;
    assert_eq!(person.licence(db)?.unwrap().photo(db)?.unwrap().copies(db)?.len(), 2);
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    Ok(())
}

fn a_collection_over_a_unique_key_has_its_row_once_beside_another(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let person = Person::query().with(Person::PETS.joined()).with(Person::LICENCES.joined());
    let person = person.order_by(Person::ID).limit(1).one(db)?;
    assert_eq!((person.pets(db)?.len(), person.licences(db)?.len()), (3, 1));
    let people = Person::query().join(Person::PETS).with_from_join(Person::PETS).with(Person::LICENCES.joined());
    let people = people.all(db)?;
    assert_eq!((people[0].pets(db)?.len(), people[0].licences(db)?.len()), (3, 1));
    Ok(())
}

fn what_models_declare_joined_is_whole(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Ship, Log, Line)>()?;
    let log = Log::new(&Ship::new().insert(db)?).insert(db)?;
    Line::insert_all([Line::new(&log), Line::new(&log)], db)?;
    let statements = db.record();
    assert_eq!(Ship::query().one(db)?.log(db)?.unwrap().lines(db)?.len(), 2);
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    Ok(())
}

fn what_a_constraint_keeps_single_is_joined_to_one_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(House, Door, Roof, Meter)>()?;
    let houses = House::insert_all([House::new(1, 1), House::new(1, 2)], db)?;
    Door::insert_all([Door::new(&houses[1]), Door::new(&houses[0])], db)?;
    Roof::insert_all([Roof::new(&houses[1]), Roof::new(&houses[0])], db)?;
    Meter::insert_all([3, 4].map(|kind| Meter::new(&houses[0], kind)), db)?;
    let statements = db.record();
    let query = || House::query().order_by(House::NUMBER).limit(2);
    let houses = query().with(House::DOOR.joined()).with(House::ROOF.joined()).all(db)?;
    assert!(statements.len() == 1 && !statements.texts()[0].contains("(SELECT"), "{statements:?}");
    assert_eq!(houses.iter().map(|house| house.door(db).unwrap().unwrap().id).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(houses.iter().map(|house| house.roof(db).unwrap().unwrap().id).collect::<Vec<_>>(), [2, 1]);
    let houses = query().with(House::METER.joined()).all(db)?;
    assert_eq!(houses.iter().map(|house| house.meter(db).unwrap().is_some()).collect::<Vec<_>>(), [true, false]);
    assert!(statements.texts()[1].contains("(SELECT"), "a house may have several meters, which would count for it");
    Ok(())
}

on_every_backend!(
    one_joined_row_has_all_of_a_joined_collection_below_it,
    a_chain_of_single_rows_ends_in_all_of_a_collection,
    a_collection_over_a_unique_key_has_its_row_once_beside_another,
    what_models_declare_joined_is_whole,
    what_a_constraint_keeps_single_is_joined_to_one_row,
);
