//! Models in a schema that a model names.

use ormcore::prelude::*;
use ormcore_tests::Fixture;

#[derive(Model, Debug)]
#[model(schema = "ormcore_named", table = "attic", unique(box_lid, filter = "box_lid > 0"))]
struct Attic {
    #[column(primary_key)]
    id: i64,
    box_lid: i64,
}

#[derive(Model, Debug)]
#[model(schema = "ormcore_named", table = "attic_box", unique(lid, filter = "lid > 0"))]
struct AtticBox {
    #[column(primary_key)]
    id: i64,
    lid: i64,
    #[column(foreign_key = Attic::ID, on_delete = "cascade")]
    attic_id: Option<i64>,
}

/// Of the same name, in the connection's own schema.
#[derive(Model, Debug)]
#[model(table = "attic", unique(box_lid, filter = "box_lid > 0"))]
struct Other {
    #[column(primary_key)]
    id: i64,
    box_lid: i64,
}

fn refuses_twins(row: ormcore::Result<impl std::fmt::Debug>) {
    assert!(row.unwrap_err().is_unique_violation());
}

/// One test, for the schema is one.
#[test]
fn tables_of_a_schema_are_told_from_those_of_another() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.execute("DROP SCHEMA IF EXISTS ormcore_named CASCADE", ())?;
    db.drop_tables::<(AtticBox, Attic, Other)>()?;
    db.create_tables::<(Other,)>()?;
    db.create_tables::<(Attic,)>()?;
    db.create_tables::<(AtticBox,)>()?;
    db.create_tables::<(Attic, AtticBox, Other)>()?;

    Other::new(1).insert(db)?;
    Attic::new(1).insert(db)?;
    AtticBox::new(1).insert(db)?;
    refuses_twins(Other::new(1).insert(db));
    refuses_twins(Attic::new(1).insert(db));
    refuses_twins(AtticBox::new(1).insert(db));

    let error = db.drop_tables::<(Attic, Other)>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert!(error.to_string().contains("drop `attic_box` first"), "{error}");
    assert_eq!((Attic::query().count(db)?, AtticBox::query().count(db)?, Other::query().count(db)?), (1, 1, 1));
    db.drop_tables::<(Other,)>()?;
    db.drop_tables::<(Attic, AtticBox)>()?;
    db.execute("DROP SCHEMA ormcore_named", ())?;
    Ok(())
}
