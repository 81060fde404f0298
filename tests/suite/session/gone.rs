//! Rows that somebody else has deleted, and whose keys new rows get.

use ormcore::prelude::*;
use ormcore::{Handle, SessionOptions};
use ormcore_tests::on_every_backend;

use super::models::{Author, Node, create, session};

/// A session with one row, which is not in the database any more, and its key.
fn gone(db: &Database) -> ormcore::Result<(Session, Handle<Author>, i64)> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    let key = session[ann].id;
    Author::query().delete(db)?;
    Ok((session, ann, key))
}

fn a_row_that_is_gone_does_not_write_the_one_that_has_its_key(db: &Database) -> ormcore::Result<()> {
    let (mut session, ann, key) = gone(db)?;
    let bob = session.add(Author::new("bob").with_key(key));
    session.flush()?;
    let error = session.try_get_mut(ann).unwrap_err();
    assert!(error.to_string().contains("deleted"), "{error}");
    session[bob].age = 30;
    session.commit()?;
    assert!(!session.contains(ann) && session.try_get(ann).is_err());
    assert_eq!(session.get::<Author>(key)?, Some(bob));
    let stored = Author::query().one(db)?;
    assert_eq!((stored.name.as_str(), stored.age), ("bob", 30));
    Ok(())
}

fn a_row_that_is_gone_is_deleted_in_vain(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    // Of two nodes the second is deleted late: only when the first has left it for the new one.
    let parent = session.add(Node::new("gone"));
    let child = session.add(Node::new("child").set(Node::PARENT_ID, parent));
    session.commit()?;
    let key = session[parent].id;
    let name = session[child].id;
    Node::query().filter(Node::ID.eq(name)).update(Node::PARENT_ID.set(None), db)?;
    Node::query().filter(Node::ID.eq(key)).delete(db)?;
    let new = session.add(Node::new("new").with_key(key));
    session.set(child, Node::PARENT, Some(new))?;
    session.delete(parent)?;
    session.commit()?;
    assert_eq!(Node::find(key, db)?.name, "new");
    assert_eq!(session.get::<Node>(key)?, Some(new));
    Ok(())
}

fn a_rollback_lets_a_row_that_is_gone_be_itself_again(db: &Database) -> ormcore::Result<()> {
    let (mut session, ann, key) = gone(db)?;
    session.flush()?;
    let bob = session.add(Author::new("bob").with_key(key));
    session.flush()?;
    session.rollback()?;
    assert!(session.try_get(bob).is_err());
    // It is not in the database, and nothing says so before it is written.
    session[ann].age = 30;
    assert!(session.commit().unwrap_err().is_not_found());
    session.rollback()?;
    assert_eq!(Author::query().count(db)?, 0);
    Ok(())
}

fn a_row_of_an_upsert_that_was_rolled_back_does_not_write_another(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let upsert = Author::new("ann").on_conflict(Author::NAME).do_update(Author::AGE.set(1));
    let ann = session.upsert(upsert)?;
    let key = session[ann].id;
    session.rollback()?;
    let bob = session.add(Author::new("bob").with_key(key));
    session.commit()?;
    assert!(session.try_get_mut(ann).is_err());
    assert_eq!((Author::find(key, db)?.age, session[bob].age), (0, 0));
    Ok(())
}

fn an_edit_of_a_row_that_is_gone_is_an_error_before_another_has_its_key(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let node = session.add(Node::new("gone"));
    session.commit()?;
    let key = session[node].id;
    Node::query().delete(db)?;
    // It points to the new row, and so it is written after that.
    let new = session.add(Node::new("new").with_key(key));
    session.set(node, Node::PARENT, Some(new))?;
    assert!(session.commit().unwrap_err().is_not_found());
    session.rollback()?;
    assert_eq!(Node::query().count(db)?, 0);
    Ok(())
}

on_every_backend!(
    a_row_that_is_gone_does_not_write_the_one_that_has_its_key,
    a_row_that_is_gone_is_deleted_in_vain,
    a_rollback_lets_a_row_that_is_gone_be_itself_again,
    a_row_of_an_upsert_that_was_rolled_back_does_not_write_another,
    an_edit_of_a_row_that_is_gone_is_an_error_before_another_has_its_key,
);
