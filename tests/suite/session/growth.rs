//! What a session costs grows with what is done, and not with the rows that it holds.

use std::fs::read_to_string;
use std::sync::LazyLock;
use std::thread::yield_now;
use std::time::{Duration, Instant};

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use super::models::{Author, Book, BookGenre, Genre, Node, count, session};

#[derive(Model, Debug)]
#[model(table = "ses_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all")]
    volumes: HasMany<Volume>,
}

#[derive(Model, Debug)]
#[model(table = "ses_volume")]
struct Volume {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID, on_delete = "cascade")]
    shelf_id: i64,
    #[column(default = 0)]
    pages: i64,
}

/// Leads to another by a column that is no primary key.
#[derive(Model, Debug)]
#[model(table = "ses_category")]
struct Category {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Category::CODE, on_delete = "cascade")]
    parent_code: Option<String>,
}

/// How long this thread computes for it: others may have the machine meanwhile.
fn timed(work: impl FnOnce() -> ormcore::Result<()>) -> Duration {
    let since = computed();
    work().unwrap();
    computed() - since
}

/// How long this thread has computed; on systems that do not tell, the time.
fn computed() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // What a thread has computed since it was given the processor is counted when it offers it to others.
    yield_now();
    let told = read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|told| told.split(' ').next()?.parse().ok().map(Duration::from_nanos));
    told.unwrap_or_else(|| START.elapsed())
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

/// Many shelves with five volumes each, which have yet to be flushed.
fn fill(session: &mut Session) -> (Vec<Handle<Shelf>>, Vec<Handle<Volume>>) {
    let shelves = session.add_all((0..4_000).map(|_| Shelf::new()));
    let on = |shelf: &Handle<Shelf>| [*shelf; 5].map(Volume::new);
    let volumes = session.add_all(shelves.iter().flat_map(on));
    (shelves, volumes)
}

#[test]
fn deletes_cost_the_same_however_many_rows_were_changed() {
    let fixture = Fixture::sqlite_memory();
    fixture.db.create_tables::<(Shelf, Volume)>().unwrap();
    let mut session = fixture.db.session().unwrap();
    let (mut shelves, mut volumes) = (Vec::new(), Vec::new());
    let filling = timed(|| {
        (shelves, volumes) = fill(&mut session);
        session.commit()
    });
    let stays = session[shelves[0]].id;
    volumes.iter().for_each(|volume| session[*volume].shelf_id = stays);
    let deleting = timed(|| shelves[1..2_000].iter().try_for_each(|shelf| session.delete(*shelf)));
    assert!(deleting < 4 * filling, "{deleting:?} against {filling:?}");
    let alternating = timed(|| {
        for (shelf, volume) in shelves[2_000..].iter().zip(&volumes) {
            session[*volume].shelf_id = session[*shelf].id;
            session.add(Volume::new(*shelf));
            session.delete(*shelf)?;
        }
        Ok(())
    });
    assert!(alternating < 4 * filling, "{alternating:?} against {filling:?}");
    session.commit().unwrap();
    assert_eq!((Shelf::query().count(&fixture.db).unwrap(), Volume::query().count(&fixture.db).unwrap()), (1, 18_000));
}

#[test]
fn deletes_cost_the_same_however_many_rows_are_to_be_inserted() {
    let fixture = Fixture::sqlite_memory();
    fixture.db.create_tables::<(Shelf, Volume)>().unwrap();
    let mut session = fixture.db.session().unwrap();
    let filling = timed(|| {
        fill(&mut session);
        session.rollback()?;
        fill(&mut session);
        session.flush()?;
        session.rollback()
    });
    let (shelves, volumes) = fill(&mut session);
    let deleting = timed(|| shelves[1..].iter().try_for_each(|shelf| session.delete(*shelf)));
    assert!(deleting < 4 * filling, "{deleting:?} against {filling:?}");
    session.commit().unwrap();
    assert!(volumes.iter().enumerate().all(|(place, volume)| session.contains(*volume) == (place < 5)));
    assert_eq!(Volume::query().count(&fixture.db).unwrap(), 5);
}

#[test]
fn deletes_cost_the_same_whatever_key_waiting_rows_point_to() {
    const ROWS: usize = 4_000;
    let fixture = Fixture::sqlite_memory();
    fixture.db.create_tables::<Category>().unwrap();
    let mut session = fixture.db.session().unwrap();
    let fill = |session: &mut Session| {
        let of = |number: usize| Category::new(format!("c{number}")).set(Category::PARENT_CODE, "root".to_string());
        session.add_all((0..ROWS).map(of))
    };
    let filling = timed(|| {
        session.add(Category::new("root"));
        fill(&mut session);
        session.flush()?;
        session.rollback()
    });
    let categories = fill(&mut session);
    let root = session.add(Category::new("root"));
    let deleting = timed(|| session.delete(categories[0]));
    assert!(deleting < 20 * filling, "{deleting:?} against {filling:?}");
    let deleting = timed(|| session.delete(root));
    assert!(deleting < 20 * filling, "{deleting:?} against {filling:?}");
    assert!(!categories.iter().any(|category| session.contains(*category)));
    session.commit().unwrap();
    assert_eq!(Category::query().count(&fixture.db).unwrap(), 0);
}

#[test]
fn deletes_cost_the_same_whatever_else_waits_for_the_flush() {
    let fixture = Fixture::sqlite_memory();
    fixture.db.create_tables::<(Shelf, Volume, Category)>().unwrap();
    let mut session = fixture.db.session().unwrap();
    let mut deleting = |waiting: usize| {
        let (shelves, _) = fill(&mut session);
        session.flush().unwrap();
        session.add_all((0..waiting).map(|number| Category::new(format!("c{number}"))));
        let deleting = timed(|| session.delete_all(shelves));
        session.rollback().unwrap();
        deleting
    };
    // Of several runs the fastest: others may have the machine.
    let runs: Vec<_> = (0..5).map(|_| (deleting(0), deleting(1))).collect();
    let (alone, beside) = (runs.iter().map(|run| run.0).min().unwrap(), runs.iter().map(|run| run.1).min().unwrap());
    assert!(beside < 2 * alone, "{beside:?} against {alone:?}");
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
    session.related(bob, Author::BOOKS).unwrap();
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

#[test]
fn what_is_read_costs_the_same_however_many_rows_are_to_be_inserted() {
    let fixture = Fixture::sqlite_memory();
    fixture.db.create_tables::<(Shelf, Volume)>().unwrap();
    let options = SessionOptions::new().autoflush(false);
    let mut session = fixture.db.session_with(options).unwrap();
    let shelves = fill(&mut session).0;
    session.commit().unwrap();
    let mut reading = |waiting: usize| {
        let new = session.add_all(shelves[..waiting].iter().flat_map(|shelf| [*shelf; 10].map(Volume::new)));
        // What is found of all of them is found once.
        assert_eq!(session.related(shelves[0], Shelf::VOLUMES).unwrap()[5..], new[..10]);
        let reading = timed(|| {
            for (shelf, new) in shelves.iter().zip(new.chunks(10)).take(200) {
                assert_eq!(session.related(*shelf, Shelf::VOLUMES)?[5..], *new);
            }
            Ok(())
        });
        session.rollback().unwrap();
        reading
    };
    // Of several runs the fastest: others may have the machine.
    let runs: Vec<_> = (0..5).map(|_| (reading(200), reading(4_000))).collect();
    let (few, many) = (runs.iter().map(|run| run.0).min().unwrap(), runs.iter().map(|run| run.1).min().unwrap());
    assert!(many < 2 * few, "{many:?} against {few:?}");
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
