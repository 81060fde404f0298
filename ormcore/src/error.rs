//! The one error type, one word wide, and the closed list of what can go wrong.

use std::error::Error as StdError;
use std::fmt;

use crate::value::ValueError;

mod kind;

pub use kind::ErrorKind;

/// A `Result` with ormcore's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
///
/// [`Error::kind`] gives the kind to match on; [`Error::statement`] the SQL that was running. Values that were bound
/// are never part of the message.
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
}

impl Error {
    pub(crate) fn from_kind(kind: ErrorKind) -> Self {
        Error(Box::new(Inner { kind, statement: None, source: None }))
    }

    /// An error of the given kind: for backends outside this crate.
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
    #[must_use]
    pub fn rollback(reason: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Rollback { reason: reason.into() })
    }

    pub(crate) fn usage(problem: impl Into<String>) -> Self {
        Self::from_kind(ErrorKind::Usage { problem: problem.into() })
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
        Self::from_kind(ErrorKind::Encode {
            table: table.to_string(),
            column: column.to_string(),
            expected: error.expected().to_string(),
            found: error.found().to_string(),
        })
    }

    /// Adds the error that caused this one.
    ///
    /// Kinds that hold the database's own words ([`ErrorKind::Database`], [`ErrorKind::Schema`],
    /// [`ErrorKind::Connection`], [`ErrorKind::ReadOnly`]) say already what it says: there
    /// [`downcast_ref`](Error::downcast_ref) finds it, and a report of the chain does not repeat it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the statement that was running, unless one is there already.
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
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        self.0.kind
    }

    /// The SQL that was running, without its values.
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// The error inside, if it is an `E`: what [`Error::other`] took.
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// Whether a row that had to exist does not.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFound { .. })
    }

    /// Whether a unique constraint or a primary key refused the row.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::UniqueViolation { .. })
    }

    /// Whether a foreign key refused the change.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::ForeignKeyViolation { .. })
    }

    /// Whether a column that may not be NULL would have become so.
    #[must_use]
    pub fn is_not_null_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotNullViolation { .. })
    }

    /// Whether a CHECK refused the row.
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::CheckViolation { .. })
    }

    /// Whether somebody else changed or deleted the row since it was read.
    #[must_use]
    pub fn is_stale_row(&self) -> bool {
        matches!(self.kind(), ErrorKind::StaleRow { .. })
    }

    /// Whether the same transaction, run again from its start, may well succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind(), ErrorKind::Busy { .. } | ErrorKind::Serialization | ErrorKind::PoolTimeout { .. })
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
