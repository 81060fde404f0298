//! Rows that came to another as the database does not know yet, and what becomes of them when that one is deleted: what the
//! database would do by itself.

use ormcore::SessionOptions;
use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "new_crew")]
struct Crew {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    sailors: HasMany<Sailor>,
    #[relationship]
    passes: HasMany<Pass>,
}

/// Stays without its crew.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "new_sailor")]
struct Sailor {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crew::ID, on_delete = "set null")]
    crew_id: Option<i64>,
}

/// Goes with its crew, or with another pass that it was made from.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "new_pass")]
struct Pass {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crew::ID, on_delete = "cascade")]
    crew_id: Option<i64>,
    #[column(foreign_key = Pass::ID, on_delete = "cascade")]
    origin_id: Option<i64>,
    #[column(default = 0)]
    stamps: i64,
}

/// A session with two crews that are in the database.
fn crews(db: &Database) -> ormcore::Result<(Session, Handle<Crew>, Handle<Crew>)> {
    db.create_tables::<(Crew, Sailor, Pass)>()?;
    let mut session = db.session()?;
    let (red, blue) = (session.add(Crew::new()), session.add(Crew::new()));
    session.commit()?;
    Ok((session, red, blue))
}

fn who_may_be_without_a_parent_is_left_without_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, blue) = crews(db)?;
    let moved = session.add(Sailor::new().set(Sailor::CREW_ID, blue));
    session.commit()?;
    let new = session.add(Sailor::new().set(Sailor::CREW_ID, red));
    session.append(red, Crew::SAILORS, moved)?;
    session.delete(red)?;
    assert_eq!((session[new].crew_id, session[moved].crew_id), (None, None));
    session.commit()?;
    let stored: Vec<Option<i64>> = Sailor::query().all(db)?.iter().map(|sailor| sailor.crew_id).collect();
    assert_eq!((Crew::query().count(db)?, stored), (1, vec![None, None]));
    Ok(())
}

fn who_goes_with_a_parent_goes_at_once(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, blue) = crews(db)?;
    let moved = session.add(Pass::new().set(Pass::CREW_ID, blue));
    session.commit()?;
    let new = session.add(Pass::new().set(Pass::CREW_ID, red));
    let made_from_it = session.add(Pass::new().set(Pass::ORIGIN_ID, new));
    let made_elsewhere = session.add(Pass::new().set(Pass::CREW_ID, blue));
    session.append(red, Crew::PASSES, moved)?;
    session.delete(red)?;
    let here = [new, made_from_it, made_elsewhere, moved].map(|pass| session.contains(pass));
    assert_eq!(here, [false, false, true, false]);
    session.commit()?;
    assert_eq!((Pass::query().one(db)?.crew_id, session[made_elsewhere].crew_id), (Some(2), Some(2)));
    Ok(())
}

fn a_parent_that_was_never_written_is_no_other(db: &Database) -> ormcore::Result<()> {
    let (mut session, ..) = crews(db)?;
    let crew = session.add(Crew::new());
    let sailor = session.add(Sailor::new().set(Sailor::CREW_ID, crew));
    let pass = session.add(Pass::new().set(Pass::CREW_ID, crew));
    session.delete(crew)?;
    assert!(session.contains(sailor) && !session.contains(pass));
    session.commit()?;
    assert_eq!((Sailor::query().one(db)?.crew_id, Pass::query().count(db)?), (None, 0));
    Ok(())
}

fn a_parent_that_goes_with_its_own_takes_them_too(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, blue) = crews(db)?;
    let first = session.add(Pass::new().set(Pass::CREW_ID, red));
    let second = session.add(Pass::new().set(Pass::ORIGIN_ID, first));
    let other = session.add(Pass::new().set(Pass::CREW_ID, blue));
    session.commit()?;
    let new = session.add(Pass::new().set(Pass::ORIGIN_ID, second));
    session[other].origin_id = Some(session[second].id);
    session.delete(red)?;
    assert!(!session.contains(new) && !session.contains(other));
    session.commit()?;
    assert_eq!(Pass::query().count(db)?, 0);
    Ok(())
}

fn what_is_rolled_back_has_come_to_nothing(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, blue) = crews(db)?;
    let sailor = session.add(Sailor::new().set(Sailor::CREW_ID, blue));
    let pass = session.add(Pass::new().set(Pass::CREW_ID, blue));
    session.commit()?;
    session.append(red, Crew::SAILORS, sailor)?;
    session.append(red, Crew::PASSES, pass)?;
    session.delete(red)?;
    session.flush()?;
    session.rollback()?;
    assert!(session.contains(red) && session.contains(pass));
    assert_eq!((session[sailor].crew_id, session[pass].crew_id), (Some(2), Some(2)));
    session[pass].stamps = 1;
    session.commit()?;
    assert_eq!(Pass::query().one(db)?.stamps, 1);
    Ok(())
}

fn what_comes_between_two_deletes_goes_with_the_second(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, blue) = crews(db)?;
    session.add(Crew::new());
    let first = session.add(Pass::new().set(Pass::CREW_ID, red));
    let [moved, back] = [blue, blue].map(|crew| session.add(Pass::new().set(Pass::CREW_ID, crew)));
    session.commit()?;
    let (first, [moved, back]) = (session[first].id, [moved, back].map(|pass| session[pass].id));
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let [red, blue, green] = session.all(Crew::query().order_by(Crew::ID.asc()))?[..] else { unreachable!() };
    let [moved, back] = [session.get::<Pass>(moved)?.unwrap(), session.get::<Pass>(back)?.unwrap()];
    session[moved].origin_id = Some(first);
    session[back].crew_id = Some(session[red].id);
    let waiting = session.add(Pass::new().set(Pass::CREW_ID, green));
    let stays = session.add(Pass::new());
    session.delete(green)?;
    assert!(!session.contains(waiting));
    // By way of this one the others come to what is deleted.
    let first = session.get::<Pass>(first)?.unwrap();
    let new = session.add(Pass::new().set(Pass::ORIGIN_ID, first));
    let further = session.add(Pass::new().set(Pass::ORIGIN_ID, new));
    session[back].crew_id = Some(session[blue].id);
    session.delete(red)?;
    assert!([moved, new, further].iter().all(|pass| !session.contains(*pass)));
    assert!(session.contains(back) && session.contains(stays));
    session.commit()?;
    assert_eq!((Crew::query().count(db)?, Pass::query().count(db)?), (1, 2));
    Ok(())
}

fn a_row_that_comes_after_the_delete_is_refused(db: &Database) -> ormcore::Result<()> {
    let (mut session, red, _) = crews(db)?;
    session.delete(red)?;
    session.add(Pass::new().set(Pass::CREW_ID, red));
    assert!(session.commit().is_err());
    session.rollback()?;
    session.delete(red)?;
    session.add(Pass::new().set(Pass::CREW_ID, 1));
    assert!(session.commit().unwrap_err().is_foreign_key_violation());
    Ok(())
}

fn a_parent_that_was_never_written_is_found_by_its_key(db: &Database) -> ormcore::Result<()> {
    let (mut session, _, blue) = crews(db)?;
    let moved = session.add(Pass::new().set(Pass::CREW_ID, blue));
    session.commit()?;
    let crew = session.add(Crew::new().with_key(500));
    let sailor = session.add(Sailor::new().set(Sailor::CREW_ID, 500));
    let pass = session.add(Pass::new().set(Pass::CREW_ID, 500));
    session[moved].crew_id = Some(500);
    session.delete(crew)?;
    let here = (session.contains(sailor), session.contains(pass), session.contains(moved));
    assert_eq!((here, session[sailor].crew_id), ((true, false, false), None));
    session.commit()?;
    assert_eq!((Sailor::query().one(db)?.crew_id, Pass::query().count(db)?), (None, 0));
    Ok(())
}

ormcore_tests::on_every_backend!(
    who_may_be_without_a_parent_is_left_without_it,
    who_goes_with_a_parent_goes_at_once,
    a_parent_that_was_never_written_is_no_other,
    a_parent_that_was_never_written_is_found_by_its_key,
    a_parent_that_goes_with_its_own_takes_them_too,
    what_is_rolled_back_has_come_to_nothing,
    what_comes_between_two_deletes_goes_with_the_second,
    a_row_that_comes_after_the_delete_is_refused,
);
