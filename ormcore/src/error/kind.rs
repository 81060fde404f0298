use std::time::Duration;

use crate::error::{Difference, Violation};

/// Everything that can go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A unique constraint or a primary key refused the row.
    UniqueViolation {
        /// The table.
        table: String,
        /// The columns that are unique together; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A foreign key refused the change: the parent row is missing, or children still point to the row.
    ForeignKeyViolation {
        /// The table that was written.
        table: String,
        /// The columns of the foreign key; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A column that may not be NULL would have become so.
    NotNullViolation {
        /// The table.
        table: String,
        /// The column.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A CHECK refused the row, or a text is longer than its column takes.
    CheckViolation {
        /// The table.
        table: String,
        /// The columns; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A row that had to exist does not.
    NotFound {
        /// The table.
        table: String,
        /// What was looked for, in words.
        criterion: String,
    },
    /// The relationship was not loaded, and by its strategy (`raise`) an access does not load it.
    NotLoaded {
        /// The model.
        model: String,
        /// The relationship's field.
        relationship: String,
    },
    /// Rows of one query loaded a relationship one by one, and the database refuses that.
    RepeatedLazyLoads {
        /// The relationship, how often, and the cure.
        problem: String,
    },
    /// One row was asked for and there are more.
    MultipleFound {
        /// The table.
        table: String,
    },
    /// The row was changed or deleted by somebody else since it was read.
    StaleRow {
        /// The table.
        table: String,
        /// The row's primary key, in words.
        key: String,
    },
    /// What the database holds does not fit the field.
    Decode {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What the field can hold.
        expected: String,
        /// What the database holds.
        found: String,
    },
    /// What the field holds cannot be given to the database.
    Encode {
        /// The table; empty for a value of SQL of your own.
        table: String,
        /// The column; empty for a value of a condition.
        column: String,
        /// What the database can hold.
        expected: String,
        /// What the field holds.
        found: String,
    },
    /// A draft lacks a column that has neither a value nor a default.
    MissingColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The model's name.
        model: String,
        /// The column's constant.
        constant: String,
    },
    /// The row is not what its model's `validate` asks for.
    Invalid {
        /// The table.
        table: String,
        /// Which row, in words: by its key, or which draft it is.
        row: String,
        /// What is wrong with it, by column.
        violations: Vec<Violation>,
    },
    /// A function of the model's (`before_insert` and its like) refused the row; its error is the source.
    Refused {
        /// The table.
        table: String,
        /// Which row, in words: by its key, or which draft it is.
        row: String,
        /// What the function was called for, such as `before_insert`.
        event: String,
    },
    /// Another connection holds the lock.
    Busy {
        /// What the database said.
        problem: String,
    },
    /// The transaction cannot be serialized with another one.
    Serialization,
    /// The transaction and another one waited for each other, and the database ended this one.
    Deadlock,
    /// The statement was stopped before its end: it ran for too long, or somebody canceled it.
    Canceled {
        /// What the database said.
        problem: String,
    },
    /// No connection became free in time.
    PoolTimeout {
        /// How long was waited.
        waited: Duration,
        /// The pool's size.
        max_connections: usize,
    },
    /// The database cannot be reached or opened.
    Connection {
        /// What went wrong.
        problem: String,
    },
    /// The models or the database's tables are not what they have to be.
    Schema {
        /// What is wrong and what to do.
        problem: String,
    },
    /// The tables are not what the models say, as a check found out.
    TablesDiffer {
        /// Each thing in which they differ.
        differences: Vec<Difference>,
    },
    /// The text is no [`Cursor`](crate::query::Cursor), or a place in another order: who sent it has changed it.
    Cursor {
        /// What is wrong with it.
        problem: String,
    },
    /// A call that cannot work, such as using the database inside its own transaction.
    Usage {
        /// What is wrong and what to do.
        problem: String,
    },
    /// The database is opened for reading only, or the model is.
    ReadOnly {
        /// What refuses the write.
        problem: String,
    },
    /// A transaction was ended on purpose: [`Error::rollback`](crate::Error::rollback).
    Rollback {
        /// Why.
        reason: String,
    },
    /// The database refused the statement.
    Database {
        /// The database's own code.
        code: Option<String>,
        /// The database's own words, up to where a value that was bound may begin.
        message: String,
    },
    /// Any other error: [`Error::other`](crate::Error::other).
    Other,
}

impl ErrorKind {
    /// Whether it may well be gone when the whole is run again.
    pub(crate) fn is_retryable(&self) -> bool {
        use ErrorKind::{Busy, Deadlock, PoolTimeout, Serialization};

        matches!(self, Busy { .. } | Serialization | Deadlock | PoolTimeout { .. })
    }

    /// Whether the message holds the words of the error that caused it.
    pub(super) fn quotes_source(&self) -> bool {
        use ErrorKind::{Canceled, Connection, Database, ReadOnly, Schema};

        matches!(self, Database { .. } | Schema { .. } | Connection { .. } | ReadOnly { .. } | Canceled { .. })
    }
}
