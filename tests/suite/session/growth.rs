//! What a session costs grows with what is done, and not with the rows that it holds.

use std::time::{Duration, Instant};

use ormcore::prelude::*;
use ormcore_tests::Fixture;

use super::models::{Author, Book, BookGenre, Genre, Node, count, session};

fn timed(work: impl FnOnce() -> ormcore::Result<()>) -> Duration {
    let since = Instant::now();
    work().unwrap();
    since.elapsed()
}

#[test]
fn rows_that_wait_for_one_another_cost_as_much_as_rows_that_are_flushed_one_by_one() {
    const ROWS: usize = 6_000;
    let fixture = Fixture::sqlite_memory();
    let mut session = session(&fixture.db).unwrap();
    let one_by_one = timed(|| {
        for _ in 0..ROWS {
            session.add(Node::new("n"));
            session.flush()?;
        }
        Ok(())
    });
    let waiting = timed(|| {
        let mut up = session.add(Node::new("n"));
        for _ in 1..ROWS {
            up = session.add(Node::new("n").set(Node::PARENT_ID, up));
        }
        session.commit()
    });
    assert_eq!(Node::query().filter(Node::PARENT_ID.is_not_null()).count(&fixture.db).unwrap(), ROWS as u64 - 1);
    assert!(waiting < 4 * one_by_one, "{waiting:?} against {one_by_one:?}");
}

#[test]
fn savepoints_that_are_undone_cost_the_same_whatever_the_session_holds() {
    const TRIALS: i64 = 1_000;
    let fixture = Fixture::sqlite_memory();
    let db = &fixture.db;
    let mut session = session(db).unwrap();
    let root = session.add(Node::new("root"));
    session.commit().unwrap();
    let try_each = |session: &mut Session| {
        for _ in 0..TRIALS {
            let refused = session.savepoint(|session| {
                session[root].name.push('!');
                session.add(Node::new("n").set(Node::PARENT_ID, -1));
                session.flush()
            });
            assert!(refused.is_err() && session[root].name == "root");
        }
        Ok(())
    };
    let few = timed(|| try_each(&mut session));
    session.add_all((0..40_000).map(|_| Node::new("n")));
    session.commit().unwrap();
    let many = timed(|| try_each(&mut session));
    assert!(many < 4 * few, "{many:?} against {few:?}");
}

#[test]
fn what_is_read_costs_the_same_however_many_rows_were_taken_out() {
    let fixture = Fixture::sqlite_memory();
    let mut session = session(&fixture.db).unwrap();
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let mut books = Vec::new();
    let filling = timed(|| {
        books = session.add_all((0..20_000).map(|_| Book::new("b", ann)));
        session.add_all((0..1_000).map(|_| Book::new("b", bob)));
        session.commit()
    });
    let reading = timed(|| {
        books.iter().try_for_each(|book| session.remove(ann, Author::BOOKS, *book))?;
        for _ in 0..100 {
            assert_eq!(session.related(bob, Author::BOOKS)?.len(), 1_000);
        }
        books[1..].iter().try_for_each(|book| session.append(bob, Author::BOOKS, *book))
    });
    assert!(reading < 4 * filling, "{reading:?} against {filling:?}");
    session.commit().unwrap();
    assert_eq!(Book::query().count(&fixture.db).unwrap(), 20_999);
}

fn links_of_deleted_rows_are_deleted_together(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (author, genre) = (session.add(Author::new("ann")), session.add(Genre::new("sf")));
    let books = session.add_all((0..20).map(|_| Book::new("a", author)));
    for book in &books {
        session.append(*book, Book::GENRES, genre)?;
    }
    session.commit()?;
    books[1..].iter().try_for_each(|book| session.delete(*book))?;
    let statements = db.record();
    session.flush()?;
    assert_eq!(count(&statements, "DELETE"), 2);
    assert_eq!(session.related(genre, Genre::BOOKS)?, books[..1]);
    session.commit()?;
    assert_eq!((Book::query().count(db)?, BookGenre::query().count(db)?), (1, 1));
    Ok(())
}

ormcore_tests::on_every_backend!(links_of_deleted_rows_are_deleted_together);
