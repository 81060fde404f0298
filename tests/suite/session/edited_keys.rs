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

fn a_child_by_value_leaves_a_parent_whose_key_is_edited_with_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    let other = session.add(Brand::new("z"));
    session.flush()?;
    assert_eq!(session.related(brand, Brand::SHOES)?, [shoe]);
    assert_eq!(session.related(other, Brand::SHOES)?, []);
    session[shoe].brand_code = Some("z".into());
    session[brand].code = "b".into();
    session.flush()?;
    assert_eq!((session.related(brand, Brand::SHOES)?, session.related(other, Brand::SHOES)?), (vec![], vec![shoe]));
    // One takes the key of the other in the flush in which the child leaves.
    session[other].code = "y".into();
    session[shoe].brand_code = Some("b".into());
    let third = session.add(Brand::new("z"));
    session.commit()?;
    assert_eq!((session.related(brand, Brand::SHOES)?, session.related(other, Brand::SHOES)?), (vec![shoe], vec![]));
    assert_eq!(session.related(third, Brand::SHOES)?, []);
    Ok(())
}

fn what_a_savepoint_takes_back_is_no_key_of_a_child(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    session.set(shoe, Shoe::BRAND, None)?;
    session.commit()?;
    for flushes in [true, false] {
        let undone = session.savepoint(|session| {
            session[brand].code = "b".into();
            session.append(brand, Brand::SHOES, shoe)?;
            let draft = session.add(Shoe::new().set(Shoe::BRAND_CODE, brand));
            session[brand].code = "c".into();
            assert_eq!(session.related(brand, Brand::SHOES)?, [shoe, draft]);
            if flushes {
                session.flush()?;
            }
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err());
        assert_eq!(session.related(brand, Brand::SHOES)?, []);
        session[brand].code = "d".into();
        session.commit()?;
        assert_eq!(code(shoe, &session, db)?, None);
        session.append(brand, Brand::SHOES, shoe)?;
        session[brand].code = "a".into();
        session.commit()?;
        assert_eq!(code(shoe, &session, db)?.as_deref(), Some("a"));
        session.remove(brand, Brand::SHOES, shoe)?;
        session.commit()?;
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_place")]
struct Place {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Place::CODE, on_update = "cascade")]
    within: Option<String>,
    #[relationship(foreign_key = Place::WITHIN, back_populates = "parts")]
    whole: BelongsTo<Place>,
    #[relationship(foreign_key = Place::WITHIN, back_populates = "whole")]
    parts: HasMany<Place>,
}

fn rows_of_one_table_are_given_keys_that_are_edited_with_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Place,)>()?;
    let mut session = db.session()?;
    let all = ["a", "b", "c"].map(|code| session.add(Place::new(code)));
    session.commit()?;
    for (round, order) in [[0, 1, 2], [2, 1, 0], [1, 0, 2]].into_iter().enumerate() {
        // Each lies within the one before it, whatever comes first.
        for at in order {
            if at > 0 {
                session.append(all[at - 1], Place::PARTS, all[at])?;
            }
            session[all[at]].code = format!("{round}{at}");
        }
        session.commit()?;
        for at in 0..3 {
            let stored = Place::find(session[all[at]].id, db)?;
            assert_eq!(stored.within, (at > 0).then(|| format!("{round}{}", at - 1)), "round {round}");
            assert_eq!(session[all[at]].within, stored.within);
        }
        for at in 1..3 {
            session.remove(all[at - 1], Place::PARTS, all[at])?;
        }
        session.commit()?;
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_label", before_update = Label::tidy)]
struct Label {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship]
    discs: HasMany<Disc>,
}

impl Label {
    fn tidy(&mut self) -> ormcore::Result<()> {
        self.code = self.code.to_lowercase();
        Ok(())
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edk_disc")]
struct Disc {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Label::CODE, on_update = "cascade")]
    label_code: String,
    #[relationship]
    label: BelongsTo<Label>,
}

fn a_key_that_its_model_changes_in_a_flush_is_the_key_of_a_child(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Label, Disc)>()?;
    let mut session = db.session()?;
    let label = session.add(Label::new("a"));
    session.commit()?;
    let disc = session.add(Disc::new(label));
    session[label].code = "B".into();
    session.commit()?;
    assert_eq!((session[label].code.as_str(), session[disc].label_code.as_str()), ("b", "b"));
    assert_eq!(Disc::find(session[disc].id, db)?.label_code, "b");
    Ok(())
}

fn a_key_that_is_changed_before_a_flush_is_the_key_of_a_child(db: &Database) -> ormcore::Result<()> {
    let (mut session, brand, shoe, _) = brand(db)?;
    session.set(shoe, Shoe::BRAND, None)?;
    session.commit()?;
    session.before_flush(move |session| {
        session[brand].code = "h".into();
        Ok(())
    });
    session.append(brand, Brand::SHOES, shoe)?;
    session.commit()?;
    assert_eq!(code(shoe, &session, db)?.as_deref(), Some("h"));
    Ok(())
}

on_every_backend!(
    a_child_by_value_leaves_a_parent_whose_key_is_edited_with_it,
    what_a_savepoint_takes_back_is_no_key_of_a_child,
    rows_of_one_table_are_given_keys_that_are_edited_with_them,
    a_key_that_its_model_changes_in_a_flush_is_the_key_of_a_child,
    a_key_that_is_changed_before_a_flush_is_the_key_of_a_child,
    children_leave_a_parent_whose_key_was_edited,
    children_that_are_given_a_key_go_to_the_row_that_has_it_by_then,
    children_that_are_given_a_parent_get_the_key_that_it_is_to_have,
    a_key_that_is_set_as_a_value_after_it_was_given_a_parent_holds,
);
