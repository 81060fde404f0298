mod folding;

use std::collections::HashMap;

use self::folding::Folding;
use crate::value::{Field, Value, ValueError, bytes};

/// Numbers keys in the order in which they are first seen.
///
/// A key is given value by value, and then looked up. Most are one integer, and come in ascending order: those need
/// neither bytes nor a hash.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// The first keys, as long as each is an integer above the one before: a key's number is its place.
    ascending: Vec<i64>,
    /// Further integers.
    ints: HashMap<i64, usize, Folding>,
    others: HashMap<Box<[u8]>, usize>,
    /// The key that is being given, while it is one integer.
    int: Option<i64>,
    /// The key that is being given, if it is anything else.
    key: Vec<u8>,
    /// The integer that was looked up last, and its number: rows of one key often follow each other.
    last_int: Option<(i64, usize)>,
    last: Vec<u8>,
    last_number: usize,
}

impl Keys {
    /// Adds a value to the key.
    #[inline]
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        match (value, self.int.take()) {
            (Value::Int(value), None) if self.key.is_empty() => self.int = Some(*value),
            (value, Some(first)) => {
                bytes::push_int(&mut self.key, first);
                bytes::push_key(&mut self.key, value);
            }
            (value, None) => bytes::push_key(&mut self.key, value),
        }
    }

    /// As [`Keys::push`] of an integer.
    #[inline]
    pub(crate) fn push_int(&mut self, value: i64) {
        if self.int.is_none() && self.key.is_empty() {
            self.int = Some(value);
        } else {
            self.push(&Value::Int(value));
        }
    }

    /// As [`Keys::push`] of the value of a row's field.
    ///
    /// # Errors
    /// If the value cannot be sent; nothing is pushed then.
    #[inline]
    pub(crate) fn push_field(&mut self, field: &dyn Field) -> Result<(), ValueError> {
        match field.int() {
            Some(int) => self.push_int(int),
            None => self.push(&field.value()?),
        }
        Ok(())
    }

    /// The number of the key, and whether it is seen for the first time.
    #[inline]
    pub(crate) fn number(&mut self) -> (usize, bool) {
        match self.take_last() {
            Some(number) => (number, false),
            None => self.number_other(),
        }
    }

    /// The number of the key before, if this one is the same integer: most rows follow others of their parent.
    #[inline]
    fn take_last(&mut self) -> Option<usize> {
        let (last, number) = self.last_int?;
        if self.int != Some(last) {
            return None;
        }
        self.int = None;
        Some(number)
    }

    fn number_other(&mut self) -> (usize, bool) {
        let next = self.ascending.len() + self.ints.len() + self.others.len();
        if let Some(int) = self.int.take() {
            if let Some(number) = self.find_int(int) {
                return (number, false);
            }
            if next == self.ascending.len() && self.ascending.last().is_none_or(|last| *last < int) {
                self.ascending.push(int);
            } else {
                self.ints.insert(int, next);
            }
            self.last_int = Some((int, next));
            return (next, true);
        }
        if let Some(number) = self.find_bytes() {
            self.key.clear();
            return (number, false);
        }
        self.others.insert(self.key.as_slice().into(), next);
        self.remember(next);
        (next, true)
    }

    /// The number of the key, if it was seen before.
    #[inline]
    pub(crate) fn find(&mut self) -> Option<usize> {
        match self.take_last() {
            None => self.find_other(),
            last => last,
        }
    }

    fn find_other(&mut self) -> Option<usize> {
        if let Some(int) = self.int.take() {
            return self.find_int(int);
        }
        let found = self.find_bytes();
        match found {
            Some(number) => self.remember(number),
            None => self.key.clear(),
        }
        found
    }

    fn find_int(&mut self, int: i64) -> Option<usize> {
        let next = match self.last_int {
            Some((_, number)) => number + 1,
            None => 0,
        };
        let number = if self.ascending.get(next) == Some(&int) {
            next
        } else if self.ascending.last().is_some_and(|last| int <= *last) {
            match self.ascending.binary_search(&int) {
                Ok(number) => number,
                Err(_) => *self.ints.get(&int)?,
            }
        } else {
            *self.ints.get(&int)?
        };
        self.last_int = Some((int, number));
        Some(number)
    }

    fn find_bytes(&self) -> Option<usize> {
        if !self.last.is_empty() && self.last == self.key {
            return Some(self.last_number);
        }
        self.others.get(self.key.as_slice()).copied()
    }

    fn remember(&mut self, number: usize) {
        std::mem::swap(&mut self.last, &mut self.key);
        self.key.clear();
        self.last_number = number;
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use crate::value::Value;

    /// Numbers the keys, and checks that each number is that of the key's first occurrence, when found later too.
    fn check(given: &[Vec<Value<'static>>]) {
        let mut keys = Keys::default();
        let mut first: Vec<&Vec<Value<'static>>> = Vec::new();
        for key in given {
            let known = first.iter().position(|other| *other == key);
            key.iter().for_each(|value| keys.push(value));
            assert_eq!(keys.number(), (known.unwrap_or(first.len()), known.is_none()), "{key:?}");
            if known.is_none() {
                first.push(key);
            }
        }
        for (number, key) in first.iter().enumerate().rev() {
            key.iter().for_each(|value| keys.push(value));
            assert_eq!(keys.find(), Some(number), "{key:?}");
            keys.push(&Value::Int(-999));
            assert_eq!(keys.find(), None);
        }
    }

    #[test]
    fn keys_are_numbered_in_the_order_in_which_they_are_first_seen() {
        let ints = |all: &[i64]| all.iter().map(|int| vec![Value::Int(*int)]).collect::<Vec<_>>();
        check(&ints(&[1, 2, 3, 2, 7, 7, 1]));
        check(&ints(&[5, 3, 9, 3, 6, i64::MIN, i64::MAX, 9]));
        check(&ints(&[1, 9, 4, 12, 4, 9, 1]));
        let text = |text: &str| Value::Text(text.to_string().into());
        check(&[vec![text("a")], vec![Value::Int(1)], vec![text("b")], vec![Value::Int(0)], vec![text("a")]]);
        check(&[
            vec![Value::Int(1), Value::Int(2)],
            vec![Value::Int(1)],
            vec![Value::Int(1), text("2")],
            vec![text("1"), Value::Int(2)],
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![Value::Int(1), Value::Int(2)],
        ]);
    }
}
