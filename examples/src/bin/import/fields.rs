//! The fields of one row, by the names that the file's first line gives them.

use std::fmt::Display;
use std::str::FromStr;

use csv::StringRecord;

pub(crate) struct Fields<'r> {
    header: &'r StringRecord,
    record: &'r StringRecord,
}

impl<'r> Fields<'r> {
    pub(crate) fn new(header: &'r StringRecord, record: &'r StringRecord) -> Self {
        Fields { header, record }
    }

    /// What stands in the column, which may not be empty.
    pub(crate) fn text(&self, column: &str) -> Result<&'r str, String> {
        let text = self.raw(column)?;
        if text.is_empty() { Err(format!("`{column}` is empty")) } else { Ok(text) }
    }

    /// As a value of the column's type.
    pub(crate) fn get<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, String> {
        let text = self.text(column)?;
        text.parse().map_err(|error| format!("`{column}` is {text:?}: {error}"))
    }

    /// As [`Fields::get`]; an empty field is no value.
    pub(crate) fn optional<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>, String> {
        if self.raw(column)?.is_empty() { Ok(None) } else { self.get(column).map(Some) }
    }

    fn raw(&self, column: &str) -> Result<&'r str, String> {
        let place = self.header.iter().position(|name| name.trim() == column);
        let place = place.ok_or_else(|| format!("the file has no column `{column}`"))?;
        self.record.get(place).map(str::trim).ok_or_else(|| format!("`{column}` is missing: the row ends before it"))
    }
}
