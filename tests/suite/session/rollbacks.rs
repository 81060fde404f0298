//! Rollbacks, savepoints, failures, and when a session holds a connection.

use ormcore::SessionOptions;
use ormcore::prelude::*;

use super::models::{Author, Book, Genre, Player, Team, create, session};

fn a_rollback_restores_values_and_identity(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    session.commit()?;
    session[ann].age = 1;
    session.flush()?;
    session[ann].age = 2;
    session.delete(bob)?;
    session.flush()?;
    let new = session.add(Author::new("new"));
    session.flush()?;
    session[ann].age = 3;
    session.rollback()?;
    assert_eq!(session[ann].age, 0);
    assert!(session.contains(bob) && session.try_get(new).is_err() && !session.is_modified());
    assert_eq!(session.all(Author::query().order_by(Author::NAME))?, [ann, bob]);
    session.commit()
}

fn a_dropped_session_rolls_back(db: &Database) -> ormcore::Result<()> {
    let mut first = session(db)?;
    first.add(Author::new("ann"));
    first.flush()?;
    drop(first);
    assert_eq!(Author::query().count(db)?, 0);
    Ok(())
}

fn a_savepoint_keeps_or_undoes_what_was_done_in_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let red = session.add(Team::new("red"));
    session.commit()?;
    session[ann].age = 1;
    let inner = session.savepoint(|session| {
        session[ann].age = 2;
        let bob = session.savepoint(|session| {
            let bob = session.add(Author::new("bob"));
            session[ann].age = 3;
            Ok::<_, Error>(bob)
        })?;
        assert_eq!(session[ann].age, 3);
        let undone = session.savepoint(|session| {
            session[ann].age = 4;
            session.delete(bob)?;
            session.delete(red)?;
            session.flush()?;
            assert!(!session.contains(bob));
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err());
        assert_eq!((session[ann].age, session.contains(bob), session.contains(red)), (3, true, true));
        session[ann].age = 5;
        Ok::<_, Error>(bob)
    })?;
    assert_eq!(session[ann].age, 5);
    let failed: Result<(), Error> = session.savepoint(|session| {
        session.add(Author::new("bob"));
        Ok(())
    });
    assert!(failed.unwrap_err().is_unique_violation());
    session[inner].age = 8;
    session.commit()?;
    let stored = Author::query().order_by(Author::NAME).all(db)?;
    assert_eq!(stored.iter().map(|row| row.age).collect::<Vec<_>>(), [5, 8]);
    Ok(())
}

fn a_transaction_cannot_end_within_a_savepoint(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.add(Author::new("ann"));
    session.savepoint(|session| {
        assert!(session.commit().is_err() && session.rollback().is_err());
        Ok::<_, Error>(())
    })?;
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        session.savepoint(|session| -> Result<(), Error> {
            session.add(Author::new("bob"));
            session.flush()?;
            panic!("within")
        })
    }));
    assert!(panic.is_err());
    session.commit()?;
    assert_eq!(Author::query().count(db)?, 1);
    Ok(())
}

fn a_failed_flush_leaves_a_session_that_works_after_a_rollback(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let book = session.add(Book::new("b", ann));
    let genre = session.add(Genre::new("sf"));
    session.commit()?;
    for failure in 0..4 {
        let new = session.add(Author::new(format!("new {failure}")));
        session[bob].age = 9;
        session[book].title = "other".into();
        session.delete(genre)?;
        match failure {
            0 => drop(session.add(Author::new("ann"))),
            1 => session[bob].name = "ann".into(),
            2 => session[book].author_id = 4711,
            _ => drop(session.add(Book::new("x", 4711))),
        }
        let error = session.flush().unwrap_err();
        assert!(error.is_unique_violation() || error.is_foreign_key_violation(), "{error:?}");
        assert!(session.commit().is_err() && session.all(Author::query()).is_err());
        session.rollback()?;
        assert_eq!((session[bob].age, session[bob].name.as_str()), (0, "bob"));
        assert_eq!((session[book].title.as_str(), session[book].version), ("b", 1));
        assert!(session.contains(genre) && !session.contains(new) && !session.is_modified());
        assert_eq!(session[book].author_id, session[ann].id);
    }
    session[bob].age = 10;
    session.delete(genre)?;
    session.commit()?;
    assert_eq!((Author::find(session[bob].id, db)?.age, Genre::query().count(db)?), (10, 0));
    Ok(())
}

fn a_connection_is_held_from_the_first_statement_to_the_end(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut one = db.session()?;
    let mut two = db.session()?;
    one.add(Author::new("ann"));
    two.add(Author::new("bob"));
    // A private database in memory has one connection: each takes it when it needs it, and gives it back.
    one.commit()?;
    two.flush()?;
    two.rollback()?;
    assert_eq!(one.all(Author::query())?.len(), 1);
    one.rollback()?;
    assert!(two.all(Author::query())?.len() == 1);
    two.commit()?;
    assert_eq!(Author::query().count(db)?, 1);
    Ok(())
}

/// A session with a team and its player, which it read while the team was deleted, in a savepoint that was undone.
fn read_meanwhile(db: &Database) -> ormcore::Result<(Session, Handle<Team>, Handle<Player>)> {
    create(db)?;
    let red = Team::new("red").insert(db)?;
    let player = Player::new("p").set(Player::TEAM_ID, &red).insert(db)?;
    let mut session = db.session()?;
    let (team, mut read) = (session.get::<Team>(red.id)?.unwrap(), None);
    let undone = session.savepoint(|session| {
        session.delete(team)?;
        session.flush()?;
        // Read anew: as the database has it by now.
        if let Some(known) = session.get::<Player>(player.id)? {
            session.take(known)?;
        }
        read = session.get::<Player>(player.id)?;
        assert_eq!(read.map(|read| session[read].team_id), Some(None));
        Err::<(), _>(Error::rollback("no"))
    });
    assert!(undone.is_err());
    Ok((session, team, read.unwrap()))
}

fn rows_that_were_read_in_a_transaction_that_is_undone_are_read_again(db: &Database) -> ormcore::Result<()> {
    let (mut session, team, player) = read_meanwhile(db)?;
    let read = session.get::<Player>(1)?.unwrap();
    assert_eq!((read, session[read].team_id), (player, Some(1)));
    assert_eq!(session.related(read, Player::TEAM)?, Some(team));
    Ok(())
}

fn a_row_that_was_read_in_a_savepoint_that_is_undone_is_removed_from_where_it_is(db: &Database) -> ormcore::Result<()> {
    let (mut session, team, player) = read_meanwhile(db)?;
    session.remove(team, Team::PLAYERS, player)?;
    session.commit()?;
    assert_eq!((session[player].team_id, Player::query().one(db)?.team_id), (None, None));
    Ok(())
}

fn a_row_that_was_read_in_a_savepoint_that_is_undone_is_led_elsewhere(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let red = Team::new("red").insert(db)?;
    let player = Player::new("p").insert(db)?;
    type Lead = fn(&mut Session, Handle<Team>, Handle<Player>) -> ormcore::Result<()>;
    let lead: [Lead; 2] = [
        |session, team, player| session.append(team, Team::PLAYERS, player),
        |session, team, player| session.set(player, Player::TEAM, Some(team)),
    ];
    for lead in lead {
        Player::query().update(Player::TEAM_ID.set(None), db)?;
        let mut session = db.session()?;
        let (team, mut read) = (session.get::<Team>(red.id)?.unwrap(), None);
        let undone = session.savepoint(|session| {
            let led = session.get::<Player>(player.id)?.unwrap();
            session[led].team_id = Some(red.id);
            session.flush()?;
            session.take(led)?;
            read = session.get::<Player>(player.id)?;
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err());
        lead(&mut session, team, read.unwrap())?;
        session.commit()?;
        assert_eq!(Player::query().one(db)?.team_id, Some(red.id));
    }
    Ok(())
}

fn rows_are_read_again_after_a_commit_if_that_is_wanted(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    Author::query().update(Author::AGE.set(3), db)?;
    let key = session[ann].id;
    assert_eq!((session.get::<Author>(key)?, session[ann].age), (Some(ann), 3));
    Ok(())
}

fn a_session_that_only_reads_refuses_to_write(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = Author::new("ann").insert(db)?;
    let mut session = db.session_read_only()?;
    let handle = session.get::<Author>(ann.id)?.unwrap();
    session[handle].age = 3;
    assert!(session.flush().is_err());
    session.rollback()?;
    assert_eq!(session[handle].age, 0);
    session.commit()
}

fn a_deleted_row_that_comes_back_waits_for_nothing(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    session.commit()?;
    let new = session.add(Author::new("new"));
    session.append(new, Author::BOOKS, book)?;
    session.delete(book)?;
    session.flush()?;
    session.rollback()?;
    session[book].title = "b".into();
    session.commit()?;
    assert_eq!((session[book].author_id, Book::query().one(db)?.title.as_str()), (session[ann].id, "b"));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_deleted_row_that_comes_back_waits_for_nothing,
    a_rollback_restores_values_and_identity,
    a_dropped_session_rolls_back,
    a_savepoint_keeps_or_undoes_what_was_done_in_it,
    a_transaction_cannot_end_within_a_savepoint,
    a_failed_flush_leaves_a_session_that_works_after_a_rollback,
    a_connection_is_held_from_the_first_statement_to_the_end,
    rows_that_were_read_in_a_transaction_that_is_undone_are_read_again,
    a_row_that_was_read_in_a_savepoint_that_is_undone_is_removed_from_where_it_is,
    a_row_that_was_read_in_a_savepoint_that_is_undone_is_led_elsewhere,
    rows_are_read_again_after_a_commit_if_that_is_wanted,
    a_session_that_only_reads_refuses_to_write,
);

#[test]
fn a_reading_session_lets_others_write() {
    let fixture = ormcore_tests::Fixture::sqlite_file();
    let db = &fixture.db;
    create(db).unwrap();
    let mut reading = db.session_read_only().unwrap();
    assert!(reading.all(Author::query()).unwrap().is_empty());
    let mut writing = db.session().unwrap();
    writing.add(Author::new("ann"));
    writing.commit().unwrap();
    assert!(reading.all(Author::query()).unwrap().is_empty());
    reading.rollback().unwrap();
    assert_eq!(reading.all(Author::query()).unwrap().len(), 1);
}
