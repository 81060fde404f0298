//! The one error type, one word wide, and the closed list of what can go wrong.

use std::error::Error as StdError;
use std::fmt;

use crate::value::ValueError;

mod difference;
mod kind;
mod message;
#[cfg(feature = "axum")]
mod response;
mod violation;

pub use difference::{Difference, DifferenceKind};
pub use kind::ErrorKind;
pub(crate) use message::constant_of;
pub use violation::Violation;

/// A `Result` with ormcore's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
///
/// [`Error::kind`] gives the kind to match on; [`Error::statement`] the SQL that was running. Values that were bound
/// are not part of the message, whatever the database says of them. Only ormcore itself names the key of the row that it
/// is about, or a value that does not fit its column, unless that is a [`Secret`](crate::value::Secret). What functions on
/// PostgreSQL (`RAISE EXCEPTION`) and triggers on SQLite (`RAISE(ABORT, ..)`) say is shown whole, with the values that they
/// put into it; what a function of the application's own says on SQLite is cut short where values are bound.
///
/// ```
/// use ormcore::prelude::*;
///
/// let error = Database::connect("sqlite:/no/such/folder/app.db").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Connection { .. }));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    statement: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Whether a closure that was given rows gave it: the connection that gave the rows has not met it.
    is_of_closure: bool,
}

impl Error {
    pub(crate) fn from_kind(kind: ErrorKind) -> Self {
        Error(Box::new(Inner { kind, statement: None, source: None, is_of_closure: false }))
    }

    /// An error of the given kind: for backends outside this crate.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let error = Error::new(ErrorKind::Serialization);
    /// assert!(error.is_retryable());
    /// ```
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self::from_kind(kind)
    }

    /// Carries any error through a transaction: it comes out as [`ErrorKind::Other`] and as the source.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let wrong = "x".parse::<i32>().map_err(Error::other).unwrap_err();
    /// assert!(wrong.downcast_ref::<std::num::ParseIntError>().is_some());
    /// ```
    #[must_use]
    pub fn other(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::from_kind(ErrorKind::Other).with_source(error)
    }

    /// Ends a transaction on purpose: everything it did is undone.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let undone = db.transaction(|_| Err::<(), _>(Error::rollback("changed my mind"))).unwrap_err();
    /// assert!(matches!(undone.kind(), ErrorKind::Rollback { .. }));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn rollback(reason: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Rollback { reason: reason.into() })
    }

    pub(crate) fn usage(problem: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Usage { problem: problem.into() })
    }

    pub(crate) fn cursor(problem: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Cursor { problem: problem.into() })
    }

    pub(crate) fn schema(problem: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Schema { problem: problem.into() })
    }

    pub(crate) fn connection(problem: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Connection { problem: problem.into() })
    }

    pub(crate) fn decode(table: &str, column: &str, error: &ValueError) -> Self {
        Self::from_kind(ErrorKind::Decode {
            table: table.to_string(),
            column: column.to_string(),
            expected: error.expected().to_string(),
            found: error.found().to_string(),
        })
    }

    pub(crate) fn encode(table: &str, column: &str, error: &ValueError) -> Self {
        if let Some(words) = error.as_misuse() {
            return Self::usage(words);
        }
        Self::from_kind(ErrorKind::Encode {
            table: table.to_string(),
            column: column.to_string(),
            expected: error.expected().to_string(),
            found: error.found().to_string(),
        })
    }

    /// The error of a function that its model has called for a row: says which row, and what it was called for.
    pub(crate) fn of_row(mut self, event: &str, table: &str, row: String) -> Self {
        let refused = ErrorKind::Refused { table: table.to_string(), row: row.clone(), event: event.to_string() };
        match &mut self.0.kind {
            ErrorKind::Invalid { row: named, .. } if named.is_empty() => *named = row,
            ErrorKind::Invalid { .. } => {}
            // What it carries is the program's own, and is found as before.
            ErrorKind::Other => self.0.kind = refused,
            _ => return Self::from_kind(refused).with_source(self),
        }
        self
    }

    /// The error of a closure that was given rows, which may be that of another database.
    pub(crate) fn of_closure(mut self) -> Self {
        self.0.is_of_closure = true;
        self
    }

    pub(crate) fn is_of_closure(&self) -> bool {
        self.0.is_of_closure
    }

    /// Adds the error that caused this one.
    ///
    /// Kinds that hold the database's own words ([`ErrorKind::Database`], [`ErrorKind::Schema`],
    /// [`ErrorKind::Connection`], [`ErrorKind::ReadOnly`], [`ErrorKind::Canceled`]) say already what it says: there
    /// [`downcast_ref`](Error::downcast_ref) finds it, and a report of the chain does not repeat it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let cause = std::io::Error::other("disk gone");
    /// let error = Error::rollback("cannot go on").with_source(cause);
    /// assert!(error.downcast_ref::<std::io::Error>().is_some());
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the statement that was running, unless one is there already.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let error = Error::new(ErrorKind::Serialization).with_statement("SELECT 1");
    /// assert_eq!(error.statement(), Some("SELECT 1"));
    /// ```
    #[must_use]
    pub fn with_statement(mut self, sql: &str) -> Self {
        self.0.statement.get_or_insert_with(|| sql.to_string());
        self
    }

    /// What kind of error this is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// assert!(matches!(Error::rollback("enough").kind(), ErrorKind::Rollback { reason } if reason == "enough"));
    /// ```
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The kind, owned.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let ErrorKind::Rollback { reason } = Error::rollback("enough").into_kind() else { panic!() };
    /// assert_eq!(reason, "enough");
    /// ```
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        self.0.kind
    }

    /// The SQL that was running, without its values.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let error = db.execute("DELETE FROM nowhere", ()).unwrap_err();
    /// assert_eq!(error.statement(), Some("DELETE FROM nowhere"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// The error inside, if it is an `E`: what [`Error::other`] took.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let error = Error::other(std::fmt::Error);
    /// assert!(error.downcast_ref::<std::fmt::Error>().is_some());
    /// assert!(error.downcast_ref::<std::io::Error>().is_none());
    /// ```
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// What is wrong with a row that is [`ErrorKind::Invalid`], by column: for messages beside the fields of a form.
    /// Nothing for other errors.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// #[derive(Model)]
    /// #[model(validate = check)]
    /// struct User {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     email: String,
    /// }
    ///
    /// fn check(user: &User) -> ormcore::Result<()> {
    ///     if user.email.contains('@') { Ok(()) } else { Err(User::EMAIL.invalid("needs an @")) }
    /// }
    ///
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let error = User::new("ann").insert(&db).map(drop).unwrap_err();
    /// let violation = &error.violations()[0];
    /// assert_eq!((violation.column(), violation.message()), (Some("email"), "needs an @"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match self.kind() {
            ErrorKind::Invalid { violations, .. } => violations,
            _ => &[],
        }
    }

    /// In what the tables are not what the models say, of an error of [`check_all`](crate::plan::Executor::check_all) or
    /// `check_tables`. Nothing for other errors.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let error = db.check_tables::<User>().unwrap_err();
    /// assert_eq!(error.differences()[0].message(), "the table `user` is missing");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match self.kind() {
            ErrorKind::TablesDiffer { differences } => differences,
            _ => &[],
        }
    }

    /// Whether the row is not what its model's `validate` asks for.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(validate = check)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # fn check(user: &User) -> ormcore::Result<()> { if user.age < 0 { Err(User::AGE.invalid("is negative")) } else { Ok(()) } }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let error = User::new(-1).insert(&db).map(drop).unwrap_err();
    /// assert!(error.is_invalid());
    /// assert_eq!(error.to_string(), "`user`: the draft is invalid: `age` is negative");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.kind(), ErrorKind::Invalid { .. })
    }

    /// Whether a row that had to exist does not.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let error = User::find(1, &db).map(drop).unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFound { .. })
    }

    /// Whether a unique constraint or a primary key refused the row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// User::new("ann").with_key(1).insert(&db)?;
    /// let error = User::new("bob").with_key(1).insert(&db).map(drop).unwrap_err();
    /// assert!(error.is_unique_violation());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::UniqueViolation { .. })
    }

    /// Whether a foreign key refused the change.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, #[column(foreign_key = User::ID)] author_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User, Post)>()?;
    /// let error = Post::new(99).insert(&db).map(drop).unwrap_err();
    /// assert!(error.is_foreign_key_violation());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::ForeignKeyViolation { .. })
    }

    /// Whether a column that may not be NULL would have become so.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.execute("CREATE TABLE note (text TEXT NOT NULL) STRICT", ())?;
    /// let error = db.execute("INSERT INTO note (text) VALUES (NULL)", ()).unwrap_err();
    /// assert!(error.is_not_null_violation());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_not_null_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotNullViolation { .. })
    }

    /// Whether a CHECK refused the row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.execute("CREATE TABLE note (stars INTEGER CHECK (stars <= 5)) STRICT", ())?;
    /// let error = db.execute("INSERT INTO note (stars) VALUES (?)", (6,)).unwrap_err();
    /// assert!(error.is_check_violation());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::CheckViolation { .. })
    }

    /// Whether somebody else changed or deleted the row since it was read.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Wiki { #[column(primary_key)] id: i64, text: String, #[column(version)] version: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Wiki,)>()?;
    /// let mut mine = Wiki::new("a").insert(&db)?;
    /// let mut theirs = Wiki::find(mine.id, &db)?;
    /// theirs.update(&db)?;
    /// assert!(mine.update(&db).is_err_and(|error| error.is_stale_row()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_stale_row(&self) -> bool {
        matches!(self.kind(), ErrorKind::StaleRow { .. })
    }

    /// Whether the same transaction, run again from its start, may well succeed.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = loop {
    ///     match db.transaction(|tx| User::new("ann").insert(tx)) {
    ///         Err(error) if error.is_retryable() => continue,
    ///         done => break done?,
    ///     }
    /// };
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind().is_retryable()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &format_args!("{}", self.0.kind));
        if let Some(statement) = &self.0.statement {
            debug.field("statement", statement);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        if self.0.kind.quotes_source() {
            return None;
        }
        self.0.source.as_ref().map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}
