//! What each kind of error says.

use std::fmt;

use crate::error::ErrorKind::{
    Busy, Canceled, CheckViolation, Connection, Cursor, Database, Deadlock, Decode, Encode, ForeignKeyViolation,
    Invalid, MissingColumn, MultipleFound, NotFound, NotLoaded, NotNullViolation, Other, PoolTimeout, ReadOnly,
    Refused, RepeatedLazyLoads, Rollback, Schema, Serialization, StaleRow, TablesDiffer, UniqueViolation, Usage,
};
use crate::error::{Difference, ErrorKind, Violation};

impl std::error::Error for ErrorKind {}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decode { .. } | Encode { .. } | MissingColumn { .. } => about_value(self, f),
            UniqueViolation { .. } | ForeignKeyViolation { .. } | NotNullViolation { .. } | CheckViolation { .. } => {
                about_constraint(self, f)
            }
            NotFound { .. }
            | NotLoaded { .. }
            | MultipleFound { .. }
            | StaleRow { .. }
            | Invalid { .. }
            | Refused { .. } => about_row(self, f),
            RepeatedLazyLoads { problem } | Schema { problem } | Cursor { problem } | Usage { problem } => {
                f.write_str(problem)
            }
            TablesDiffer { differences } => {
                write!(f, "the database does not hold what the models say:{}", Difference::list(differences))
            }
            Busy { .. } => f.write_str("the database is locked by another connection and the busy timeout ran out"),
            Serialization => f.write_str("the transaction conflicts with another one: run it again"),
            Deadlock => f.write_str("the transaction and another one waited for each other's locks: run it again"),
            Canceled { problem } => write!(f, "the statement was canceled: {problem}"),
            PoolTimeout { waited, max_connections } => {
                write!(f, "no connection became free within {waited:?}: all {max_connections} are in use")
            }
            Connection { problem } => write!(f, "cannot connect to the database: {problem}"),
            ReadOnly { problem } => write!(f, "cannot write: {problem}"),
            Rollback { reason } => write!(f, "rolled back: {reason}"),
            Database { message, .. } => write!(f, "the database refused the statement: {message}"),
            Other => f.write_str("an error of the program"),
        }
    }
}

fn about_value(kind: &ErrorKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        Decode { table, column, expected, found } => {
            write!(f, "cannot decode column `{table}.{column}`: expected {expected}, found {found}")
        }
        Encode { table, column, expected, found } => {
            write!(f, "cannot send {}: expected {expected}, found {found}", sent(table, column))
        }
        MissingColumn { table, column, model, constant } => {
            write!(
                f,
                "column `{table}.{column}` has no value: set it with `.set({model}::{constant}, ..)` before the insert"
            )
        }
        _ => Ok(()),
    }
}

fn about_constraint(kind: &ErrorKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        UniqueViolation { table, columns, constraint } => {
            write!(f, "a row of `{table}` with the same{} exists already", listed_or(columns, constraint.as_deref()))
        }
        ForeignKeyViolation { table, columns, .. } => {
            write!(
                f,
                "a foreign key{} of or to `{table}` is violated: the row pointed to does not exist, or rows still point \
                 to the one deleted",
                listed(columns)
            )
        }
        NotNullViolation { table, columns, .. } => {
            write!(f, "column `{table}.{}` may not be NULL", columns.join(", "))
        }
        CheckViolation { table, constraint, .. } => {
            write!(f, "a row of `{table}` {}", broken(constraint.as_deref()))
        }
        _ => Ok(()),
    }
}

fn about_row(kind: &ErrorKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        NotFound { table, criterion } => write!(f, "no row of `{table}` {criterion}"),
        NotLoaded { model, relationship } => {
            write!(
                f,
                "the relationship `{model}::{relationship}` was not loaded with this row, and its strategy is `raise`: \
                 load it with the query, `.with({model}::{})`",
                constant_of(relationship)
            )
        }
        MultipleFound { table } => {
            write!(f, "one row of `{table}` was asked for and there are several: filter further, or use `first`")
        }
        StaleRow { table, key } => {
            write!(
                f,
                "the row of `{table}` with key {key} was changed or deleted since it was read: `refresh` it and try again"
            )
        }
        Invalid { table, row, violations } => {
            write!(f, "`{table}`: {} is invalid: {}", named(row), Violation::list(violations))
        }
        Refused { table, row, event } => write!(f, "`{table}`: `{event}` refused {row}"),
        _ => Ok(()),
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

/// The name of the constant that a field gives, as the derive names it: `address_book`, `addressBook` and `ADDRESSBook` give
/// `ADDRESS_BOOK`.
pub(crate) fn constant_of(field: &str) -> String {
    let mut constant = String::with_capacity(field.len());
    let mut letters = field.chars().peekable();
    // Whether the last letter of the word was a small one; digits are neither.
    let mut after_small = None;
    while let Some(letter) = letters.next() {
        let is_before_small = letters.peek().is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && after_small.is_some_and(|small| small || is_before_small) {
            constant.push('_');
        }
        after_small = match letter {
            '_' => None,
            _ if letter.is_lowercase() || letter.is_uppercase() => Some(letter.is_lowercase()),
            _ => after_small,
        };
        constant.extend(letter.to_uppercase());
    }
    if field.chars().any(char::is_uppercase) { with_single_gaps(&constant) } else { constant }
}

/// One underscore between words, and those around them as they are.
fn with_single_gaps(name: &str) -> String {
    let inner = name.trim_matches('_');
    let words: Vec<&str> = inner.split('_').filter(|word| !word.is_empty()).collect();
    match name.find(inner) {
        Some(start) if !inner.is_empty() => {
            format!("{}{}{}", &name[..start], words.join("_"), &name[start + inner.len()..])
        }
        _ => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::constant_of;

    #[test]
    fn constants_are_those_of_the_derive() {
        for (field, constant) in [
            ("address_book", "ADDRESS_BOOK"),
            ("addressBook", "ADDRESS_BOOK"),
            ("HTTPServer", "HTTP_SERVER"),
            ("x2Y", "X2_Y"),
            ("OAuth2Token", "O_AUTH2_TOKEN"),
            ("_hidden", "_HIDDEN"),
            ("self_", "SELF_"),
            ("two__words", "TWO__WORDS"),
            ("_two__Words__", "_TWO_WORDS__"),
            ("_30_days", "_30_DAYS"),
        ] {
            assert_eq!(constant_of(field), constant, "{field}");
        }
    }
}
