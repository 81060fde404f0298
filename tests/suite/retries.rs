//! Transactions that are run again: over SQLite's lock, and over a backend that fails as it is told to.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ormcore::SessionOptions;
use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions, rusqlite};
use ormcore::backend::{Backend, Connection, Statement, Steps};
use ormcore::prelude::*;
use ormcore::sql::Dialect;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "retry_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
}

/// Where the next calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nowhere,
    Begin,
    Statement,
    Commit,
    /// A statement fails, for the server is gone.
    Link,
    /// The first statement meets a conflict, and the server is gone before it answers to COMMIT.
    Lost,
    /// The first statement meets a conflict, and COMMIT is refused over a row.
    Refused,
}

type Faults = Arc<Mutex<VecDeque<Fault>>>;

/// A fault a transaction; those of one are taken at its begin.
#[derive(Debug)]
struct Faulty {
    inner: SqliteBackend,
    faults: Faults,
}

impl Backend for Faulty {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }

    fn connect(&self) -> ormcore::Result<Box<dyn Connection>> {
        let faults = Arc::clone(&self.faults);
        Ok(Box::new(Failing {
            inner: self.inner.connect()?,
            faults,
            fault: Fault::Nowhere,
            met_conflict: false,
            is_usable: true,
        }))
    }

    fn is_server(&self) -> bool {
        true
    }
}

struct Failing {
    inner: Box<dyn Connection>,
    faults: Faults,
    fault: Fault,
    met_conflict: bool,
    is_usable: bool,
}

impl Failing {
    fn fail_at(&mut self, place: Fault) -> ormcore::Result<()> {
        if self.fault != place {
            return Ok(());
        }
        self.fault = Fault::Nowhere;
        Err(Error::new(ErrorKind::Serialization))
    }
}

impl Connection for Failing {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> ormcore::Result<()> {
        self.fail_at(Fault::Statement)?;
        if matches!(self.fault, Fault::Lost | Fault::Refused) && !std::mem::replace(&mut self.met_conflict, true) {
            return Err(Error::new(ErrorKind::Serialization));
        }
        if self.fault == Fault::Link {
            self.is_usable = false;
            return Err(Error::new(ErrorKind::Connection { problem: "the server is gone".into() }));
        }
        self.inner.execute(batch, steps)
    }

    fn execute_script(&mut self, sql: &str) -> ormcore::Result<()> {
        self.inner.execute_script(sql)
    }

    fn begin(&mut self, options: &TransactionOptions) -> ormcore::Result<()> {
        self.fault = self.faults.lock().unwrap().pop_front().unwrap_or(Fault::Nowhere);
        self.met_conflict = false;
        self.fail_at(Fault::Begin)?;
        self.inner.begin(options)
    }

    fn commit(&mut self) -> ormcore::Result<()> {
        self.fail_at(Fault::Commit)?;
        match self.fault {
            Fault::Lost => {
                self.inner.commit()?;
                self.is_usable = false;
                Err(Error::new(ErrorKind::Connection { problem: "the server is gone".into() }))
            }
            Fault::Refused => {
                self.inner.rollback()?;
                let (table, columns) = ("retry_note".to_string(), Vec::new());
                Err(Error::new(ErrorKind::UniqueViolation { table, columns, constraint: None }))
            }
            _ => self.inner.commit(),
        }
    }

    fn in_transaction(&self) -> bool {
        self.inner.in_transaction()
    }

    fn is_usable(&self) -> bool {
        self.is_usable
    }

    fn driver(&mut self) -> &mut dyn Any {
        self.inner.driver()
    }
}

/// A database whose next transactions fail there.
fn failing(faults: &[Fault]) -> (Database, Faults, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let inner = SqliteBackend::new(SqliteOptions::file(folder.path().join("app.db")));
    let queue = Faults::default();
    let db = Database::with_backend(Faulty { inner, faults: Arc::clone(&queue) }).unwrap();
    db.create_tables::<Note>().unwrap();
    queue.lock().unwrap().extend(faults);
    (db, queue, folder)
}

/// Writes a note; gives how often the closure ran, and what became of it.
fn write(db: &Database, retries: u32) -> (u32, ormcore::Result<()>) {
    let mut runs = 0;
    let ended = db.transaction_with(TransactionOptions::serializable().retry(retries), |tx| {
        runs += 1;
        Note::new("kept").insert(tx).map(drop)
    });
    (runs, ended)
}

#[test]
fn a_conflict_at_any_place_is_tried_again() {
    let faults = [Fault::Begin, Fault::Statement, Fault::Commit];
    let (db, _, _folder) = failing(&faults);
    let (runs, ended) = write(&db, 5);
    ended.unwrap();
    assert_eq!((runs, Note::query().count(&db).unwrap()), (3, 1), "BEGIN failed before the closure ran");
}

#[test]
fn after_the_last_try_its_error_comes_out() {
    for fault in [Fault::Begin, Fault::Statement, Fault::Commit] {
        let (db, faults, _folder) = failing(&[fault; 9]);
        let (_, ended) = write(&db, 2);
        assert_eq!(ended.unwrap_err().kind(), &ErrorKind::Serialization);
        assert_eq!(faults.lock().unwrap().len(), 6);
        assert_eq!(write(&db, 0).1.unwrap_err().kind(), &ErrorKind::Serialization);
        assert!(
            db.transaction(|tx| Note::new("lost").insert(tx)).is_err(),
            "it runs once, unless it was asked for more"
        );
        assert_eq!(faults.lock().unwrap().len(), 4);
        faults.lock().unwrap().clear();
        assert_eq!(Note::query().count(&db).unwrap(), 0);
    }
}

#[test]
fn what_is_no_conflict_is_not_tried_again() {
    let (db, faults, _folder) = failing(&[Fault::Link, Fault::Nowhere]);
    let (runs, ended) = write(&db, 5);
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::Connection { .. }));
    assert_eq!((runs, faults.lock().unwrap().len()), (1, 1));
    let mut runs = 0;
    let refused = db.transaction_with(TransactionOptions::new().retry(5), |_| {
        runs += 1;
        Err::<(), _>(Error::new(ErrorKind::Serialization))
    });
    assert!(refused.is_err());
    assert_eq!(runs, 1, "no statement met it");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _: ormcore::Result<()> = db.transaction_with(TransactionOptions::new().retry(5), |_| {
            runs += 1;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(runs, 2);
    assert_eq!(write(&db, 0).0, 1);
}

type Way = fn(&Transaction) -> ormcore::Result<()>;

/// What another database says.
fn elsewhere() -> ormcore::Result<()> {
    Err(Error::new(ErrorKind::Serialization))
}

#[test]
fn a_conflict_that_a_closure_over_rows_gives_is_none_of_the_transaction() {
    let (db, _, _folder) = failing(&[]);
    Note::insert_all(["a", "b", "c"].map(Note::new), &db).unwrap();
    let ways: [Way; 4] = [
        |tx| Note::query().each(tx, |_| elsewhere()),
        |tx| Note::query().chunks(2, tx, |_| elsewhere()),
        |tx| Note::query().chunks(9, tx, |_| elsewhere()),
        |tx| Note::query().select(Note::ID).each(tx, |_| elsewhere()),
    ];
    for (number, way) in ways.into_iter().enumerate() {
        // Later statements of a transaction may run on what it holds.
        for statements in [0, 5] {
            let mut runs = 0;
            let ended = db.transaction_with(TransactionOptions::new().retry(3), |tx| {
                runs += 1;
                (0..statements).try_for_each(|_| Note::query().count(tx).map(drop))?;
                way(tx)
            });
            assert_eq!(ended.unwrap_err().kind(), &ErrorKind::Serialization);
            assert_eq!(runs, 1, "{number}, behind {statements} statements");
        }
    }
}

/// An error of the program's own that forgets what it was made of.
#[derive(Debug)]
struct Lost;

impl From<Error> for Lost {
    fn from(_: Error) -> Self {
        Lost
    }
}

#[test]
fn a_conflict_is_known_whatever_error_the_program_has() {
    let (db, _, _folder) = failing(&[Fault::Statement, Fault::Statement]);
    let options = TransactionOptions::repeatable_read().retry(2);
    let written = db.transaction_with(options, |tx| -> Result<i64, Lost> {
        tx.savepoint(|inner| Ok::<_, Lost>(Note::new("kept").insert(inner)?.id))
    });
    assert!(written.is_ok());
    assert_eq!(Note::query().count(&db).unwrap(), 1);
}

#[test]
fn a_conflict_that_the_closure_has_dealt_with_is_none() {
    let (db, faults, _folder) = failing(&[Fault::Statement, Fault::Nowhere]);
    db.transaction_with(TransactionOptions::read_committed().retry(2), |tx| {
        let _ = tx.transaction(|inner| Note::new("undone").insert(inner));
        Note::new("kept").insert(tx)
    })
    .unwrap();
    assert_eq!((Note::query().count(&db).unwrap(), faults.lock().unwrap().len()), (1, 1));
}

#[test]
fn what_was_to_run_after_a_failed_try_does_not() {
    let ran = Arc::new(Mutex::new(Vec::new()));
    let noted = |run: u32| {
        let ran = Arc::clone(&ran);
        move || ran.lock().unwrap().push(run)
    };
    let (db, _, _folder) =
        failing(&[Fault::Statement, Fault::Commit, Fault::Nowhere, Fault::Commit, Fault::Nowhere, Fault::Lost]);
    let mut runs = 0;
    let options = TransactionOptions::serializable().retry(5);
    let written = db.transaction_with(options, |tx| {
        runs += 1;
        tx.on_commit(noted(runs));
        Note::new("kept").insert(tx)
    });
    assert!(written.is_ok());
    assert_eq!(std::mem::take(&mut *ran.lock().unwrap()), [3]);
    db.unit_of_work_with(SessionOptions::new().transaction(options), |session| {
        runs += 1;
        session.on_commit(noted(runs))
    })
    .unwrap();
    assert_eq!(std::mem::take(&mut *ran.lock().unwrap()), [5]);
    let lost = db.transaction_with(options, |tx| {
        tx.on_commit(noted(6));
        let _ = Note::new("perhaps").insert(tx);
        Ok::<_, Error>(())
    });
    assert!(lost.is_err() && ran.lock().unwrap().is_empty());
}

#[test]
fn a_commit_that_may_have_been_one_is_not_repeated() {
    for (fault, runs_twice) in [(Fault::Lost, false), (Fault::Refused, true)] {
        let (db, faults, _folder) = failing(&[fault]);
        let expected = if runs_twice { 2 } else { 1 };
        let mut runs = 0;
        let ended = db.transaction_with(TransactionOptions::serializable().retry(3), |tx| {
            runs += 1;
            let _ = tx.transaction(|inner| Note::query().count(inner));
            Note::new("kept").insert(tx)
        });
        assert_eq!((runs, ended.is_ok(), Note::query().count(&db).unwrap()), (expected, runs_twice, 1), "{fault:?}");
        faults.lock().unwrap().push_back(fault);
        runs = 0;
        let options = SessionOptions::new().transaction(TransactionOptions::serializable().retry(3));
        let ended = db.unit_of_work_with(options, |session| {
            runs += 1;
            let _ = session.all(Note::query());
            session.add(Note::new("kept too"));
            Ok::<(), Error>(())
        });
        assert_eq!((runs, ended.is_ok(), Note::query().count(&db).unwrap()), (expected, runs_twice, 2), "{fault:?}");
    }
}

#[test]
fn waiting_in_vain_for_a_connection_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::builder(&format!("sqlite:{}", folder.path().join("app.db").display()))
        .max_connections(1)
        .checkout_timeout(Duration::from_millis(60))
        .connect()
        .unwrap();
    let (held, since) = (db.test_transaction().unwrap(), Instant::now());
    let error = db.transaction_with(TransactionOptions::new().retry(9), |_| Ok::<_, Error>(())).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout { .. }), "{error:?}");
    assert!(since.elapsed() < Duration::from_millis(500));
    drop(held);
}

#[test]
fn a_lock_that_a_new_connection_misses_is_waited_for_by_trying_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?journal_mode=delete&busy_timeout=0", folder.path().join("app.db").display());
    let (db, other) = (Database::connect(&url).unwrap(), Database::connect(&url).unwrap());
    db.create_tables::<Note>().unwrap();
    let (hold, held) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            other
                .with_driver(|connection: &mut rusqlite::Connection| {
                    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
                    hold.send(()).unwrap();
                    std::thread::sleep(Duration::from_millis(50));
                    connection.execute_batch("COMMIT").unwrap();
                })
                .unwrap();
        });
        held.recv().unwrap();
        // The connection that is there is in use: each try makes another one.
        let (runs, ended) = db.with_driver(|_: &mut rusqlite::Connection| write(&db, 30)).unwrap();
        ended.unwrap();
        assert_eq!(runs, 1);
    });
}

#[test]
fn sqlites_lock_is_waited_for_by_trying_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?busy_timeout=0", folder.path().join("app.db").display());
    let (one, other) = (Database::connect(&url).unwrap(), Database::connect(&url).unwrap());
    one.create_tables::<Note>().unwrap();
    let held = one.test_transaction().unwrap();
    let (runs, ended) = write(&other, 0);
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::Busy { .. }));
    assert_eq!(runs, 0);
    let waiting = std::thread::spawn(move || write(&other, 30));
    std::thread::sleep(Duration::from_millis(40));
    drop(held);
    let (runs, ended) = waiting.join().unwrap();
    ended.unwrap();
    assert_eq!((runs, Note::query().count(&one).unwrap()), (1, 1));
}

/// Writes a note in a unit of work; gives how often the closure ran, and what became of it.
fn write_in_unit(db: &Database, retries: u32) -> (u32, Result<(), Lost>) {
    let mut runs = 0;
    let options = SessionOptions::new().transaction(TransactionOptions::serializable().retry(retries));
    let ended = db.unit_of_work_with(options, |session| {
        runs += 1;
        session.add(Note::new("kept"));
        Ok::<(), Lost>(())
    });
    (runs, ended)
}

#[test]
fn a_unit_of_work_is_tried_again_after_a_conflict() {
    let (db, faults, _folder) = failing(&[Fault::Begin, Fault::Statement, Fault::Commit]);
    let (runs, ended) = write_in_unit(&db, 5);
    assert!(ended.is_ok());
    assert_eq!((runs, Note::query().count(&db).unwrap()), (3, 1), "BEGIN failed before the closure ran");
    for fault in [Fault::Begin, Fault::Statement, Fault::Commit] {
        faults.lock().unwrap().extend([fault; 4]);
        assert!(write_in_unit(&db, 2).1.is_err());
        assert_eq!(faults.lock().unwrap().len(), 1, "{fault:?}");
        assert!(db.unit_of_work(|session| session.all(Note::query()).map(drop)).is_err() || fault == Fault::Statement);
        faults.lock().unwrap().clear();
    }
    faults.lock().unwrap().extend([Fault::Link, Fault::Nowhere]);
    assert_eq!(write_in_unit(&db, 5).0, 1, "what is no conflict is not tried again");
    faults.lock().unwrap().clear();
    assert_eq!(Note::query().count(&db).unwrap(), 1);
}

#[test]
fn a_unit_of_work_that_committed_is_not_repeated() {
    let (db, _, _folder) = failing(&[Fault::Nowhere, Fault::Statement]);
    let mut runs = 0;
    let options = SessionOptions::new().transaction(TransactionOptions::new().retry(5));
    let ended = db.unit_of_work_with(options, |session| {
        runs += 1;
        session.add(Note::new("kept"));
        session.commit()?;
        session.add(Note::new("lost"));
        Ok::<(), Error>(())
    });
    assert_eq!(ended.unwrap_err().kind(), &ErrorKind::Serialization);
    assert_eq!((runs, Note::query().count(&db).unwrap()), (1, 1));
}

#[test]
fn a_unit_of_work_ends_with_its_closure() {
    let (db, _, _folder) = failing(&[]);
    let key = db.unit_of_work(|session| {
        let note = session.add(Note::new("kept"));
        session.flush()?;
        Ok(session[note].id)
    });
    assert_eq!(Note::find(key.unwrap(), &db).unwrap().text, "kept");
    let refused = db.unit_of_work(|session| {
        session.add(Note::new("lost"));
        session.flush()?;
        Err::<(), _>(Error::rollback("changed my mind"))
    });
    assert!(refused.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _: ormcore::Result<()> = db.unit_of_work(|session| {
            session.add(Note::new("lost"));
            session.flush()?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(Note::query().count(&db).unwrap(), 1);
}

#[test]
fn after_a_commit_of_which_nothing_is_known_a_session_reads_its_rows_again() {
    let (db, faults, _folder) = failing(&[]);
    let id = Note::new("old").insert(&db).unwrap().id;
    for (fault, committed) in [(Fault::Lost, "new"), (Fault::Refused, "old"), (Fault::Commit, "old")] {
        Note::query().update(Note::TEXT.set("old"), &db).unwrap();
        let mut session = db.session().unwrap();
        let note = session.get::<Note>(id).unwrap().unwrap();
        session.commit().unwrap();
        faults.lock().unwrap().push_back(fault);
        if fault != Fault::Commit {
            session.all(Note::query()).unwrap_err();
        }
        session[note].text = "new".into();
        session.commit().unwrap_err();
        session.rollback().unwrap();
        let statements = db.record();
        assert_eq!(session.get::<Note>(id).unwrap(), Some(note));
        assert_eq!(session[note].text, committed, "{fault:?}");
        assert_eq!(statements.len(), usize::from(fault == Fault::Lost), "a refusal leaves no doubt: {fault:?}");
    }
}
