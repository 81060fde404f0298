//! Unique columns that foreign keys lead to, and that are edited meanwhile.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_brand")]
struct Brand {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship(back_populates = "brand")]
    shoes: HasMany<Shoe>,
    #[relationship(cascade = "all, delete-orphan")]
    laces: HasMany<Lace>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_shoe")]
struct Shoe {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Brand::CODE, on_update = "cascade")]
    brand_code: Option<String>,
    #[relationship(back_populates = "shoes")]
    brand: BelongsTo<Brand>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_lace")]
struct Lace {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Brand::CODE, on_update = "cascade")]
    brand_code: String,
}

type Branded = (Session, Handle<Brand>, Handle<Shoe>, Handle<Lace>);

/// The brand "a", with a shoe and a lace.
fn brand(db: &Database) -> ormcore::Result<Branded> {
    db.create_tables::<(Brand, Shoe, Lace)>()?;
    let mut session = db.session()?;
    let brand = session.add(Brand::new("a"));
    let shoe = session.add(Shoe::new().set(Shoe::BRAND_CODE, brand));
    let lace = session.add(Lace::new(brand));
    session.commit()?;
    Ok((session, brand, shoe, lace))
}

fn code(shoe: Handle<Shoe>, session: &Session, db: &Database) -> ormcore::Result<Option<String>> {
    let stored = Shoe::find(session[shoe].id, db)?.brand_code;
    assert_eq!(session[shoe].brand_code, stored);
    Ok(stored)
}

fn children_leave_a_parent_whose_key_was_edited(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, lace) = brand(db)?;
    session[brand].code = "b".into();
    let statements = db.record();
    assert_eq!(session.related(shoe, Shoe::BRAND)?, Some(brand));
    session.remove(brand, Brand::SHOES, shoe)?;
    session.remove(brand, Brand::LACES, lace)?;
    assert!(statements.texts().iter().all(|text| !text.contains("edk_brand")), "{statements:?}");
    session.commit()?;
    assert_eq!((code(shoe, &session, db)?, Lace::query().count(db)?), (None, 0));
    session.append(brand, Brand::SHOES, shoe)?;
    session.commit()?;
    assert_eq!(session.related(brand, Brand::SHOES)?, [shoe]);
    session[brand].code = "c".into();
    session.set(brand, Brand::SHOES, [])?;
    session.commit()?;
    assert_eq!((code(shoe, &session, db)?, session.related(brand, Brand::SHOES)?), (None, vec![]));
    Ok(())
}

fn children_that_are_given_a_key_go_to_the_row_that_has_it_by_then(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    assert_eq!(session.related(brand, Brand::SHOES)?, [shoe]);
    session[brand].code = "b".into();
    let other = session.add(Brand::new("a"));
    // What the database has leads to the row that it is in, and what is given to the row that is to have it.
    let (by_old, by_new) = (Shoe::new().set(Shoe::BRAND_CODE, "a"), Shoe::new().set(Shoe::BRAND_CODE, "b"));
    let (by_old, by_new) = (session.add(by_old), session.add(by_new));
    assert_eq!(session.related(shoe, Shoe::BRAND)?, Some(brand));
    assert_eq!(session.related(brand, Brand::SHOES)?, [shoe, by_new]);
    assert_eq!(session.related(other, Brand::SHOES)?, [by_old]);
    session.commit()?;
    assert_eq!((code(shoe, &session, db)?.as_deref(), code(by_old, &session, db)?.as_deref()), (Some("b"), Some("a")));
    Ok(())
}

fn children_that_are_given_a_parent_get_the_key_that_it_is_to_have(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    session.set(shoe, Shoe::BRAND, None)?;
    session.commit()?;
    for (round, key) in ["b", "c", "d"].into_iter().enumerate() {
        session.append(brand, Brand::SHOES, shoe)?;
        let draft = session.add(Shoe::new().set(Shoe::BRAND_CODE, brand));
        let old = session[brand].code.clone();
        session[brand].code = key.into();
        let other = (round > 0).then(|| session.add(Brand::new(old)));
        assert_eq!(session.related(shoe, Shoe::BRAND)?, Some(brand));
        if round == 2 {
            assert_eq!(session.related(brand, Brand::SHOES)?.len(), 4);
        }
        session.commit()?;
        for shoe in [shoe, draft] {
            assert_eq!(
                (code(shoe, &session, db)?.as_deref(), session.related(shoe, Shoe::BRAND)?),
                (Some(key), Some(brand))
            );
        }
        if let Some(other) = other {
            assert_eq!(session.related(other, Brand::SHOES)?, []);
        }
        session.remove(brand, Brand::SHOES, shoe)?;
        session.flush()?;
    }
    Ok(())
}

fn a_key_that_is_set_as_a_value_after_it_was_given_a_parent_holds(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    let (other, draft) = (session.add(Brand::new("z")), session.add(Shoe::new().set(Shoe::BRAND_CODE, brand)));
    session.flush()?;
    let new = session.add(Shoe::new().set(Shoe::BRAND_CODE, brand));
    session.append(brand, Brand::SHOES, shoe)?;
    assert!(session.changes::<Shoe>().iter().all(|change| change.handle() != shoe));
    for shoe in [shoe, draft, new] {
        session[shoe].brand_code = Some("z".into());
    }
    session[brand].code = "b".into();
    let statements = db.record();
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 2);
    for shoe in [shoe, draft, new] {
        assert_eq!(
            (code(shoe, &session, db)?.as_deref(), session.related(shoe, Shoe::BRAND)?),
            (Some("z"), Some(other))
        );
    }
    Ok(())
}

on_every_backend!(
    children_leave_a_parent_whose_key_was_edited,
    children_that_are_given_a_key_go_to_the_row_that_has_it_by_then,
    children_that_are_given_a_parent_get_the_key_that_it_is_to_have,
    a_key_that_is_set_as_a_value_after_it_was_given_a_parent_holds,
);
