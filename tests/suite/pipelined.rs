//! A connection that asks for all parameters of a batch before it reports anything, as one that pipelines does; around
//! SQLite. It says that it leads to a server, so that the pool resets and asks it.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
use ormcore::backend::{Backend, Connection, Outcome, Parameters, Reset, Row, Statement, Step, Steps};
use ormcore::prelude::*;
use ormcore::sql::Dialect;
use tempfile::TempDir;

/// What the pool and the library asked for, of all connections.
#[derive(Debug, Default)]
struct Asked {
    pings: AtomicUsize,
    resets: AtomicUsize,
    hooks: AtomicUsize,
    batches: AtomicUsize,
}

fn take(count: &AtomicUsize) -> usize {
    count.swap(0, Ordering::SeqCst)
}

#[derive(Debug)]
struct Pipelining {
    inner: SqliteBackend,
    asked: Arc<Asked>,
}

impl Backend for Pipelining {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }

    fn connect(&self) -> ormcore::Result<Box<dyn Connection>> {
        Ok(Box::new(Pipelined { inner: self.inner.connect()?, is_dirty: false, asked: Arc::clone(&self.asked) }))
    }

    fn is_server(&self) -> bool {
        true
    }
}

struct Pipelined {
    inner: Box<dyn Connection>,
    /// Whether SQL of the user's own ran.
    is_dirty: bool,
    asked: Arc<Asked>,
}

impl Connection for Pipelined {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> ormcore::Result<()> {
        self.asked.batches.fetch_add(1, Ordering::SeqCst);
        self.is_dirty |= batch.iter().any(|statement| statement.raw);
        let mut values = Vec::new();
        for (index, statement) in batch.iter().enumerate() {
            let mut executions = Vec::new();
            for execution in 0..statement.executions {
                let mut kept = Kept::default();
                steps.bind(index, execution, &mut kept).map_err(|error| error.with_statement(&statement.sql))?;
                executions.push(kept);
            }
            values.push(executions);
        }
        self.inner.execute(batch, &mut Replayed { steps, values })
    }

    fn execute_script(&mut self, sql: &str) -> ormcore::Result<()> {
        self.inner.execute_script(sql)
    }

    fn begin(&mut self, options: &TransactionOptions) -> ormcore::Result<()> {
        self.inner.begin(options)
    }

    fn commit(&mut self) -> ormcore::Result<()> {
        self.inner.commit()
    }

    fn rollback(&mut self) -> ormcore::Result<()> {
        self.inner.rollback()
    }

    fn in_transaction(&self) -> bool {
        self.inner.in_transaction()
    }

    fn is_usable(&self) -> bool {
        self.inner.is_usable()
    }

    fn ping(&mut self) -> ormcore::Result<()> {
        self.asked.pings.fetch_add(1, Ordering::SeqCst);
        self.inner.ping()
    }

    fn reset(&mut self) -> ormcore::Result<Reset> {
        assert!(!self.in_transaction());
        self.asked.resets.fetch_add(1, Ordering::SeqCst);
        Ok(if std::mem::take(&mut self.is_dirty) { Reset::Cleared } else { Reset::Intact })
    }

    fn driver(&mut self) -> &mut dyn Any {
        self.is_dirty = true;
        self.inner.driver()
    }
}

/// The values of one execution.
#[derive(Default)]
struct Kept(Vec<(ormcore::Value<'static>, bool)>);

impl Parameters for Kept {
    fn push(&mut self, value: ormcore::Value<'_>, secret: bool) {
        self.0.push((value.into_owned(), secret));
    }
}

/// Steps whose values are known already.
struct Replayed<'s> {
    steps: &'s mut dyn Steps,
    values: Vec<Vec<Kept>>,
}

impl Steps for Replayed<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        self.steps.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        for (value, secret) in std::mem::take(&mut self.values[statement][execution].0) {
            parameters.push(value, secret);
        }
        Ok(())
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> ormcore::Result<()> {
        self.steps.row(statement, execution, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> ormcore::Result<()> {
        self.steps.outcome(statement, execution, outcome)
    }
}

/// A database over such connections, gone when it is dropped.
pub(crate) struct Fixture {
    pub(crate) db: Database,
    asked: Arc<Asked>,
    _folder: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(set: impl FnOnce(ormcore::DatabaseBuilder) -> ormcore::DatabaseBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let asked = Arc::new(Asked::default());
        let inner = SqliteBackend::new(SqliteOptions::file(folder.path().join("test.db")));
        let hook = {
            let asked = Arc::clone(&asked);
            move |_: &mut dyn Connection| {
                asked.hooks.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        };
        let backend = Pipelining { inner, asked: Arc::clone(&asked) };
        let db = set(Database::builder("").on_connect(hook)).connect_to(Box::new(backend)).unwrap();
        Fixture { db, asked, _folder: folder }
    }
}

#[test]
fn rows_come_and_go() {
    crate::backend::rows_come_and_go(&Fixture::new().db).unwrap();
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pipe_author")]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[relationship]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pipe_book")]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(server_default = "'none'")]
    genre: String,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
    #[relationship(secondary = "pipe_book_tag")]
    tags: HasMany<Tag>,
    #[relationship]
    pages: HasMany<Page>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pipe_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    word: String,
    #[relationship(secondary = "pipe_book_tag")]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pipe_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    number: i64,
    #[column(foreign_key = Book::ID)]
    book_id: i64,
}

/// Authors with two books each, with two tags and two pages each; every other book leaves its genre to the database.
fn fill(authors: usize, db: &Database) -> Vec<Author> {
    db.create_tables::<(Author, Book, Tag, Page)>().unwrap();
    let book = |number: usize| {
        let book = Book::new(format!("book {number}"), Parent);
        let book = if number.is_multiple_of(2) { book.set(Book::GENRE, "novel") } else { book };
        let tags = ["a", "b"].map(|word| Tag::new(format!("{word}{number}")));
        book.with_children(Book::TAGS, tags).with_children(Book::PAGES, [1, 2].map(|page| Page::new(page, Parent)))
    };
    let author = |number: usize| {
        Author::new(format!("author {number}")).with_children(Author::BOOKS, [book(2 * number), book(2 * number + 1)])
    };
    Author::insert_all((0..authors).map(author), db).unwrap()
}

#[test]
fn a_graph_is_written_and_read_again() {
    let fixture = Fixture::new();
    let db = &fixture.db;
    let written = fill(30, db);
    let load = Author::BOOKS.selectin().then(Book::TAGS).then(Book::PAGES);
    let read = Author::query().with(load).order_by(Author::ID).all(db).unwrap();
    for (number, (written, read)) in written.iter().zip(&read).enumerate() {
        assert_eq!((written.id, &written.name), (read.id, &read.name));
        let (mine, theirs) = (written.books.loaded().unwrap(), read.books.loaded().unwrap());
        assert_eq!(mine.len(), 2);
        for (place, (mine, theirs)) in mine.iter().zip(theirs).enumerate() {
            let genre = if place == 0 { "novel" } else { "none" };
            assert_eq!((mine.id, mine.genre.as_str(), &mine.title), (theirs.id, genre, &theirs.title));
            let words: Vec<_> = theirs.tags.loaded().unwrap().iter().map(|tag| tag.word.clone()).collect();
            let book = 2 * number + place;
            assert_eq!(words, [format!("a{book}"), format!("b{book}")]);
            assert_eq!(theirs.pages.loaded().unwrap().len(), 2);
        }
    }
}

#[test]
fn a_session_inserts_the_rows_of_a_table_in_one_batch_whatever_they_bring() {
    let Fixture { db, asked, _folder } = Fixture::new();
    db.create_tables::<(Author,)>().unwrap();
    let mut session = db.session().unwrap();
    for number in 0..50 {
        session.add(Author::new(format!("author {number}")));
        session.add(Author::new(format!("author of key {number}")).with_key(1000 * (number + 1)));
    }
    take(&asked.batches);
    session.flush().unwrap();
    assert_eq!(take(&asked.batches), 1);
    session.commit().unwrap();
    assert_eq!(Author::query().count(&db).unwrap(), 100);
}

#[test]
fn links_are_set_and_pages_counted() {
    let fixture = Fixture::new();
    let db = &fixture.db;
    fill(3, db);
    let (books, tags) = (Book::all(db).unwrap(), Tag::all(db).unwrap());
    Book::TAGS.set(&books[0], &tags[1..5], db).unwrap();
    let mut words: Vec<_> = books[0].tags(db).unwrap().iter().map(|tag| tag.id).collect();
    words.sort_unstable();
    assert_eq!(words, tags[1..5].iter().map(|tag| tag.id).collect::<Vec<_>>());
    let page = Book::query().with(Book::PAGES.selectin()).order_by(Book::ID).paginate(2, 4, db).unwrap();
    assert_eq!((page.total, page.items.len()), (6, 2));
    assert!(page.items.iter().all(|book| book.pages.loaded().unwrap().len() == 2));
}

#[test]
fn more_keys_than_a_list_holds_are_asked_for_in_one_batch() {
    let fixture = Fixture::new();
    let db = &fixture.db;
    db.create_tables::<(Author, Book, Tag, Page)>().unwrap();
    let books = || [Book::new("x", Parent)];
    let author =
        |number: i64| Author::new(format!("{number}")).with_key(2 * number).with_children(Author::BOOKS, books());
    Author::insert_all((1..=1200).map(author), db).unwrap();
    let statements = db.record();
    let authors = Author::query().with(Author::BOOKS.selectin()).all(db).unwrap();
    assert!(authors.iter().all(|author| author.books.loaded().unwrap().len() == 1));
    let rows: Vec<_> = statements.entries().iter().map(|entry| (entry.executions, entry.rows)).collect();
    assert_eq!(rows, [(1, 1200), (1, 500), (1, 500), (1, 200)]);
}

#[test]
fn the_first_of_many_that_fails_undoes_them_all_and_what_did_not_run_is_not_recorded() {
    let fixture = Fixture::new();
    let db = &fixture.db;
    fill(1, db);
    let statements = db.record();
    let names = ["new", "author 0", "newer", "newest"];
    let error = Author::insert_all(names.map(Author::new), db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(statements.entries()[0].executions, 2);
    assert_eq!((Author::query().count(db).unwrap(), statements.len()), (1, 2));
    statements.clear();
    let drafts = ["one", "two"].map(|title| Book::new(title, 99));
    let mixed = [drafts[0].clone().set(Book::GENRE, "novel"), drafts[1].clone()];
    assert!(Book::insert_all(mixed, db).unwrap_err().is_foreign_key_violation());
    assert_eq!(statements.len(), 1, "{statements:?}");
}

/// Takes a while over the rows of its first statement.
struct Slow {
    rows: [u64; 2],
}

impl Steps for Slow {
    fn next(&mut self, _: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        batch.extend(["SELECT 1 UNION SELECT 2", "SELECT 3"].map(Statement::rows));
        Ok(Step::RunLast)
    }

    fn row(&mut self, statement: usize, _: usize, _: &dyn Row) -> ormcore::Result<()> {
        self.rows[statement] += 1;
        std::thread::sleep(Duration::from_millis(if statement == 0 { 60 } else { 0 }));
        Ok(())
    }
}

impl ormcore::plan::Plan for Slow {
    type Output = [u64; 2];

    fn finish(self) -> ormcore::Result<[u64; 2]> {
        Ok(self.rows)
    }
}

#[test]
fn the_time_goes_to_the_statement_that_took_it() {
    let fixture = Fixture::new();
    let statements = fixture.db.record();
    assert_eq!((&fixture.db).run(Slow { rows: [0, 0] }).unwrap(), [2, 1]);
    let [first, second] = statements.entries().try_into().unwrap();
    assert!(first.elapsed >= Duration::from_millis(60), "{first:?}");
    assert!(second.elapsed < first.elapsed, "{second:?}");
    assert_eq!((first.rows, second.rows), (2, 1));
}

#[test]
fn sql_of_ones_own_and_the_driver_are_followed_by_a_reset_and_the_hooks() {
    use ormcore::backend::sqlite::rusqlite;

    let Fixture { db, asked, _folder } = &Fixture::with(|builder| builder.max_connections(1));
    db.create_tables::<Tag>().unwrap();
    Tag::all(db).unwrap();
    assert_eq!(take(&asked.hooks), 1, "only when it was made");
    assert_eq!(take(&asked.resets), 3);
    db.execute("PRAGMA cache_size = 100", ()).unwrap();
    Tag::all(db).unwrap();
    assert_eq!(take(&asked.hooks), 1);
    db.transaction(|tx| tx.query_as::<(i64,)>("SELECT 1", ())).unwrap();
    Tag::all(db).unwrap();
    assert_eq!(take(&asked.hooks), 1);
    db.with_driver(|_: &mut rusqlite::Connection| ()).unwrap();
    Tag::all(db).unwrap();
    Tag::all(db).unwrap();
    assert_eq!((take(&asked.hooks), take(&asked.pings)), (1, 0));
}

#[test]
fn a_connection_is_asked_before_each_use_where_that_is_set() {
    let Fixture { db, asked, _folder } = &Fixture::with(|builder| builder.ping_after(Duration::ZERO));
    db.create_tables::<Tag>().unwrap();
    db.transaction(|tx| Tag::new("a").insert(tx)).unwrap();
    assert_eq!(take(&asked.pings), 2);
}
