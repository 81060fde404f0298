//! Rows that are locked are read as the database has them.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

use super::models::{Author, Book, Player, Team, count, create, session};

/// The author's age is 1 in the session, and 40 in the database.
fn stale(db: &Database) -> ormcore::Result<(Session, Handle<Author>)> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula").set(Author::AGE, 1));
    session.commit()?;
    Author::query().update(Author::AGE.set(40), db)?;
    Ok((session, ursula))
}

fn a_query_that_locks_gives_what_the_database_has(db: &Database) -> ormcore::Result<()> {
    let by_name = || Author::query().filter_by(Author::NAME, "Ursula");
    let (mut session, ursula) = stale(db)?;
    for round in 0..6 {
        Author::query().update(Author::AGE.set(40 + round), session.transaction()?)?;
        let before = session[ursula].age;
        assert_eq!(session.one(by_name())?, ursula);
        assert_eq!(session[ursula].age, before, "without a lock it stays as it is");
        let found = match round {
            0 => session.one(by_name().for_update())?,
            1 => session.first(by_name().for_share())?.expect("a row"),
            2 => session.one_or_none(by_name().skip_locked())?.expect("a row"),
            3 => session.all(by_name().nowait())?[0],
            4 => session.one(by_name().with(Author::BOOKS.joined()).for_update())?,
            _ => {
                session.lock(ursula)?;
                ursula
            }
        };
        assert_eq!((found, session[ursula].age), (ursula, 40 + round), "round {round}");
        assert!(!session.is_modified());
    }
    session[ursula].age += 1;
    session.commit()?;
    assert_eq!(by_name().one(db)?.age, 46);
    Ok(())
}

fn a_lock_takes_one_statement_and_a_flush_before_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    session[ursula].name = "Ursula K.".into();
    let statements = db.record();
    session.lock(ursula)?;
    assert_eq!((count(&statements, "UPDATE"), count(&statements, "SELECT")), (1, 1));
    assert_eq!((session[ursula].name.as_str(), session[ursula].age), ("Ursula K.", 40));
    // A new row is inserted first.
    let terry = session.add(Author::new("Terry"));
    session.lock(terry)?;
    assert_eq!(session.key(terry)?, Some(2));
    let locking = statements.texts().iter().filter(|sql| sql.contains("FOR UPDATE OF")).count();
    assert_eq!(locking, if is_sqlite(db) { 0 } else { 2 });
    Ok(())
}

fn without_a_flush_changes_stay_changes(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    Book::insert_all([Book::new("Tehanu", &Author::new("Ursula").insert(db)?)], db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let book = session.find::<Book>(1)?;
    session[book].title = "The Farthest Shore".into();
    Author::query().update(Author::AGE.set(7), session.transaction()?)?;
    Book::query().update(Book::VERSION.set(5), session.transaction()?)?;
    let terry = session.add(Author::new("Terry"));
    assert!(session.lock(terry).unwrap_err().to_string().contains("not in the database yet"));
    session.lock(book)?;
    assert_eq!((session[book].title.as_str(), session[book].version), ("The Farthest Shore", 5));
    // By the version that it has been given, the change is written.
    session.commit()?;
    assert_eq!((Book::query().one(db)?.title.as_str(), Book::query().one(db)?.version), ("The Farthest Shore", 6));
    Ok(())
}

fn a_locked_row_is_found_where_somebody_else_moved_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let players = session.add_all(["p", "q"].map(|name| Player::new(name).set(Player::TEAM_ID, red)));
    assert_eq!(session.related(red, Team::PLAYERS)?, players);
    assert_eq!(session.related(blue, Team::PLAYERS)?, []);
    let key = session.key(blue)?;
    Player::query().filter_by(Player::NAME, "p").update(Player::TEAM_ID.set(key), session.transaction()?)?;
    assert_eq!(session.all(Player::query().order_by(Player::ID).for_update())?, players);
    assert_eq!(session.related(players[0], Player::TEAM)?, Some(blue));
    assert_eq!(
        (session.related(red, Team::PLAYERS)?, session.related(blue, Team::PLAYERS)?),
        (vec![players[1]], vec![players[0]])
    );
    Player::query().filter_by(Player::NAME, "q").update(Player::TEAM_ID.set(None::<i64>), session.transaction()?)?;
    session.lock(players[1])?;
    assert_eq!(session.related(players[1], Player::TEAM)?, None);
    assert_eq!(session.related(red, Team::PLAYERS)?, []);
    session.rollback()?;
    Ok(())
}

fn a_row_that_is_gone_or_to_go_is_not_locked(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    Author::query().delete(session.transaction()?)?;
    let error = session.lock(ursula).unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("`id` = the integer 1"), "{error}");
    session.rollback()?;
    session.lock(ursula)?;
    session.delete(ursula)?;
    assert!(session.lock(ursula).is_err());
    Ok(())
}

fn nobody_else_locks_a_locked_row_before_the_end(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    if is_sqlite(db) {
        // Nobody else writes while the transaction is open.
        return Ok(());
    }
    session.lock(ursula)?;
    let other = Author::query().for_update().nowait();
    let refused = db.transaction(|tx| other.clone().all(tx)).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Busy { .. }), "{refused:?}");
    session.rollback()?;
    assert_eq!(db.transaction(|tx| other.all(tx))?.len(), 1);
    Ok(())
}

on_every_backend!(
    a_query_that_locks_gives_what_the_database_has,
    a_lock_takes_one_statement_and_a_flush_before_it,
    without_a_flush_changes_stay_changes,
    a_locked_row_is_found_where_somebody_else_moved_it,
    a_row_that_is_gone_or_to_go_is_not_locked,
    nobody_else_locks_a_locked_row_before_the_end,
);
