//! A backend outside the crate: it wraps SQLite's and counts what passes through.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
use ormcore::backend::{Backend, Connection, Outcome, Parameters, Row, Statement, Step, Steps};
use ormcore::prelude::*;
use ormcore::sql::Dialect;

/// What passed through, of all connections.
#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    open: AtomicUsize,
    batches: AtomicUsize,
    statements: AtomicUsize,
    executions: AtomicUsize,
    rows: AtomicUsize,
    begins: AtomicUsize,
    commits: AtomicUsize,
    rollbacks: AtomicUsize,
    /// Makes the next connections say that they cannot be used again.
    broken: AtomicUsize,
}

fn add(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::Relaxed);
}

impl Counts {
    fn take(&self, count: fn(&Self) -> &AtomicUsize) -> usize {
        count(self).swap(0, Ordering::Relaxed)
    }

    /// Batches, statements, executions, rows, begun transactions and kept ones since the last call.
    fn passed(&self) -> [usize; 6] {
        [&self.batches, &self.statements, &self.executions, &self.rows, &self.begins, &self.commits]
            .map(|count| count.swap(0, Ordering::Relaxed))
    }
}

#[derive(Debug)]
struct Counting {
    inner: SqliteBackend,
    counts: Arc<Counts>,
}

impl Backend for Counting {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }

    fn connect(&self) -> ormcore::Result<Box<dyn Connection>> {
        add(&self.counts.connections);
        add(&self.counts.open);
        Ok(Box::new(Counted { inner: self.inner.connect()?, counts: Arc::clone(&self.counts) }))
    }

    fn is_single_connection(&self) -> bool {
        self.inner.is_single_connection()
    }
}

struct Counted {
    inner: Box<dyn Connection>,
    counts: Arc<Counts>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connection for Counted {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> ormcore::Result<()> {
        add(&self.counts.batches);
        self.counts.statements.fetch_add(batch.len(), Ordering::Relaxed);
        self.inner.execute(batch, &mut Passing { steps, counts: &self.counts })
    }

    fn execute_script(&mut self, sql: &str) -> ormcore::Result<()> {
        self.inner.execute_script(sql)
    }

    fn begin(&mut self, options: &TransactionOptions) -> ormcore::Result<()> {
        add(&self.counts.begins);
        self.inner.begin(options)
    }

    fn commit(&mut self) -> ormcore::Result<()> {
        add(&self.counts.commits);
        self.inner.commit()
    }

    fn rollback(&mut self) -> ormcore::Result<()> {
        add(&self.counts.rollbacks);
        self.inner.rollback()
    }

    fn in_transaction(&self) -> bool {
        self.inner.in_transaction()
    }

    fn is_usable(&self) -> bool {
        self.counts.broken.load(Ordering::Relaxed) == 0 && self.inner.is_usable()
    }

    fn driver(&mut self) -> &mut dyn Any {
        self.inner.driver()
    }
}

/// The steps of a plan, counted as they pass.
struct Passing<'s> {
    steps: &'s mut dyn Steps,
    counts: &'s Counts,
}

impl Steps for Passing<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        self.steps.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        add(&self.counts.executions);
        self.steps.bind(statement, execution, parameters)
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> ormcore::Result<()> {
        add(&self.counts.rows);
        self.steps.row(statement, execution, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> ormcore::Result<()> {
        self.steps.outcome(statement, execution, outcome)
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    title: String,
    #[column(server_default = "'none'")]
    genre: String,
    #[column(version)]
    version: i64,
}

fn counting(options: SqliteOptions) -> (Database, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let backend = Counting { inner: SqliteBackend::new(options), counts: Arc::clone(&counts) };
    let db = Database::with_backend(backend).unwrap();
    db.create_tables::<Book>().unwrap();
    counts.passed();
    (db, counts)
}

/// Creates, reads, changes and deletes rows in every way.
pub(super) fn rows_come_and_go(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let mut one = Book::new("one").insert(db)?;
    assert_eq!((one.genre.as_str(), Book::get(one.id, db)?), ("none", Some(one.clone())));
    one.title = "uno".into();
    one.update(db)?;
    one.genre = "novel".into();
    one.update_only((Book::GENRE,), db)?;
    let many = Book::insert_all((0..250).map(|number| Book::new(format!("{number}")).set(Book::GENRE, "x")), db)?;
    assert!(many.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert_eq!(Book::query().filter(Book::GENRE.eq("x")).count(db)?, 250);
    assert_eq!(Book::query().order_by(Book::ID.desc()).limit(3).all(db)?.len(), 3);
    let mut seen = 0;
    Book::query().each(db, |_| {
        seen += 1;
        Ok(())
    })?;
    assert_eq!(seen, 251);
    let page = Book::query().order_by(Book::ID).paginate(2, 100, db)?;
    assert_eq!((page.items.len(), page.total), (100, 251));
    assert_eq!(Book::query().filter(Book::ID.gt(one.id)).update(Book::GENRE.set("y"), db)?, 250);
    one.refresh(db)?;
    assert_eq!(one.genre, "novel");
    let stale = one.clone();
    one.update(db)?;
    assert!(stale.delete(db).unwrap_err().is_stale_row());
    assert!(Book::new("uno").insert(db).unwrap_err().is_unique_violation());
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        Book::query().delete(tx)?;
        tx.transaction(|inner| Book::new("lost").insert(inner))?;
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    one.delete(db)?;
    assert_eq!(Book::query().delete(db)?, 250);
    assert_eq!(Book::all(db)?, []);
    db.drop_tables::<Book>()
}

#[test]
fn rows_pass_through_a_backend_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    for options in [SqliteOptions::memory(), SqliteOptions::file(folder.path().join("app.db"))] {
        let (db, counts) = counting(options);
        rows_come_and_go(&db).unwrap();
        assert_eq!(counts.take(|counts| &counts.connections), 1, "one is enough for one thread");
        assert!(counts.take(|counts| &counts.batches) > 15);
        drop(db);
        assert_eq!(counts.open.load(Ordering::Relaxed), 0, "connections end with the database");
    }
}

#[test]
fn each_operation_is_one_batch_of_as_few_statements_as_it_needs() {
    let (db, counts) = counting(SqliteOptions::memory());
    let check = |what: &str, expected: [usize; 6]| assert_eq!(counts.passed(), expected, "{what}");
    let one = Book::new("one").set(Book::GENRE, "x").insert(&db).unwrap();
    check("insert", [1, 1, 1, 0, 0, 0]);
    Book::get(one.id, &db).unwrap();
    check("get", [1, 1, 1, 1, 0, 0]);
    Book::insert_all(["a", "b", "c"].map(|title| Book::new(title).set(Book::GENRE, "x")), &db).unwrap();
    check("insert_all", [1, 1, 3, 0, 1, 1]);
    Book::all(&db).unwrap();
    check("all", [1, 1, 1, 4, 0, 0]);
    Book::query().paginate(1, 2, &db).unwrap();
    check("paginate", [1, 2, 2, 3, 0, 0]);
    Book::query().exists(&db).unwrap();
    check("exists", [1, 1, 1, 1, 0, 0]);
    db.transaction(|tx| Book::new("d").set(Book::GENRE, "x").insert(tx)).unwrap();
    check("a transaction", [1, 1, 1, 0, 1, 1]);
    assert_eq!(counts.rollbacks.load(Ordering::Relaxed), 0);
}

#[test]
fn a_connection_that_broke_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let (db, counts) = counting(SqliteOptions::file(folder.path().join("app.db")));
    Book::all(&db).unwrap();
    assert_eq!(counts.take(|counts| &counts.connections), 1);
    counts.broken.store(1, Ordering::Relaxed);
    Book::all(&db).unwrap();
    assert_eq!(counts.open.load(Ordering::Relaxed), 0);
    counts.broken.store(0, Ordering::Relaxed);
    Book::all(&db).unwrap();
    Book::all(&db).unwrap();
    assert_eq!(counts.take(|counts| &counts.connections), 1, "a new one was made, once");
}

#[test]
fn a_transaction_that_was_dropped_is_rolled_back_once() {
    let (db, counts) = counting(SqliteOptions::memory());
    let tx = db.test_transaction().unwrap();
    Book::new("gone").insert(&tx).unwrap();
    drop(tx);
    assert_eq!(counts.rollbacks.load(Ordering::Relaxed), 1);
    assert_eq!(Book::query().count(&db).unwrap(), 0);
}

#[test]
fn the_pool_keeps_to_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let counts = Arc::new(Counts::default());
    let inner = SqliteBackend::new(SqliteOptions::file(folder.path().join("app.db")));
    let backend = Counting { inner, counts: Arc::clone(&counts) };
    let db = Database::builder("").max_connections(3).connect_to(Box::new(backend)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                for _ in 0..20 {
                    db.query_as::<(i64,)>("SELECT 1", ()).unwrap();
                }
            });
        }
    });
    assert!((1..=3).contains(&counts.connections.load(Ordering::Relaxed)));
}
