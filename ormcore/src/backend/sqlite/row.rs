use std::borrow::Cow;

use rusqlite::types::ValueRef;

use crate::backend::Row;
use crate::value::{FromValue, Value, ValueError};

/// A row of the driver's.
pub(super) struct SqliteRow<'a, 's>(pub(super) &'a rusqlite::Row<'s>);

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

    /// A column that is declared `NUMERIC` or `DECIMAL` keeps a floating-point number without a fraction as an integer.
    #[cold]
    fn whole_float(&self, index: usize) -> Result<f64, ValueError> {
        self.value(index).and_then(f64::from_value)
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

    fn is_null(&self, index: usize) -> Result<bool, ValueError> {
        match self.0.get_ref(index) {
            Ok(value) => Ok(value == ValueRef::Null),
            Err(_) => Err(self.mismatch("a value", index)),
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
            _ => self.whole_float(index).map(Some),
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
