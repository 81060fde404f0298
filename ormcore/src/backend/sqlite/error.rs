//! SQLite's errors as ormcore's.

use rusqlite::{Connection, Error as SqliteError, ErrorCode, ffi};

use crate::backend::unbound::{WHILE_IT_RAN, without_value};
use crate::backend::written;
use crate::error::{Error, ErrorKind};

/// Whether nothing that follows on this connection can be trusted.
pub(super) fn breaks_connection(error: &SqliteError) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure)
    ) || error.sqlite_error().is_some_and(is_moved)
}

/// Whether the connection has a file open that is no longer at its path, and writes to it no more.
fn is_moved(code: &ffi::Error) -> bool {
    code.extended_code == ffi::SQLITE_READONLY_DBMOVED
}

pub(super) fn is_read_only(error: &SqliteError) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ReadOnly)
}

/// Whether another connection holds a lock.
pub(super) fn is_busy(error: &SqliteError) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether the statement was ended before its end.
pub(super) fn is_interrupted(error: &SqliteError) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

/// The error of a statement that takes values, without those. SQLite's words may hold one where they are about it, as those
/// of MATCH and of JSON paths are, and not where they are about the statement's text: then preparing it ends in the same.
/// What a trigger raises is a constraint's, and stays in the words of who wrote it.
pub(super) fn without_values(error: SqliteError, connection: &Connection, sql: &str) -> SqliteError {
    // Those of other codes are SQLite's own alone, or the names of constraints.
    let is_about_any = |code: &ffi::Error| matches!(code.code, ErrorCode::Unknown | ErrorCode::CannotOpen);
    let code_and_words = words(&error).filter(|(code, _)| is_about_any(code));
    let Some((code, message)) = code_and_words else { return error };
    let may_hold_one = match connection.prepare(sql) {
        Ok(statement) => statement.parameter_count() > 0,
        Err(again) => words(&again).is_none_or(|(_, said)| said != message),
    };
    if may_hold_one {
        return SqliteError::SqliteFailure(code, Some(without_value(WHILE_IT_RAN, &message).into_owned()));
    }
    error
}

fn words(error: &SqliteError) -> Option<(ffi::Error, String)> {
    match error {
        SqliteError::SqliteFailure(code, message) => Some((*code, message.clone().unwrap_or_else(|| code.to_string()))),
        SqliteError::SqlInputError { error, msg, .. } => Some((*error, msg.clone())),
        _ => None,
    }
}

pub(super) fn translate(error: SqliteError, connection: &Connection, sql: &str) -> Error {
    let Some((code, message)) = words(&error) else {
        let kind = ErrorKind::Database { code: None, message: error.to_string() };
        return Error::from_kind(kind).with_statement(sql).with_source(error);
    };
    let kind = match code.code {
        ErrorCode::ConstraintViolation => constraint(code.extended_code, message, connection, sql),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy { problem: message },
        ErrorCode::OperationInterrupted => ErrorKind::Canceled {
            problem: "it ran longer than its `statement_timeout`, or was interrupted".to_string(),
        },
        _ if is_moved(&code) => ErrorKind::Connection {
            problem:
                "the database's file was moved, replaced or deleted while it was open: this connection is given up, \
                      and the next one opens what is there now"
                    .to_string(),
        },
        ErrorCode::ReadOnly => ErrorKind::ReadOnly { problem: message },
        ErrorCode::CannotOpen | ErrorCode::NotADatabase => ErrorKind::Connection { problem: message },
        _ => match schema_problem(&message) {
            Some(problem) => ErrorKind::Schema { problem },
            None => ErrorKind::Database { code: Some(code.extended_code.to_string()), message },
        },
    };
    Error::from_kind(kind).with_statement(sql).with_source(error)
}

fn schema_problem(message: &str) -> Option<String> {
    let missing_table = message.starts_with("no such table");
    let missing_column = message.starts_with("no such column") || message.contains("has no column named");
    match (missing_table, missing_column) {
        (true, _) => Some(format!("{message}: `create_all` creates the tables of all models")),
        (_, true) => Some(format!(
            "{message}: the table differs from its model; `create_all` leaves a table alone that is there already"
        )),
        _ => None,
    }
}

fn written_table(sql: &str) -> String {
    written::written_table(sql, str::to_string)
}

/// SQLite says which columns in its message only: `UNIQUE constraint failed: user.first, user.last`.
fn constraint(code: i32, message: String, connection: &Connection, sql: &str) -> ErrorKind {
    let detail = message.split_once(": ").map_or("", |(_, detail)| detail);
    let (table, columns) = named_columns(detail, &written_table(sql));
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let index = detail.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\''));
            match index {
                Some(name) => ErrorKind::UniqueViolation {
                    table: written_table(sql),
                    columns: Vec::new(),
                    constraint: Some(name.to_string()),
                },
                None => ErrorKind::UniqueViolation { table, columns, constraint: None },
            }
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation { table, columns, constraint: None },
        ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation {
            table: written_table(sql),
            columns: Vec::new(),
            constraint: Some(detail.to_string()),
        },
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => foreign_key(connection, sql),
        // What `ON DELETE RESTRICT` refuses, SQLite reports as a trigger's doing.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => foreign_key(connection, sql),
        _ => ErrorKind::Database { code: Some(code.to_string()), message },
    }
}

fn foreign_key(connection: &Connection, sql: &str) -> ErrorKind {
    let table = written_table(sql);
    // A new row breaks a foreign key of its own table, and a deleted one that of another; what is set may break either.
    let own = !written::deletes(sql) && !are_pointed_to(connection, &table, &written::set_clauses(sql));
    let columns = if own { only_foreign_key(connection, &table) } else { Vec::new() };
    ErrorKind::ForeignKeyViolation { table, columns, constraint: None }
}

/// The table and the columns of a detail such as `user.first, user.last`. Where it is about the table that was written,
/// names may hold dots and commas.
fn named_columns(detail: &str, written: &str) -> (String, Vec<String>) {
    let prefix = format!("{written}.");
    if let Some(rest) = detail.strip_prefix(&prefix).filter(|_| !written.is_empty()) {
        let columns = rest.split(&format!(", {prefix}")).map(str::to_string).collect();
        return (written.to_string(), columns);
    }
    let mut table = "";
    let mut columns = Vec::new();
    for part in detail.split(", ") {
        if let Some((of, column)) = part.rsplit_once('.') {
            table = of;
            columns.push(column.to_string());
        }
    }
    (table.to_string(), columns)
}

/// Whether a foreign key may lead to what is set. One that leads to its own table is broken from both of its ends by what
/// reads alike.
fn are_pointed_to(connection: &Connection, table: &str, set: &str) -> bool {
    let columns = || {
        let mut statement = connection.prepare(
            "SELECT CASE WHEN t.name <> k.\"table\" COLLATE NOCASE THEN k.\"to\" END \
             FROM pragma_table_list AS t, pragma_foreign_key_list(t.name, t.schema) AS k \
             WHERE k.\"table\" = ? COLLATE NOCASE",
        )?;
        let columns = statement.query_map([table], |row| row.get(0))?;
        columns.collect::<rusqlite::Result<Vec<Option<String>>>>()
    };
    let may_be = |column: &Option<String>| column.as_deref().is_none_or(|column| written::names(set, column));
    !set.is_empty() && columns().map_or(true, |columns| columns.iter().any(may_be))
}

/// SQLite does not say which foreign key failed; where the table has one, it is that.
fn only_foreign_key(connection: &Connection, table: &str) -> Vec<String> {
    let keys = || {
        let mut statement =
            connection.prepare("SELECT id, \"from\" FROM pragma_foreign_key_list(?) ORDER BY id, seq")?;
        let keys = statement.query_map([table], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        keys.collect::<rusqlite::Result<Vec<_>>>()
    };
    let keys = keys().unwrap_or_default();
    match keys.last() {
        Some((0, _)) => keys.into_iter().map(|(_, column)| column).collect(),
        _ => Vec::new(),
    }
}
