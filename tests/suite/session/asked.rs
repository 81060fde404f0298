//! What a session can be asked for besides rows of a query, in its own transaction.

use ormcore::prelude::*;
use ormcore::{SessionOptions, sql};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug)]
#[model(table = "sa_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
    stars: i32,
}

/// A session with two notes that are not flushed.
fn two(db: &Database) -> ormcore::Result<(Session, [Handle<Note>; 2])> {
    db.create_tables::<Note>()?;
    let mut session = db.session()?;
    let notes = [("a", 1), ("b", 5)].map(|(text, stars)| session.add(Note::new(text, stars)));
    Ok((session, notes))
}

fn the_only_row_of_a_query_is_found_if_there_is_one(db: &Database) -> ormcore::Result<()> {
    let (mut session, [a, _]) = two(db)?;
    assert_eq!(session.one_or_none(Note::query().filter_by(Note::TEXT, "a"))?, Some(a));
    assert_eq!(session.one_or_none(Note::query().filter_by(Note::TEXT, "c"))?, None);
    let several = session.one_or_none(Note::query()).unwrap_err();
    assert!(matches!(several.kind(), ErrorKind::MultipleFound { .. }), "{several}");
    Ok(())
}

fn a_row_that_has_to_be_there_is_found_by_its_key(db: &Database) -> ormcore::Result<()> {
    let (mut session, [a, b]) = two(db)?;
    session.commit()?;
    let statements = db.record();
    assert_eq!(session.find::<Note>(1)?, a);
    assert!(statements.is_empty());
    let missing = session.find::<Note>(7).unwrap_err();
    assert_eq!(missing.to_string(), Note::find(7, session.transaction()?).unwrap_err().to_string());
    session.delete(b)?;
    assert!(session.find::<Note>(2).unwrap_err().is_not_found());
    Ok(())
}

fn rows_are_counted_with_those_that_wait(db: &Database) -> ormcore::Result<()> {
    let (mut session, [a, _]) = two(db)?;
    assert_eq!(session.count(Note::query().filter(Note::STARS.gt(1)))?, 1);
    session[a].stars = 3;
    assert_eq!(session.count(Note::query().filter(Note::STARS.gt(1)))?, 2);
    assert!(!session.exists(Note::query().filter(Note::STARS.eq(1)))?);
    assert!(session.exists(Note::query().filter(Note::STARS.eq(3)))?);
    session.rollback()?;
    assert_eq!((session.count(Note::query())?, session.exists(Note::query())?), (0, false));
    Ok(())
}

fn selects_and_bulk_writes_run_in_its_transaction(db: &Database) -> ormcore::Result<()> {
    let (mut session, [a, b]) = two(db)?;
    let texts = Note::query().select(Note::TEXT).order_by(Note::ID).all(session.transaction()?)?;
    assert_eq!(texts, ["a", "b"]);
    let written = Note::query().update(Note::STARS.set(Note::STARS + 1), session.transaction()?)?;
    assert_eq!((written, session[a].stars), (2, 1));
    session.expire_all();
    assert_eq!(session.all(Note::query().order_by(Note::ID))?, [a, b]);
    assert_eq!([session[a].stars, session[b].stars], [2, 6]);
    sql!("DELETE FROM sa_note WHERE {} > {}", Note::STARS, 2).execute(session.transaction()?)?;
    assert_eq!(session.transaction()?.query_as::<i64>("SELECT count(*) FROM sa_note", ())?, [1]);
    session.rollback()?;
    assert_eq!(Note::query().count(db)?, 0);
    Ok(())
}

fn a_savepoint_undoes_what_ran_in_the_transaction(db: &Database) -> ormcore::Result<()> {
    let (mut session, [a, _]) = two(db)?;
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        Note::query().delete(session.transaction()?)?;
        assert_eq!(session.count(Note::query())?, 0);
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    assert_eq!(session.count(Note::query())?, 2);
    let inner: ormcore::Result<()> = session.transaction()?.transaction(|tx| {
        Note::query().delete(tx)?;
        Err(Error::rollback("no"))
    });
    assert!(inner.is_err());
    session[a].text = "anna".into();
    session.commit()?;
    assert_eq!(Note::query().select(Note::TEXT).order_by(Note::ID).all(db)?, ["anna", "b"]);
    Ok(())
}

fn its_transaction_flushes_as_queries_do(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    session.add(Note::new("a", 1));
    assert_eq!((session.count(Note::query())?, Note::query().count(session.transaction()?)?), (0, 0));
    session.flush()?;
    assert_eq!(session.count(Note::query())?, 1);
    session.transaction()?.execute("DROP TABLE sa_note", ())?;
    session.add(Note::new("b", 1));
    assert!(session.flush().is_err());
    assert!(session.transaction().unwrap_err().to_string().contains("rollback"));
    assert!(session.count(Note::query()).unwrap_err().to_string().contains("rollback"));
    Ok(())
}

on_every_backend!(
    the_only_row_of_a_query_is_found_if_there_is_one,
    a_row_that_has_to_be_there_is_found_by_its_key,
    rows_are_counted_with_those_that_wait,
    selects_and_bulk_writes_run_in_its_transaction,
    a_savepoint_undoes_what_ran_in_the_transaction,
    its_transaction_flushes_as_queries_do,
);
