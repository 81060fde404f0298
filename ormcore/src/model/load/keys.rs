use std::collections::HashMap;

use crate::value::Value;

/// Numbers keys in the order in which they are first seen.
///
/// A key is given value by value, and then looked up.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    numbers: HashMap<Box<[u8]>, usize>,
    key: Vec<u8>,
    last: Vec<u8>,
    last_number: usize,
}

impl Keys {
    /// Adds a value to the key.
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        match value {
            Value::Null => self.key.push(0),
            Value::Bool(value) => self.key.extend([1, u8::from(*value)]),
            Value::Int(value) => self.fixed(2, &value.to_le_bytes()),
            Value::Float(value) => self.fixed(3, &value.to_le_bytes()),
            Value::Text(text) => self.sized(4, text.as_bytes()),
            Value::Bytes(bytes) => self.sized(5, bytes),
            Value::Date(days) => self.fixed(6, &days.to_le_bytes()),
            Value::Time(time) => self.fixed(7, &time.to_le_bytes()),
            Value::DateTime(at) => self.fixed(8, &at.to_le_bytes()),
            Value::Timestamp(at) => self.fixed(9, &at.to_le_bytes()),
            Value::Uuid(bytes) => self.fixed(10, bytes),
            Value::Decimal(digits) => self.sized(11, digits.as_bytes()),
            Value::Json(text) => self.sized(12, text.as_bytes()),
        }
    }

    fn fixed(&mut self, tag: u8, bytes: &[u8]) {
        self.key.push(tag);
        self.key.extend_from_slice(bytes);
    }

    fn sized(&mut self, tag: u8, bytes: &[u8]) {
        self.fixed(tag, &bytes.len().to_le_bytes());
        self.key.extend_from_slice(bytes);
    }

    /// The number of the key, and whether it is seen for the first time.
    pub(crate) fn number(&mut self) -> (usize, bool) {
        if let Some(number) = self.find_given() {
            self.key.clear();
            return (number, false);
        }
        let number = self.numbers.len();
        self.numbers.insert(self.key.as_slice().into(), number);
        self.remember(number);
        (number, true)
    }

    /// The number of the key, if it was seen before.
    pub(crate) fn find(&mut self) -> Option<usize> {
        let found = self.find_given();
        match found {
            Some(number) => self.remember(number),
            None => self.key.clear(),
        }
        found
    }

    /// Rows of one key often follow each other.
    fn find_given(&self) -> Option<usize> {
        if !self.last.is_empty() && self.last == self.key {
            return Some(self.last_number);
        }
        self.numbers.get(self.key.as_slice()).copied()
    }

    fn remember(&mut self, number: usize) {
        std::mem::swap(&mut self.last, &mut self.key);
        self.key.clear();
        self.last_number = number;
    }
}
