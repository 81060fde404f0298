//! Keys and indexes over columns of embedded structs, which `#[model(..)]` names by their fields.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "embedded_town")]
struct Town {
    #[column(primary_key)]
    country: String,
    #[column(primary_key)]
    code: i64,
    #[relationship(foreign_key = Parcel::TARGET.col(Place::CODE), back_populates = "sent_to")]
    received: HasMany<Parcel>,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Place {
    #[column(name = "land")]
    r#country: String,
    code: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "embedded_parcel",
    foreign_key(columns(origin.country, origin.code), references(Town::COUNTRY, Town::CODE)),
    foreign_key(columns(target.country, target.code), references(Town::COUNTRY, Town::CODE), on_delete = "cascade"),
    index(weight, target.code.desc(), include(origin.code)),
    unique(target.country, target.code, weight)
)]
struct Parcel {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    origin: Place,
    #[column(flatten, prefix = "to_")]
    target: Place,
    weight: i64,
    #[relationship(foreign_key = Parcel::ORIGIN.col(Place::COUNTRY))]
    sent_from: BelongsTo<Town>,
    #[relationship(foreign_key = Parcel::TARGET.col(Place::COUNTRY), back_populates = "received")]
    sent_to: BelongsTo<Town>,
}

/// One column of its key is a field, and of the model itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "embedded_stamp",
    foreign_key(columns(place.country, number), references(Town::COUNTRY, Town::CODE))
)]
struct Stamp {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "at_")]
    place: Place,
    number: i64,
    #[relationship]
    town: BelongsTo<Town>,
}

fn place(country: &str, code: i64) -> Place {
    Place { country: country.into(), code }
}

fn towns(db: &Database) -> ormcore::Result<Vec<Town>> {
    db.create_tables::<(Town, Parcel, Stamp)>()?;
    Town::insert_all([Town::new("a", 1), Town::new("a", 2), Town::new("b", 1)], db)
}

fn a_key_of_embedded_columns_is_kept_by_the_database(db: &Database) -> ormcore::Result<()> {
    let towns = towns(db)?;
    let lost = Parcel::new(place("a", 1), place("b", 2), 5).insert(db).map(drop).unwrap_err();
    assert!(lost.is_foreign_key_violation(), "{lost}");
    let parcel = Parcel::new(place("a", 1), place("b", 1), 5).insert(db)?;
    Stamp::new(place("b", 7), 1).insert(db)?;
    assert!(Stamp::new(place("b", 1), 7).insert(db).map(drop).unwrap_err().is_foreign_key_violation());
    Stamp::query().delete(db)?;
    towns[2].clone().delete(db)?;
    assert_eq!(Parcel::get(parcel.id, db)?, None);
    Ok(())
}

fn relationships_go_by_it(db: &Database) -> ormcore::Result<()> {
    let towns = towns(db)?;
    let to = |country: &str, code, weight| Parcel::new(place("a", 1), place(country, code), weight);
    Parcel::insert_all([to("a", 2, 1), to("b", 1, 2), to("a", 2, 3)], db)?;
    for load in [Town::RECEIVED.joined(), Town::RECEIVED.selectin(), Town::RECEIVED.subquery(), Town::RECEIVED.select()]
    {
        let found = Town::query().with(load).order_by((Town::COUNTRY, Town::CODE)).all(db)?;
        let counts = found.iter().map(|town| Ok(town.received(db)?.len())).collect::<ormcore::Result<Vec<_>>>()?;
        assert_eq!(counts, [0, 2, 1]);
    }
    let parcels = Parcel::query().with(Parcel::SENT_FROM.joined()).with(Parcel::SENT_TO.selectin()).all(db)?;
    assert_eq!(parcels[1].sent_from(db)?.code, 1);
    assert_eq!(parcels[1].sent_to(db)?.country, "b");
    let stamp = Stamp::new(place("a", 9), 2).insert(db)?;
    assert_eq!(stamp.town(db)?, &towns[1]);
    let heavy = Town::query().filter(Town::RECEIVED.any(Parcel::WEIGHT.gt(2))).one(db)?;
    assert_eq!(heavy.code, 2);
    Ok(())
}

fn a_session_writes_parents_before_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Town, Parcel)>()?;
    let mut session = db.session()?;
    let parcel = session.add(Parcel::new(place("c", 1), place("c", 2), 1));
    session.add(Town::new("c", 1));
    session.add(Town::new("c", 2));
    session.add(Town::new("c", 3));
    session.flush()?;
    session[parcel].target.code = 3;
    session.commit()?;
    assert_eq!(Parcel::query().one(db)?.sent_to(db)?.code, 3);
    Ok(())
}

fn what_is_unique_by_it_is_met(db: &Database) -> ormcore::Result<()> {
    towns(db)?;
    let to = |origin| Parcel::new(place("a", origin), place("b", 1), 1);
    let first = to(1).insert(db)?;
    let target = (Parcel::TARGET.col(Place::COUNTRY), Parcel::TARGET.col(Place::CODE), Parcel::WEIGHT);
    let met = to(2).on_conflict(target).do_update((Parcel::ORIGIN.col(Place::CODE).set(2),)).insert(db)?;
    assert_eq!((met.id, met.origin.code), (first.id, 2));
    Ok(())
}

#[test]
fn the_database_knows_the_names_of_the_columns() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let ddl = fixture.db.ddl_of::<(Town, Parcel, Stamp)>()?.join("\n");
        for part in [
            r#"("land", "code") REFERENCES "embedded_town" ("country", "code")"#,
            r#"("to_land", "to_code") REFERENCES "embedded_town" ("country", "code") ON DELETE CASCADE"#,
            r#"("at_land", "number") REFERENCES "embedded_town" ("country", "code")"#,
            r#"UNIQUE ("to_land", "to_code", "weight")"#,
            r#"("weight", "to_code" DESC"#,
        ] {
            assert!(ddl.contains(part), "{part} in {ddl}");
        }
    }
    let [index, _] = <Parcel as Model>::TABLE.indexes else { panic!() };
    assert_eq!(index.include, ["code"]);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_key_of_embedded_columns_is_kept_by_the_database,
    relationships_go_by_it,
    a_session_writes_parents_before_it,
    what_is_unique_by_it_is_met,
);
