use crate::backend::Row;
use crate::error::{Error, Result};
use crate::value::{FromValue, Value, ValueError};

/// A row as a struct's decoder sees it: values by position, errors that name the column.
#[derive(Clone, Copy)]
pub struct Reader<'r> {
    row: &'r dyn Row,
    first: usize,
    table: &'static str,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("table", &self.table).field("first", &self.first).finish_non_exhaustive()
    }
}

impl<'r> Reader<'r> {
    /// Reads from the row's start; the table is named in errors.
    #[must_use]
    pub fn new(row: &'r dyn Row, table: &'static str) -> Self {
        Reader { row, first: 0, table }
    }

    /// A reader whose position 0 is this one's `index`.
    #[must_use]
    pub fn from(&self, index: usize) -> Self {
        Reader { first: self.first + index, ..*self }
    }

    /// The same, with another table named in errors.
    #[must_use]
    pub fn of(&self, table: &'static str) -> Self {
        Reader { table, ..*self }
    }

    /// Whether the value at a position is NULL.
    #[must_use]
    pub fn is_null(&self, index: usize) -> bool {
        matches!(self.row.value(self.first + index), Ok(Value::Null))
    }

    /// How many values there are from here on.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row.len().saturating_sub(self.first)
    }

    /// Whether there are no values from here on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at a position.
    ///
    /// # Errors
    /// If it does not fit the type, or there is no such position.
    #[inline]
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        match T::read(self.row, self.first + index) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.error(index, &error)),
        }
    }

    #[cold]
    fn error(&self, index: usize, error: &ValueError) -> Error {
        Error::decode(self.table, &self.row.name(self.first + index), error)
    }
}
