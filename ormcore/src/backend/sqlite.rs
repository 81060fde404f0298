//! SQLite, embedded, through `rusqlite`.
//!
//! Every connection has foreign keys on, LIKE that respects case, text in double quotes refused as a value, a cache of
//! prepared statements, and a plan for each of them that does not depend on the values bound (QPSG). A file is in WAL
//! mode with `synchronous=FULL`: one fsync a commit, and readers beside one writer.

use std::any::Any;
use std::borrow::Cow;

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::backend::{Backend, Connection, Outcome, Parameters, Row, Statement, Steps, TransactionOptions, Wants};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{Dialect, Sqlite};
use crate::value::{Value, ValueError, format_uuid, temporal};

mod decimal;
mod error;
mod open;
mod options;

/// The driver, in the version that ormcore was built with.
pub use rusqlite;

pub use options::SqliteOptions;

/// A SQLite database: a file, or memory.
#[derive(Debug, Clone)]
pub struct SqliteBackend {
    options: SqliteOptions,
}

impl SqliteBackend {
    /// The database that the options name.
    #[must_use]
    pub fn new(options: SqliteOptions) -> Self {
        SqliteBackend { options }
    }
}

impl Backend for SqliteBackend {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        let connection = open::open(&self.options)?;
        Ok(Box::new(SqliteConnection { connection, usable: true, query_only: false }))
    }

    fn is_single_connection(&self) -> bool {
        self.options.is_memory()
    }
}

struct SqliteConnection {
    connection: rusqlite::Connection,
    usable: bool,
    query_only: bool,
}

impl SqliteConnection {
    fn error(&mut self, error: rusqlite::Error, sql: &str) -> Error {
        self.usable &= !error::breaks_connection(&error);
        error::translate(error, &self.connection, sql)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(|error| self.error(error, sql))
    }

    /// BEGIN and its like, through the statement cache.
    fn control(&mut self, sql: &str) -> Result<()> {
        let ended = self.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        ended.map(drop).map_err(|error| self.error(error, sql))
    }

    fn end(&mut self, sql: &str) -> Result<()> {
        self.control(sql)?;
        self.allow_writes()
    }

    /// Takes back what a read-only transaction set, once that has ended; raw SQL or an error may have ended it.
    fn allow_writes(&mut self) -> Result<()> {
        if self.query_only && self.connection.is_autocommit() {
            self.query_only = false;
            self.script("PRAGMA query_only = OFF")?;
        }
        Ok(())
    }
}

impl Connection for SqliteConnection {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        self.allow_writes()?;
        for (index, statement) in batch.iter().enumerate() {
            match run(&self.connection, index, statement, steps) {
                Ok(()) => {}
                Err(Failure::Database(error)) => return Err(self.error(error, &statement.sql)),
                Err(Failure::Steps(error)) => return Err(error.with_statement(&statement.sql)),
            }
        }
        Ok(())
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.script(sql)
    }

    fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.allow_writes()?;
        if !options.read_only {
            // A transaction that reads first and writes later fails at once in WAL mode, whatever the busy timeout.
            return self.control("BEGIN IMMEDIATE");
        }
        self.control("BEGIN")?;
        self.query_only = true;
        self.script("PRAGMA query_only = ON")
    }

    fn commit(&mut self) -> Result<()> {
        self.end("COMMIT")
    }

    fn rollback(&mut self) -> Result<()> {
        // Some errors, such as a full disk, end the transaction by themselves.
        if self.in_transaction() { self.end("ROLLBACK") } else { Ok(()) }
    }

    fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn is_usable(&self) -> bool {
        self.usable
    }

    fn driver(&mut self) -> &mut dyn Any {
        &mut self.connection
    }
}

enum Failure {
    Database(rusqlite::Error),
    Steps(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Steps(error)
    }
}

fn run(
    connection: &rusqlite::Connection,
    index: usize,
    statement: &Statement,
    steps: &mut dyn Steps,
) -> Result<(), Failure> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    for execution in 0..statement.executions {
        let mut binder = Binder { statement: &mut prepared, bound: 0 };
        steps.bind(index, execution, &mut binder)?;
        binder.check()?;
        let changes = if statement.wants == Wants::Count { connection.total_changes() } else { 0 };
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            match statement.wants {
                Wants::Count => {}
                Wants::Rows => steps.row(index, execution, &SqliteRow(row))?,
                Wants::FirstRow => {
                    steps.row(index, execution, &SqliteRow(row))?;
                    break;
                }
            }
        }
        drop(rows);
        if statement.wants == Wants::Count {
            let rows = if connection.total_changes() == changes { 0 } else { connection.changes() };
            let key = Some(connection.last_insert_rowid());
            steps.outcome(index, execution, Outcome { rows, key })?;
        }
    }
    Ok(())
}

struct Binder<'a, 'c> {
    statement: &'a mut rusqlite::CachedStatement<'c>,
    bound: usize,
}

impl Binder<'_, '_> {
    fn check(&self) -> Result<()> {
        let wanted = self.statement.parameter_count();
        if self.bound == wanted {
            return Ok(());
        }
        Err(Error::usage(format!("the statement has {wanted} placeholders and was given {} values", self.bound)))
    }
}

impl Parameters for Binder<'_, '_> {
    fn push(&mut self, value: Value<'_>, _secret: bool) -> Result<()> {
        self.bound += 1;
        if self.bound > self.statement.parameter_count() {
            return Ok(());
        }
        let bound = self.statement.raw_bind_parameter(self.bound, Sent(&value).output()?);
        bound.map_err(|error| Error::from_kind(ErrorKind::Database { code: None, message: error.to_string() }))
    }
}

/// A value in the form in which SQLite holds it.
struct Sent<'a>(&'a Value<'a>);

impl<'a> Sent<'a> {
    fn output(self) -> Result<ToSqlOutput<'a>> {
        let borrowed = |value| Ok(ToSqlOutput::Borrowed(value));
        match self.0 {
            Value::Null => borrowed(ValueRef::Null),
            Value::Bool(value) => borrowed(ValueRef::Integer(i64::from(*value))),
            Value::Int(value) => borrowed(ValueRef::Integer(*value)),
            Value::Float(value) => borrowed(ValueRef::Real(*value)),
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(bytes) => borrowed(ValueRef::Blob(bytes)),
            Value::Date(days) if temporal::DATES.contains(days) => owned(temporal::format_date(*days)),
            Value::Time(time) if temporal::TIMES.contains(time) => owned(temporal::format_time(*time)),
            Value::DateTime(at) | Value::Timestamp(at) if temporal::is_writable(*at) => {
                owned(temporal::format_datetime(*at))
            }
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => Err(Error::usage(
                "SQLite holds dates of the years 0000 to 9999 and times of one day only, so that their text sorts",
            )),
            Value::Uuid(bytes) => owned(format_uuid(bytes)),
        }
    }
}

fn owned<'a>(text: String) -> Result<ToSqlOutput<'a>> {
    Ok(ToSqlOutput::Owned(rusqlite::types::Value::Text(text)))
}

struct SqliteRow<'a, 's>(&'a rusqlite::Row<'s>);

fn utf8(bytes: &[u8]) -> Result<&str, ValueError> {
    std::str::from_utf8(bytes).map_err(|_| ValueError::new("text", "bytes that are not UTF-8"))
}

impl SqliteRow<'_, '_> {
    #[cold]
    fn mismatch(&self, expected: &'static str, index: usize) -> ValueError {
        match self.value(index) {
            Ok(found) => ValueError::mismatch(expected, &found),
            Err(error) => error,
        }
    }
}

impl Row for SqliteRow<'_, '_> {
    fn len(&self) -> usize {
        self.0.as_ref().column_count()
    }

    fn value(&self, index: usize) -> Result<Value<'_>, ValueError> {
        let value = self.0.get_ref(index).map_err(|error| ValueError::new("a value", error.to_string()))?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Float(value),
            ValueRef::Blob(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            ValueRef::Text(bytes) => Value::Text(Cow::Borrowed(utf8(bytes)?)),
        })
    }

    fn name(&self, index: usize) -> Cow<'_, str> {
        match self.0.as_ref().column_name(index) {
            Ok(name) => Cow::Borrowed(name),
            Err(_) => Cow::Owned(format!("number {index}")),
        }
    }

    fn int(&self, index: usize) -> Result<Option<i64>, ValueError> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Integer(value)) => Ok(Some(value)),
            Ok(ValueRef::Null) => Ok(None),
            _ => Err(self.mismatch("an integer", index)),
        }
    }

    fn float(&self, index: usize) -> Result<Option<f64>, ValueError> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Real(value)) => Ok(Some(value)),
            Ok(ValueRef::Null) => Ok(None),
            _ => Err(self.mismatch("a floating-point number", index)),
        }
    }

    fn text(&self, index: usize) -> Result<Option<String>, ValueError> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Text(bytes)) => utf8(bytes).map(|text| Some(text.to_owned())),
            Ok(ValueRef::Null) => Ok(None),
            _ => Err(self.mismatch("text", index)),
        }
    }
}
