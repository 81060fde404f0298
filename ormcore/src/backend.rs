//! What a database has to offer: how statements travel to it and rows come back.
//!
//! Nothing here knows models. A backend of your own implements [`Backend`], [`Connection`] and [`Row`] and is handed to
//! [`Database::with_backend`](crate::Database::with_backend); `tests/suite` has a small one that wraps another.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;

use crate::error::Result;
use crate::sql::Dialect;

pub(crate) mod pool;
mod reader;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub(crate) mod url;

pub use reader::Reader;

pub use crate::value::{Parameters, Row};

/// A database that connections can be made to.
///
/// - [`Backend::connect`] MUST give a connection that is ready for use, with no transaction open.
/// - It SHOULD set up what the dialect promises (such as foreign keys that are enforced).
pub trait Backend: Debug + Send + Sync {
    /// How this database writes SQL.
    fn dialect(&self) -> &'static dyn Dialect;

    /// Makes a new connection.
    ///
    /// # Errors
    /// If the database cannot be reached or opened.
    fn connect(&self) -> Result<Box<dyn Connection>>;

    /// Whether all data would be gone with the connection, as in a private in-memory database: then there is one
    /// connection, and it is never replaced.
    fn is_single_connection(&self) -> bool {
        false
    }
}

/// One connection to a database.
///
/// - [`Connection::execute`] MUST run the batch's statements in order and report each to `steps` before the next one's
///   parameters are asked for; it MAY send several at once where the database allows that.
/// - After an error it MUST leave the connection usable, or answer `false` to [`Connection::is_usable`].
/// - Every statement MUST be run to its end, even if its rows are not wanted, but for [`Wants::FirstRow`].
pub trait Connection: Send {
    /// Runs a batch of statements.
    ///
    /// # Errors
    /// If the database refuses a statement, or `steps` refuses what came back.
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()>;

    /// Runs SQL without parameters and without results, of one statement or of several: BEGIN, COMMIT, settings.
    ///
    /// # Errors
    /// If the database refuses it.
    fn execute_script(&mut self, sql: &str) -> Result<()>;

    /// Opens a transaction.
    ///
    /// # Errors
    /// If the database refuses it, or the lock is held for too long.
    fn begin(&mut self, options: &TransactionOptions) -> Result<()>;

    /// Ends the transaction and keeps what it did.
    ///
    /// # Errors
    /// If the database refuses it; the transaction may still be open then.
    fn commit(&mut self) -> Result<()> {
        self.execute_script("COMMIT")
    }

    /// Ends the transaction and undoes what it did.
    ///
    /// # Errors
    /// If the connection is broken.
    fn rollback(&mut self) -> Result<()> {
        self.execute_script("ROLLBACK")
    }

    /// Whether a transaction is open.
    fn in_transaction(&self) -> bool;

    /// Whether the connection can be used again.
    fn is_usable(&self) -> bool;

    /// The driver's own connection, to be downcast.
    fn driver(&mut self) -> &mut dyn Any;
}

/// One statement of a batch: the text, and how often it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text. A borrowed one is fixed for the life of the program and may be known by its address.
    pub sql: Cow<'static, str>,
    /// How often it runs, each time with other parameters.
    pub executions: usize,
    /// What is wanted of it.
    pub wants: Wants,
}

/// What is wanted of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// Its rows.
    Rows,
    /// The first of its rows: a SELECT that has no other, or whose others need not be read.
    FirstRow,
    /// How many rows it changed, and the key of the last one inserted.
    Count,
}

impl Statement {
    /// A statement that runs once and gives rows.
    pub fn rows(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement { sql: sql.into(), executions: 1, wants: Wants::Rows }
    }

    /// A SELECT that runs once and gives one row at most.
    pub fn first_row(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement { sql: sql.into(), executions: 1, wants: Wants::FirstRow }
    }

    /// A statement that runs once and changes rows.
    pub fn count(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement { sql: sql.into(), executions: 1, wants: Wants::Count }
    }

    /// Runs it several times, each time with other parameters.
    #[must_use]
    pub fn times(mut self, executions: usize) -> Self {
        self.executions = executions;
        self
    }
}

/// What a plan asks for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Run the batch, and ask again.
    Run,
    /// Run the batch, which is the last: do not ask again.
    RunLast,
    /// Open a transaction, or a savepoint inside the one that is open: what follows is all or nothing.
    Begin,
    /// End what the last [`Step::Begin`] opened, and keep what was done.
    Commit,
    /// Nothing more.
    Done,
}

/// What one execution of a statement did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many rows it changed.
    pub rows: u64,
    /// The key of the last row inserted, where the database gives it so.
    pub key: Option<i64>,
}

/// An operation as a connection sees it: statements to run, parameters to fill in, results to hand back.
///
/// It does no I/O. Statements are counted from 0 within their batch, executions from 0 within their statement.
pub trait Steps: Send {
    /// Says what to do next; for [`Step::Run`] and [`Step::RunLast`] the statements are put into the empty `batch`.
    /// The statements of one batch do not depend on each other.
    ///
    /// # Errors
    /// If the operation cannot go on.
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step>;

    /// Gives the parameters of one execution.
    ///
    /// # Errors
    /// If a value cannot be sent.
    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let _ = (statement, execution, parameters);
        Ok(())
    }

    /// Takes one row.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        let _ = (statement, execution, row);
        Ok(())
    }

    /// Takes what one execution of a statement without rows did.
    ///
    /// # Errors
    /// If it is not what had to happen.
    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        let _ = (statement, execution, outcome);
        Ok(())
    }
}

/// How a transaction runs.
///
/// ```
/// use ormcore::prelude::*;
///
/// let db = Database::connect("sqlite::memory:")?;
/// let options = TransactionOptions::new().read_only();
/// let answer = db.transaction_with(options, |tx| tx.query_as::<(i64,)>("SELECT 42", ()))?;
/// assert_eq!(answer, [(42,)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct TransactionOptions {
    /// How far it is kept apart from others; `None` is the database's default.
    pub isolation: Option<Isolation>,
    /// Whether it may only read.
    pub read_only: bool,
}

/// How far a transaction is kept apart from others.
///
/// SQLite's transactions are always serializable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Sees what others commit while it runs.
    ReadCommitted,
    /// Sees the database as it was when it began.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl TransactionOptions {
    /// The database's defaults, reading and writing.
    pub const fn new() -> Self {
        TransactionOptions { isolation: None, read_only: false }
    }

    /// Sets the isolation.
    pub const fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Refuses writes; on SQLite it takes no write lock.
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}
