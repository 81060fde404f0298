use std::fmt;

use crate::model::Record;
use crate::value::{Field, Parameters, Value, ValueError, bytes};

/// The values of a row's columns, in one piece of memory: rows that a program changes are many.
///
/// What no database can hold is NULL here, and an error when it is written.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Values(Box<[u8]>);

impl Values {
    /// Of the first `count` columns of a row; `memory` is that of the work before.
    pub(crate) fn of(row: &dyn Record, count: usize, memory: &mut Vec<u8>) -> Self {
        memory.clear();
        for index in 0..count {
            if row.field(index).send(&mut Appending(memory)).is_err() {
                bytes::push(memory, &Value::Null);
            }
        }
        Values(memory.as_slice().into())
    }

    /// The value of a column.
    pub(crate) fn get(&self, index: usize) -> Value<'_> {
        self.iter().nth(index).unwrap_or(Value::Null)
    }

    /// The values of all columns.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        self.pieces().map(|piece| bytes::first(piece).unwrap_or(Value::Null))
    }

    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (piece, behind) = bytes::split(rest)?;
            rest = behind;
            Some(piece)
        })
    }

    /// Compares the columns with those of a row, one after the other.
    pub(crate) fn comparing(&self) -> Comparing<'_> {
        Comparing { rest: &self.0, is_same: false }
    }

    /// Whether a column has the value of this field.
    pub(crate) fn is(&self, index: usize, field: &dyn Field) -> bool {
        let mut comparing = self.comparing();
        (0..index).for_each(|_| comparing.skip());
        comparing.has(field)
    }

    /// The positions of the columns that have other values in a row.
    pub(crate) fn differences(&self, row: &dyn Record) -> impl Iterator<Item = usize> {
        let mut comparing = self.comparing();
        (0..self.pieces().count()).filter(move |index| !comparing.has(row.field(*index)))
    }

    /// Sets the value of a column.
    pub(crate) fn set(&mut self, index: usize, value: &Value<'_>) {
        let mut memory = Vec::with_capacity(self.0.len());
        for (at, piece) in self.pieces().enumerate() {
            if at == index {
                bytes::push(&mut memory, value);
            } else {
                memory.extend_from_slice(piece);
            }
        }
        self.0 = memory.into();
    }
}

/// Some of them may be secret.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

/// Takes values by appending them.
struct Appending<'m>(&'m mut Vec<u8>);

impl Parameters for Appending<'_> {
    fn push(&mut self, value: Value<'_>, _: bool) {
        bytes::push(self.0, &value);
    }

    fn push_int(&mut self, value: i64, _: bool) {
        bytes::push_int(self.0, value);
    }

    fn push_float(&mut self, value: f64, _: bool) {
        bytes::push_float(self.0, value);
    }

    fn push_text(&mut self, text: &str, _: bool) {
        bytes::push_text(self.0, text);
    }
}

/// Values that are compared with others, one after the other.
pub(crate) struct Comparing<'v> {
    rest: &'v [u8],
    is_same: bool,
}

impl<'v> Comparing<'v> {
    /// Whether the next value is what `send` sends.
    ///
    /// # Errors
    /// If no database could hold that.
    #[inline]
    pub(crate) fn is(
        &mut self,
        send: impl FnOnce(&mut dyn Parameters) -> Result<(), ValueError>,
    ) -> Result<bool, ValueError> {
        self.is_same = false;
        let sent = send(self);
        if !self.is_same {
            self.skip();
        }
        sent.map(|()| self.is_same)
    }

    /// Whether the next value is that of this field.
    fn has(&mut self, field: &dyn Field) -> bool {
        let next = self.rest;
        let is_null = || bytes::first(next).is_some_and(|value| value.is_null());
        self.is(|parameters| field.send(parameters)).unwrap_or_else(|_| is_null())
    }

    /// Leaves the next value out.
    pub(crate) fn skip(&mut self) {
        self.rest = bytes::split(self.rest).map_or(&[], |(_, rest)| rest);
    }

    #[inline]
    fn go_on(&mut self, behind: Option<&'v [u8]>) {
        if let Some(rest) = behind {
            (self.rest, self.is_same) = (rest, true);
        }
    }
}

impl Parameters for Comparing<'_> {
    fn push(&mut self, value: Value<'_>, _: bool) {
        self.go_on(bytes::strip(self.rest, &value));
    }

    fn push_int(&mut self, value: i64, _: bool) {
        self.go_on(bytes::strip_int(self.rest, value));
    }

    fn push_float(&mut self, value: f64, _: bool) {
        self.go_on(bytes::strip_float(self.rest, value));
    }

    fn push_text(&mut self, text: &str, _: bool) {
        self.go_on(bytes::strip_text(self.rest, text));
    }
}
