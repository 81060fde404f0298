//! What a database has to offer: how statements travel to it and rows come back.
//!
//! Nothing here knows models. A backend of your own implements [`Backend`], [`Connection`] and [`Row`] and is handed to
//! [`Database::with_backend`](crate::Database::with_backend); `tests/suite` has a small one that wraps another.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;

use crate::error::{Error, Result};
use crate::schema::Table;
use crate::sql::{Dialect, Rendered};
use crate::value::Parameter;

pub(crate) mod pool;
#[cfg(feature = "postgres")]
pub mod postgres;
mod queue;
mod reader;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod transaction;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod unbound;
pub(crate) mod undone;
pub(crate) mod url;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod written;

pub use reader::Reader;
pub use transaction::{Isolation, TransactionOptions};

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

    /// Whether connections lead to a server, which may go away and come back, and which keeps settings for each of them.
    ///
    /// Then a connection is [reset](Connection::reset) when it is returned, [pinged](Connection::ping) before it is lent
    /// again after a pause, and, when one breaks, those that were made before it broke are closed too.
    fn is_server(&self) -> bool {
        false
    }
}

/// One connection to a database.
///
/// - [`Connection::execute`] MUST run the batch's statements in order, and each one's executions in order. It MUST ask for
///   the parameters of each execution at most once, in that order (unless it runs those anew of which nothing was reported or
///   applied, up to the last one), and report what they did in that order too. It MAY ask for the parameters of later
///   executions, and of later statements, before it reports what earlier ones did: so that several are sent at once.
/// - It MUST NOT run anything after the first execution that failed, and MUST NOT report what came after it.
/// - After an error, be it the database's or one that `steps` gave, it MUST leave the connection usable, or answer `false`
///   to [`Connection::is_usable`].
/// - It MUST NOT send again what may have been applied: a batch that failed for want of the link is the program's to repeat.
/// - Every statement MUST be run to its end, even if its rows are not wanted, but for [`Wants::FirstRow`], and for a batch of
///   SELECTs outside of a transaction that `steps` has ended with an error: the rest of it MAY be canceled, unless a statement
///   of it [may leave](Statement::may_leave) something.
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
    /// It MAY be sent with the first statement, and its errors come there then; [`Connection::in_transaction`] MUST answer
    /// `true` from here on all the same, and a transaction without statements MUST end in neither error nor effect.
    ///
    /// # Errors
    /// If the database refuses it, or the lock is held for too long.
    fn begin(&mut self, options: &TransactionOptions) -> Result<()>;

    /// Ends the transaction and keeps what it did.
    ///
    /// Where the database rolled it back instead, as PostgreSQL does after an error that nobody minded, that MUST be an
    /// error: of the kind of the one that made the transaction fail where that is known, so that it may be retried.
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

    /// Opens a savepoint inside the open transaction; savepoints are numbered from 1, the innermost has the highest number.
    ///
    /// # Errors
    /// If the database refuses it.
    fn savepoint(&mut self, number: usize) -> Result<()> {
        self.execute_script(&format!("SAVEPOINT ormcore_{number}"))
    }

    /// Ends a savepoint and keeps what was done.
    ///
    /// # Errors
    /// If the database refuses it.
    fn release(&mut self, number: usize) -> Result<()> {
        self.execute_script(&format!("RELEASE SAVEPOINT ormcore_{number}"))
    }

    /// Undoes what was done since a savepoint, and ends it. A number that no savepoint has is an error of the database's: where
    /// errors spoil a transaction, that is how one is spoiled of which a part cannot be undone.
    ///
    /// # Errors
    /// If the database refuses it.
    fn rollback_to(&mut self, number: usize) -> Result<()> {
        self.execute_script(&format!("ROLLBACK TO SAVEPOINT ormcore_{number}"))?;
        self.execute_script(&format!("RELEASE SAVEPOINT ormcore_{number}"))
    }

    /// Whether a transaction is open.
    fn in_transaction(&self) -> bool;

    /// Whether the open transaction, or its innermost savepoint, has met an error that may be gone when the whole is run again,
    /// as the [driver](Connection::driver)'s user may have: a transaction asks when that is done.
    fn met_conflict(&self) -> bool {
        false
    }

    /// Whether the connection can be used again.
    fn is_usable(&self) -> bool;

    /// Asks whether the other side still answers. It is called before an idle connection is lent, with no transaction open.
    ///
    /// # Errors
    /// If it does not.
    fn ping(&mut self) -> Result<()> {
        Ok(())
    }

    /// Undoes what statements that [may leave](Statement::may_leave) something, scripts or the
    /// [driver](Connection::driver)'s user have left:
    /// settings, temporary tables, advisory locks, subscriptions. What `on_connect` hooks left is there with each
    /// connection: it SHOULD do nothing where nobody but them had the chance.
    ///
    /// It is called when a connection of a [server](Backend::is_server) is returned, with no transaction open. A connection
    /// that cannot be reset is closed.
    ///
    /// # Errors
    /// If the database refuses it.
    fn reset(&mut self) -> Result<Reset> {
        Ok(Reset::Intact)
    }

    /// Waits for the end of a [reset](Connection::reset) that was sent and is not answered yet, and forgets what the
    /// `on_connect` hooks did: what they left is not to be undone. It is called behind them, for a new connection and where
    /// the reset was [`Reset::Cleared`], before the connection is lent.
    ///
    /// # Errors
    /// If the database refused it: another connection is lent then.
    fn finish_reset(&mut self) -> Result<()> {
        Ok(())
    }

    /// The driver's own connection, to be downcast.
    fn driver(&mut self) -> &mut dyn Any;

    /// What runs statements that one thread sends over and over, as in a transaction: it MAY keep what it has prepared, and
    /// leave it to the connection when it is dropped. None where the connection would do nothing else itself.
    fn hold(&self) -> Option<Box<dyn Hold + '_>> {
        None
    }
}

/// Runs statements on a connection, and keeps what it has prepared for them.
pub trait Hold {
    /// As [`Connection::execute`].
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()>;
}

/// Checks SQL of the user's own.
///
/// # Errors
/// If it holds a NUL: a database that reads up to there would run a statement without its end.
pub(crate) fn check_sql(sql: &str) -> Result<()> {
    if sql.contains('\0') { Err(Error::usage("the SQL holds a NUL character")) } else { Ok(()) }
}

/// What a reset has left of what the `on_connect` hooks had set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// All of it.
    Intact,
    /// Nothing: the hooks run again before the connection is lent.
    Cleared,
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
    /// Whether each parameter is an array that holds one column of many rows; the values are given row by row. A driver MAY run
    /// it with some of the rows first and then with others, where all together are too much for it.
    pub by_column: bool,
    /// Whether the text is the user's own: it may change settings of the connection, or open and end transactions.
    pub raw: bool,
    /// Whether SQL of the user's own, or a function that the user names, stands in it: it may leave settings of the connection
    /// and locks behind.
    pub may_leave: bool,
    /// The table that the statement inserts rows of without their generated key, whether or not that is to come back: the
    /// driver SHOULD check that the database does generate it, once for a statement that it keeps.
    pub key_of: Option<&'static Table>,
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
    fn new(sql: impl Into<Cow<'static, str>>, wants: Wants) -> Self {
        Statement {
            sql: sql.into(),
            executions: 1,
            wants,
            by_column: false,
            raw: false,
            may_leave: false,
            key_of: None,
        }
    }

    /// A statement that runs once and gives rows.
    pub fn rows(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement::new(sql, Wants::Rows)
    }

    /// A SELECT that runs once and gives one row at most.
    pub fn first_row(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement::new(sql, Wants::FirstRow)
    }

    /// A statement that runs once and changes rows.
    pub fn count(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement::new(sql, Wants::Count)
    }

    /// A script of the user's own.
    pub(crate) fn script(sql: impl Into<Cow<'static, str>>) -> Self {
        Statement::new(sql, Wants::Count).raw()
    }

    /// A statement that was written from a tree, and its values.
    pub(crate) fn written(rendered: Rendered, wants: Wants) -> (Self, Vec<Parameter>) {
        let statement = Statement { may_leave: rendered.may_leave, ..Statement::new(rendered.sql, wants) };
        (statement, rendered.parameters)
    }

    /// Says that it inserts rows of the table with these columns, and leaves out the others.
    #[must_use]
    pub(crate) fn inserting(mut self, table: &'static Table, columns: &[usize]) -> Self {
        let generated = table.columns.iter().position(|column| column.generated);
        self.key_of = generated.filter(|key| !columns.contains(key)).map(|_| table);
        self
    }

    /// Lets each parameter be an array that holds one column of many rows.
    #[must_use]
    pub fn by_column(mut self) -> Self {
        self.by_column = true;
        self
    }

    /// Runs it several times, each time with other parameters.
    #[must_use]
    pub fn times(mut self, executions: usize) -> Self {
        self.executions = executions;
        self
    }

    /// Marks the text as the user's own.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.raw = true;
        self.may_leave = true;
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
    /// Run each text of the batch as a [script](Connection::execute_script), without parameters and without rows.
    RunScripts,
    /// Open a transaction, or a savepoint inside the one that is open: what follows is all or nothing.
    Begin,
    /// Open a transaction, unless one is open: that one is spoiled if the plan fails or panics once something ran, as by a
    /// statement that is refused. For databases whose transactions end so.
    BeginIfNone,
    /// Open a savepoint, if a transaction is open: where none is, what follows is one statement, all or nothing by itself.
    BeginInside,
    /// End what the last step that begins opened, and keep what was done.
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
/// It does no I/O. Statements are counted from 0 within their batch, executions from 0 within their statement. Parameters
/// may be asked for long before results are reported: what is bound in a batch cannot depend on what the batch gives.
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

    /// Whether the operation has another way than what was refused so. Then all since the last [`Step::Begin`] or
    /// [`Step::BeginInside`] is undone, and [`next`](Steps::next) says what to do instead, as if [`Step::Begin`] had been asked
    /// for.
    fn goes_another_way(&mut self, refused: &Error) -> bool {
        let _ = refused;
        false
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
