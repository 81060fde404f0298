//! Rows that somebody else has changed meanwhile, and values that no database can hold.

use ormcore::prelude::*;
use ormcore::{Handle, SessionOptions};
use ormcore_tests::on_every_backend;

use super::models::{Author, Book, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sta_gauge")]
struct Gauge {
    #[column(primary_key)]
    id: i64,
    name: String,
    ticks: u64,
    spare: Option<u64>,
}

/// More than the databases' integers hold.
const TOO_MUCH: u64 = u64::MAX;

fn gauge(db: &Database) -> ormcore::Result<(Session, Handle<Gauge>)> {
    db.create_tables::<(Gauge,)>()?;
    Gauge::new("g", 5u64).set(Gauge::SPARE, 7).insert(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let gauge = session.get::<Gauge>(1)?.unwrap();
    session.commit()?;
    Ok((session, gauge))
}

fn a_merge_compares_with_what_the_database_has_now(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("Ebb", ann));
    session.commit()?;
    // The session has "ann" still, and so has what is merged.
    Author::query().update(Author::NAME.set("bob"), db)?;
    let mut found = Author::find(session[ann].id, db)?;
    found.name = "ann".into();
    assert_eq!(session.merge(found)?, ann);
    session.commit()?;
    assert_eq!(Author::find(session[ann].id, db)?.name, "ann");

    // A version that is the database's is no stale one, whatever the session has.
    let mut other = Book::find(session[book].id, db)?;
    other.title = "Flow".into();
    other.update(db)?;
    assert_eq!(session.merge(other.clone())?, book);
    session.commit()?;
    assert_eq!((session[book].title.as_str(), session[book].version), ("Flow", other.version));
    Ok(())
}

fn a_merge_of_what_no_database_holds_is_told_at_the_flush(db: &Database) -> ormcore::Result<()> {
    let (mut session, handle) = gauge(db)?;
    for (ticks, spare) in [(5, Some(TOO_MUCH)), (TOO_MUCH, Some(7))] {
        let row = Gauge { id: 1, name: "h".into(), ticks, spare };
        assert_eq!(session.merge(row)?, handle);
        assert_eq!((session[handle].ticks, session[handle].spare), (ticks, spare));
        let error = session.flush().unwrap_err();
        assert!(error.to_string().contains(if ticks == 5 { "spare" } else { "ticks" }), "{error}");
        session.rollback()?;
        assert_eq!((session[handle].name.as_str(), session[handle].spare), ("g", Some(7)));
    }
    assert_eq!(Gauge::find(1, db)?, session.take(handle)?);
    Ok(())
}

fn what_no_database_holds_stays_in_an_expired_row(db: &Database) -> ormcore::Result<()> {
    let (mut session, handle) = gauge(db)?;
    session.expire(handle)?;
    (session[handle].ticks, session[handle].spare) = (TOO_MUCH, Some(TOO_MUCH));
    assert_eq!(session.get::<Gauge>(1)?, Some(handle));
    assert_eq!((session[handle].ticks, session[handle].spare), (TOO_MUCH, Some(TOO_MUCH)));
    assert!(session.commit().is_err());
    session.rollback()?;
    assert_eq!(Gauge::find(1, db)?.spare, Some(7));
    Ok(())
}

fn what_no_database_holds_is_not_null(db: &Database) -> ormcore::Result<()> {
    let (mut session, handle) = gauge(db)?;
    session[handle].spare = None;
    session.commit()?;
    session[handle].spare = Some(TOO_MUCH);
    assert!(session.is_modified());
    let error = session.commit().unwrap_err();
    assert!(error.to_string().contains("spare"), "{error}");
    session.rollback()?;
    assert_eq!(session[handle].spare, None);
    Ok(())
}

fn a_row_with_what_no_database_holds_can_be_deleted(db: &Database) -> ormcore::Result<()> {
    let (mut session, handle) = gauge(db)?;
    (session[handle].name, session[handle].ticks, session[handle].spare) = ("h".into(), TOO_MUCH, Some(8));
    session.delete(handle)?;
    session.commit()?;
    assert_eq!(Gauge::query().count(db)?, 0);
    Ok(())
}

on_every_backend!(
    a_merge_compares_with_what_the_database_has_now,
    a_merge_of_what_no_database_holds_is_told_at_the_flush,
    what_no_database_holds_stays_in_an_expired_row,
    what_no_database_holds_is_not_null,
    a_row_with_what_no_database_holds_can_be_deleted,
);
