use rusqlite::types::Null;
use rusqlite::{Statement, ToSql};

use crate::backend::Parameters;
use crate::error::{Error, ErrorKind, Result};
use crate::value::array::json;
use crate::value::{Value, format_uuid, temporal};

/// Binds values to a statement, in order, in the forms in which SQLite holds them.
pub(super) struct Binder<'a, 'c> {
    statement: &'a mut Statement<'c>,
    wanted: usize,
    bound: usize,
    /// The first value that was refused.
    problem: Option<Error>,
}

impl<'a, 'c> Binder<'a, 'c> {
    /// `wanted` is the count of the statement's placeholders.
    #[inline]
    pub(super) fn new(statement: &'a mut Statement<'c>, wanted: usize) -> Self {
        Binder { wanted, statement, bound: 0, problem: None }
    }

    /// # Errors
    /// If there were more or fewer values than placeholders, or SQLite has no place for one.
    #[inline]
    pub(super) fn finish(&mut self) -> Result<()> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        if self.bound == self.wanted {
            return Ok(());
        }
        Err(Error::usage(format!("the statement has {} placeholders and was given {} values", self.wanted, self.bound)))
    }

    #[inline]
    fn bind(&mut self, value: impl ToSql) {
        self.bound += 1;
        if self.bound > self.wanted {
            return;
        }
        if let Err(error) = self.statement.raw_bind_parameter(self.bound, value) {
            self.refuse_value(&error);
        }
    }

    #[cold]
    fn refuse_value(&mut self, error: &rusqlite::Error) {
        self.refuse(Error::from_kind(ErrorKind::Database { code: None, message: error.to_string() }));
    }

    #[cold]
    fn refuse(&mut self, problem: Error) {
        self.problem.get_or_insert(problem);
    }

    #[cold]
    fn refuse_time(&mut self) {
        self.bound += 1;
        self.refuse(Error::usage(
            "SQLite holds dates of the years 0000 to 9999 and times of one day only, so that their text sorts",
        ));
    }
}

/// Whether SQLite has a place for the value.
fn has_place(value: &Value<'_>) -> bool {
    match value {
        Value::Date(days) => temporal::DATES.contains(days),
        Value::Time(time) => temporal::TIMES.contains(time),
        Value::DateTime(at) | Value::Timestamp(at) => temporal::is_writable(*at),
        Value::Array(values) => values.iter().all(has_place),
        _ => true,
    }
}

impl Parameters for Binder<'_, '_> {
    fn push(&mut self, value: Value<'_>, _secret: bool) {
        match value {
            Value::Null => self.bind(Null),
            Value::Bool(value) => self.bind(value),
            Value::Int(value) => self.bind(value),
            Value::Float(value) => self.bind(value),
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => self.bind(text.as_ref()),
            Value::Bytes(bytes) => self.bind(bytes.as_ref()),
            Value::Date(days) if temporal::DATES.contains(&days) => self.bind(temporal::format_date(days)),
            Value::Time(time) if temporal::TIMES.contains(&time) => self.bind(temporal::format_time(time)),
            Value::DateTime(at) | Value::Timestamp(at) if temporal::is_writable(at) => {
                self.bind(temporal::format_datetime(at));
            }
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => self.refuse_time(),
            Value::Uuid(bytes) => self.bind(format_uuid(&bytes)),
            Value::Array(values) if values.iter().all(has_place) => self.bind(json::write(&values)),
            Value::Array(_) => self.refuse_time(),
        }
    }

    fn push_null(&mut self, _secret: bool) {
        self.bind(Null);
    }

    fn push_int(&mut self, value: i64, _secret: bool) {
        self.bind(value);
    }

    fn push_float(&mut self, value: f64, _secret: bool) {
        self.bind(value);
    }

    fn push_text(&mut self, text: &str, _secret: bool) {
        self.bind(text);
    }
}
