//! The database as a program holds it: connections, transactions, recordings.

use std::fmt;
use std::sync::Arc;

use crate::backend::pool::{Checkout, Lease, Pool};
use crate::backend::{Backend, Steps, TransactionOptions};
use crate::error::{Error, Result};
use crate::plan::{Observer, Recording, TableList, drive};
use crate::schema::found::Found;
use crate::schema::{ddl, registry};
use crate::sql::Dialect;

#[cfg(feature = "tokio")]
mod blocking;
mod builder;
mod executor;
mod held;
mod refused;
mod retry;
mod transaction;

pub use builder::DatabaseBuilder;
pub use executor::Db;
pub(crate) use held::Place;
pub(crate) use retry::{Failure, is_refusal, until_done};
pub(crate) use transaction::Savepoint;
pub use transaction::Transaction;

/// A database: a pool of connections to one URL. Clones share it.
///
/// ```
/// use ormcore::prelude::*;
///
/// let db = Database::connect("sqlite::memory:")?;
/// assert_eq!(db.dialect().name(), "sqlite");
/// # Ok::<(), ormcore::Error>(())
/// ```
///
/// | URL | database |
/// | --- | --- |
/// | `sqlite::memory:` | private, in memory: one connection, shared by all clones |
/// | `sqlite:app.db`, `sqlite://app.db` | the file `app.db` of the working folder |
/// | `sqlite:///var/lib/app.db` | the file at that path |
/// | `sqlite:app.db?mode=ro&busy_timeout=5000` | with [options](crate::backend::sqlite::SqliteOptions) |
/// | `postgres://user:password@host:5432/shop` | a PostgreSQL server (feature `postgres`); also `postgresql:` |
/// | `postgres://user@/shop?host=/run/postgresql` | the same through a unix socket |
/// | `postgres://user@db1,db2/shop?sslmode=verify-full` | several hosts, encrypted (feature `tls`), with [options](crate::databases#connecting) |
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Arc<Pool>,
    dialect: &'static dyn Dialect,
    observer: Arc<Observer>,
}

impl Database {
    /// Connects to the database that the URL names. One connection is made at once, so that a wrong URL is found out.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::connect("sqlite::memory:")?;
    /// assert!(Database::connect("nonsense:app.db").is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the URL is not understood, or the database cannot be reached or opened.
    pub fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect()
    }

    /// Sets more than a URL can say.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("sqlite::memory:").log_values().connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn builder(url: &str) -> DatabaseBuilder {
        DatabaseBuilder::new(url)
    }

    /// Uses a backend of your own.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
    ///
    /// let db = Database::with_backend(SqliteBackend::new(SqliteOptions::memory()))?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the backend cannot connect.
    pub fn with_backend(backend: impl Backend + 'static) -> Result<Self> {
        DatabaseBuilder::new("").connect_to(Box::new(backend))
    }

    fn new(pool: Arc<Pool>, observer: Observer) -> Result<Self> {
        let dialect = pool.backend().dialect();
        pool.open()?;
        Ok(Database { shared: Arc::new(Shared { pool, dialect, observer: Arc::new(observer) }) })
    }

    /// What this database says differently from others.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert_eq!(db.dialect().name(), "sqlite");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.shared.dialect
    }

    pub(crate) fn observer(&self) -> &Observer {
        &self.shared.observer
    }

    pub(crate) fn drive(&self, steps: &mut dyn Steps) -> Result<()> {
        self.shared.pool.lend(|lease| drive(lease, self.shared.dialect, &self.shared.observer, steps))
    }

    /// Runs the closure in a transaction: `Ok` commits, `Err` and a panic roll back.
    ///
    /// On SQLite it takes the write lock at once (`BEGIN IMMEDIATE`), so that it cannot fail later for want of it. The
    /// closure runs once: [`Database::transaction_with`] can run it again after a conflict.
    ///
    /// On PostgreSQL nothing more runs in it after an error: what may fail and be survived runs in
    /// [`Transaction::savepoint`].
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.execute("CREATE TABLE note (text TEXT NOT NULL) STRICT", ())?;
    /// let undone: ormcore::Result<()> = db.transaction(|tx| {
    ///     tx.execute("INSERT INTO note (text) VALUES ('lost')", ())?;
    ///     Err(Error::rollback("changed my mind"))
    /// });
    /// assert!(undone.is_err());
    /// assert_eq!(db.query_as::<(i64,)>("SELECT count(*) FROM note", ())?, [(0,)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of BEGIN or COMMIT.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.attempt(TransactionOptions::new(), work).map_err(|failure| failure.error)
    }

    /// As [`Database::transaction`], with options, and with any error that can be made from ormcore's.
    ///
    /// With [`retry`](TransactionOptions::retry) the closure may run more than once.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let options = TransactionOptions::new().read_only();
    /// let users = db.transaction_with(options, |tx| User::query().all(tx))?;
    /// assert!(users.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of BEGIN or COMMIT.
    pub fn transaction_with<T, E: From<Error>>(
        &self,
        options: TransactionOptions,
        mut work: impl FnMut(&Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        until_done(options.retries, || self.attempt(options, &mut work))
    }

    /// Runs it once, to its end.
    fn attempt<T, E: From<Error>>(
        &self,
        options: TransactionOptions,
        work: impl FnOnce(&Transaction) -> Result<T, E>,
    ) -> Result<T, Failure<E>> {
        let place = Place::new();
        let transaction = self.try_begin(options, Some(&place))?;
        let value = match work(&transaction) {
            Ok(value) => value,
            Err(error) => return Err(Failure { is_retryable: transaction.met_conflict(), error }),
        };
        let met_conflict = transaction.met_conflict();
        transaction.commit().map_err(|error| Failure::of_commit(error, met_conflict))?;
        Ok(value)
    }

    /// A transaction that is always rolled back when it is dropped: for your tests. For those of a program that takes a
    /// `Database` there is [`Database::test_database`].
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// let tx = db.test_transaction()?;
    /// tx.execute("CREATE TABLE gone (id INTEGER) STRICT", ())?;
    /// drop(tx);
    /// assert!(db.execute("SELECT * FROM gone", ()).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the transaction cannot be opened.
    pub fn test_transaction(&self) -> Result<Transaction> {
        self.begin_on(self.checkout()?, TransactionOptions::new(), None)
    }

    /// A database whose work is always undone: for tests of a program that takes a `Database`, and commits.
    ///
    /// It is one connection of this one's pool inside a transaction, which is rolled back when the last handle is dropped.
    /// Meanwhile nobody else sees what it does, and what the program begins in it, commits and rolls back are savepoints;
    /// [a chapter](crate::web#tests) has an example, and what is different in it.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model, Debug)]
    /// struct User {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     #[column(unique)]
    ///     name: String,
    /// }
    ///
    /// fn sign_up(name: &str, db: &Database) -> ormcore::Result<User> {
    ///     db.transaction(|tx| User::new(name).insert(tx))
    /// }
    ///
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let test = db.test_database()?;
    /// sign_up("ann", &test)?;
    /// assert!(sign_up("ann", &test).unwrap_err().is_unique_violation());
    /// assert_eq!(User::query().count(&test)?, 1);
    /// drop(test);
    /// assert_eq!(User::query().count(&db)?, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If no connection is free, or the transaction cannot be opened.
    pub fn test_database(&self) -> Result<Self> {
        Ok(self.over(self.shared.pool.undone()?, Arc::clone(&self.shared.observer)))
    }

    /// Another handle, with the same dialect.
    fn over(&self, pool: Arc<Pool>, observer: Arc<Observer>) -> Self {
        Database { shared: Arc::new(Shared { pool, dialect: self.shared.dialect, observer }) }
    }

    /// Opens a transaction.
    pub(crate) fn open(&self, options: TransactionOptions) -> Result<Transaction> {
        self.begin_on(self.checkout()?, options, None)
    }

    /// Opens a transaction; a failure says whether the next try may well succeed.
    pub(crate) fn try_begin<E: From<Error>>(
        &self,
        options: TransactionOptions,
        place: Option<&Place>,
    ) -> Result<Transaction, Failure<E>> {
        let checkout = self.checkout().map_err(Failure::of_pool)?;
        self.begin_on(checkout, options, place).map_err(Failure::of_database)
    }

    fn begin_on(&self, checkout: Checkout, options: TransactionOptions, place: Option<&Place>) -> Result<Transaction> {
        Transaction::begin(checkout, place, self.shared.dialect, Arc::clone(&self.shared.observer), options)
    }

    fn checkout(&self) -> Result<Checkout> {
        self.shared.pool.checkout()
    }

    /// Records each statement that runs from here on, in any connection or transaction of this database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let statements = db.record();
    /// User::new("ann").insert(&db)?;
    /// assert_eq!(statements.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn record(&self) -> Recording {
        self.shared.observer.record()
    }

    /// This database under another handle, and a recording of the statements that run through that handle alone: those of
    /// one request, say, while others run beside it.
    ///
    /// The two share the pool and all settings. Transactions and sessions that are opened by the handle count, and so do
    /// its clones.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let (request, statements) = db.recorded();
    /// request.transaction(|tx| User::new("ann").insert(tx))?;
    /// User::new("bob").insert(&db)?; // somebody else's
    /// assert_eq!(statements.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use = "the handle is what is recorded"]
    pub fn recorded(&self) -> (Self, Recording) {
        let observer = self.shared.observer.part();
        let recording = observer.record();
        (self.over(Arc::clone(&self.shared.pool), Arc::new(observer)), recording)
    }

    /// The statements that [`create_all`](crate::plan::Executor::create_all) runs on an empty database, without running them.
    /// [`check_all`](crate::plan::Executor::check_all) tells what one that is not empty lacks.
    ///
    /// ```standalone_crate
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// for statement in db.ddl()? {
    ///     println!("{statement};");
    /// }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If two models have the same table, or a foreign key points to what is no key.
    pub fn ddl(&self) -> Result<Vec<String>> {
        ddl::create(&registry::tables()?, &Found::default(), self.shared.dialect)
    }

    /// The statements that create the tables of these models on an empty database, without running them:
    /// `db.ddl_of::<(User, Post)>()`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.ddl_of::<(User,)>()?;
    /// assert!(statements[0].starts_with("CREATE TABLE"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a foreign key points to what is no key.
    pub fn ddl_of<T: TableList>(&self) -> Result<Vec<String>> {
        ddl::create(&registry::created(T::tables())?, &Found::default(), self.shared.dialect)
    }

    /// Lends the driver's own connection, of type `C`, for what ormcore does not cover: `rusqlite::Connection`, or
    /// `PostgresConnection` for [COPY, LISTEN and cancellation](crate::databases#postgresql-alone).
    ///
    /// ```
    /// use ormcore::backend::sqlite::rusqlite;
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// let changes = db.with_driver(|connection: &mut rusqlite::Connection| connection.changes())?;
    /// assert_eq!(changes, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If no connection is free, or the driver's connection is of another type.
    pub fn with_driver<C: 'static, T>(&self, work: impl FnOnce(&mut C) -> T) -> Result<T> {
        self.shared.pool.lend(|lease| lend(lease, work))
    }
}

/// Lends the driver's own connection, if it is a `C`.
fn lend<C: 'static, T>(lease: &mut Lease, work: impl FnOnce(&mut C) -> T) -> Result<T> {
    lease.is_doubtful = true;
    match lease.connection.driver().downcast_mut::<C>() {
        Some(connection) => Ok(work(connection)),
        None => Err(Error::usage(format!("the driver's connection is no `{}`", std::any::type_name::<C>()))),
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("pool", &self.shared.pool).finish()
    }
}
