use std::time::Duration;

use crate::error::Violation;

/// Everything that can go wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A unique constraint or a primary key refused the row.
    #[error("a row of `{table}` with the same{} exists already", listed_or(columns, constraint.as_deref()))]
    UniqueViolation {
        /// The table.
        table: String,
        /// The columns that are unique together; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A foreign key refused the change: the parent row is missing, or children still point to the row.
    #[error(
        "a foreign key{} of or to `{table}` is violated: the row pointed to does not exist, or rows still point to the one deleted",
        listed(columns)
    )]
    ForeignKeyViolation {
        /// The table that was written.
        table: String,
        /// The columns of the foreign key; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A column that may not be NULL would have become so.
    #[error("column `{table}.{}` may not be NULL", columns.join(", "))]
    NotNullViolation {
        /// The table.
        table: String,
        /// The column.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A CHECK refused the row, or a text is longer than its column takes.
    #[error("a row of `{table}` {}", broken(constraint.as_deref()))]
    CheckViolation {
        /// The table.
        table: String,
        /// The columns; empty where the database does not say.
        columns: Vec<String>,
        /// The constraint's name, where the database says it.
        constraint: Option<String>,
    },
    /// A row that had to exist does not.
    #[error("no row of `{table}` {criterion}")]
    NotFound {
        /// The table.
        table: String,
        /// What was looked for, in words.
        criterion: String,
    },
    /// The relationship was not loaded, and by its strategy (`raise`) an access does not load it.
    #[error(
        "the relationship `{model}::{relationship}` was not loaded with this row, and its strategy is `raise`: load it with the query, `.with({model}::{})`",
        constant_of(relationship)
    )]
    NotLoaded {
        /// The model.
        model: String,
        /// The relationship's field.
        relationship: String,
    },
    /// Rows of one query loaded a relationship one by one, and the database refuses that.
    #[error("{problem}")]
    RepeatedLazyLoads {
        /// The relationship, how often, and the cure.
        problem: String,
    },
    /// One row was asked for and there are more.
    #[error("one row of `{table}` was asked for and there are several: filter further, or use `first`")]
    MultipleFound {
        /// The table.
        table: String,
    },
    /// The row was changed or deleted by somebody else since it was read.
    #[error("the row of `{table}` with key {key} was changed or deleted since it was read: `refresh` it and try again")]
    StaleRow {
        /// The table.
        table: String,
        /// The row's primary key, in words.
        key: String,
    },
    /// What the database holds does not fit the field.
    #[error("cannot decode column `{table}.{column}`: expected {expected}, found {found}")]
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
    #[error("cannot send {}: expected {expected}, found {found}", sent(table, column))]
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
    #[error("column `{table}.{column}` has no value: set it with `.set({model}::{constant}, ..)` before the insert")]
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
    #[error("`{table}`: {} is invalid: {}", named(row), Violation::list(violations))]
    Invalid {
        /// The table.
        table: String,
        /// Which row, in words: by its key, or which draft it is.
        row: String,
        /// What is wrong with it, by column.
        violations: Vec<Violation>,
    },
    /// A function of the model's (`before_insert` and its like) refused the row; its error is the source.
    #[error("`{table}`: `{event}` refused {row}")]
    Refused {
        /// The table.
        table: String,
        /// Which row, in words: by its key, or which draft it is.
        row: String,
        /// What the function was called for, such as `before_insert`.
        event: String,
    },
    /// Another connection holds the lock.
    #[error("the database is locked by another connection and the busy timeout ran out")]
    Busy {
        /// What the database said.
        problem: String,
    },
    /// The transaction cannot be serialized with another one.
    #[error("the transaction conflicts with another one: run it again")]
    Serialization,
    /// The transaction and another one waited for each other, and the database ended this one.
    #[error("the transaction and another one waited for each other's locks: run it again")]
    Deadlock,
    /// The statement was stopped before its end: it ran for too long, or somebody canceled it.
    #[error("the statement was canceled: {problem}")]
    Canceled {
        /// What the database said.
        problem: String,
    },
    /// No connection became free in time.
    #[error("no connection became free within {waited:?}: all {max_connections} are in use")]
    PoolTimeout {
        /// How long was waited.
        waited: Duration,
        /// The pool's size.
        max_connections: usize,
    },
    /// The database cannot be reached or opened.
    #[error("cannot connect to the database: {problem}")]
    Connection {
        /// What went wrong.
        problem: String,
    },
    /// The models or the database's tables are not what they have to be.
    #[error("{problem}")]
    Schema {
        /// What is wrong and what to do.
        problem: String,
    },
    /// The text is no [`Cursor`](crate::query::Cursor), or a place in another order: who sent it has changed it.
    #[error("{problem}")]
    Cursor {
        /// What is wrong with it.
        problem: String,
    },
    /// A call that cannot work, such as using the database inside its own transaction.
    #[error("{problem}")]
    Usage {
        /// What is wrong and what to do.
        problem: String,
    },
    /// The database is opened for reading only, or the model is.
    #[error("cannot write: {problem}")]
    ReadOnly {
        /// What refuses the write.
        problem: String,
    },
    /// A transaction was ended on purpose: [`Error::rollback`](crate::Error::rollback).
    #[error("rolled back: {reason}")]
    Rollback {
        /// Why.
        reason: String,
    },
    /// The database refused the statement.
    #[error("the database refused the statement: {message}")]
    Database {
        /// The database's own code.
        code: Option<String>,
        /// The database's own words.
        message: String,
    },
    /// Any other error: [`Error::other`](crate::Error::other).
    #[error("an error of the program")]
    Other,
}

impl ErrorKind {
    /// Whether the message holds the words of the error that caused it.
    pub(super) fn quotes_source(&self) -> bool {
        use ErrorKind::{Canceled, Connection, Database, ReadOnly, Schema};

        matches!(self, Database { .. } | Schema { .. } | Connection { .. } | ReadOnly { .. } | Canceled { .. })
    }
}

/// What could not be sent.
fn sent(table: &str, column: &str) -> String {
    match (table, column) {
        ("", _) => "a parameter".to_string(),
        (table, "") => format!("a value of a condition on `{table}`"),
        (table, column) => format!("column `{table}.{column}`"),
    }
}

/// The columns, each in backticks after a space; nothing where the database does not say which they are.
fn listed(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" `{}`", columns.join("`, `")) }
}

/// The row, once it is known which one it is.
fn named(row: &str) -> &str {
    if row.is_empty() { "a row" } else { row }
}

fn broken(check: Option<&str>) -> String {
    match check {
        Some(check) => format!("breaks the check `{check}`"),
        None => "holds a text that is longer than its column takes, or breaks a check".to_string(),
    }
}

fn listed_or(columns: &[String], constraint: Option<&str>) -> String {
    match constraint {
        Some(constraint) if columns.is_empty() => format!(" values under `{constraint}`"),
        _ => listed(columns),
    }
}

/// The name of the constant that a field gives: `address_book` and `addressBook` give `ADDRESS_BOOK`.
pub(crate) fn constant_of(field: &str) -> String {
    let mut constant = String::with_capacity(field.len());
    let mut after_small = false;
    for letter in field.chars() {
        if letter.is_uppercase() && after_small {
            constant.push('_');
        }
        after_small = letter.is_lowercase();
        constant.extend(letter.to_uppercase());
    }
    constant
}
