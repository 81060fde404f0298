use rusqlite::{CachedStatement, ToSql};

use crate::backend::Parameters;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Value, format_uuid, temporal};

/// Binds values to a statement, in order, in the forms in which SQLite holds them.
pub(super) struct Binder<'a, 'c> {
    statement: &'a mut CachedStatement<'c>,
    wanted: usize,
    bound: usize,
}

impl<'a, 'c> Binder<'a, 'c> {
    pub(super) fn new(statement: &'a mut CachedStatement<'c>) -> Self {
        Binder { wanted: statement.parameter_count(), statement, bound: 0 }
    }

    /// # Errors
    /// If there were more or fewer values than placeholders.
    pub(super) fn finish(self) -> Result<()> {
        if self.bound == self.wanted {
            return Ok(());
        }
        Err(Error::usage(format!("the statement has {} placeholders and was given {} values", self.wanted, self.bound)))
    }

    fn bind(&mut self, value: impl ToSql) -> Result<()> {
        let bound = self.statement.raw_bind_parameter(self.bound, value);
        bound.map_err(|error| Error::from_kind(ErrorKind::Database { code: None, message: error.to_string() }))
    }
}

impl Parameters for Binder<'_, '_> {
    fn push(&mut self, value: Value<'_>, _secret: bool) -> Result<()> {
        self.bound += 1;
        if self.bound > self.wanted {
            return Ok(());
        }
        match value {
            Value::Null => self.bind(rusqlite::types::Null),
            Value::Bool(value) => self.bind(value),
            Value::Int(value) => self.bind(value),
            Value::Float(value) => self.bind(value),
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => self.bind(text.as_ref()),
            Value::Bytes(bytes) => self.bind(bytes.as_ref()),
            Value::Date(days) if temporal::DATES.contains(&days) => self.bind(temporal::format_date(days)),
            Value::Time(time) if temporal::TIMES.contains(&time) => self.bind(temporal::format_time(time)),
            Value::DateTime(at) | Value::Timestamp(at) if temporal::is_writable(at) => {
                self.bind(temporal::format_datetime(at))
            }
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => Err(Error::usage(
                "SQLite holds dates of the years 0000 to 9999 and times of one day only, so that their text sorts",
            )),
            Value::Uuid(bytes) => self.bind(format_uuid(&bytes)),
        }
    }
}
