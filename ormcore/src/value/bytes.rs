//! Values as bytes, one behind the other: equal values have equal bytes, and the bytes of none begin with those of another.

use std::borrow::Cow;

use crate::value::Value;
use crate::value::digits::canonical;

const NULL: u8 = 0;
const BOOL: u8 = 1;
const INT: u8 = 2;
const FLOAT: u8 = 3;
const TEXT: u8 = 4;
const BYTES: u8 = 5;
const DATE: u8 = 6;
const TIME: u8 = 7;
const DATE_TIME: u8 = 8;
const TIMESTAMP: u8 = 9;
const UUID: u8 = 10;
const DECIMAL: u8 = 11;
const JSON: u8 = 12;
const ARRAY: u8 = 13;

/// Appends the bytes of a value.
pub(crate) fn push(bytes: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => push_null(bytes),
        Value::Bool(value) => bytes.extend([BOOL, u8::from(*value)]),
        Value::Int(value) => push_int(bytes, *value),
        Value::Float(value) => push_float(bytes, *value),
        Value::Text(text) => push_text(bytes, text),
        Value::Bytes(value) => sized(bytes, BYTES, value),
        Value::Date(days) => fixed(bytes, DATE, i64::from(*days).to_le_bytes()),
        Value::Time(time) => fixed(bytes, TIME, time.to_le_bytes()),
        Value::DateTime(at) => fixed(bytes, DATE_TIME, at.to_le_bytes()),
        Value::Timestamp(at) => fixed(bytes, TIMESTAMP, at.to_le_bytes()),
        Value::Uuid(value) => sized(bytes, UUID, value),
        Value::Decimal(digits) => sized(bytes, DECIMAL, digits.as_bytes()),
        Value::Json(text) => sized(bytes, JSON, text.as_bytes()),
        Value::Array(values) => {
            fixed(bytes, ARRAY, values.len().to_le_bytes());
            values.iter().for_each(|value| push(bytes, value));
        }
    }
}

/// As [`push`], of a part of a key: numbers that databases hold equal have equal bytes.
pub(crate) fn push_key(bytes: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Decimal(digits) => sized(bytes, DECIMAL, canonical(digits).as_bytes()),
        other => push(bytes, other),
    }
}

/// As [`push`] of an integer.
#[inline]
pub(crate) fn push_int(bytes: &mut Vec<u8>, value: i64) {
    fixed(bytes, INT, value.to_le_bytes());
}

/// As [`push`] of a floating-point number.
#[inline]
pub(crate) fn push_float(bytes: &mut Vec<u8>, value: f64) {
    fixed(bytes, FLOAT, value.to_le_bytes());
}

/// As [`push`] of text.
#[inline]
pub(crate) fn push_text(bytes: &mut Vec<u8>, text: &str) {
    sized(bytes, TEXT, text.as_bytes());
}

/// What is behind a value, if that comes first.
pub(crate) fn strip<'b>(bytes: &'b [u8], value: &Value<'_>) -> Option<&'b [u8]> {
    match value {
        Value::Null => strip_null(bytes),
        Value::Int(value) => strip_int(bytes, *value),
        Value::Float(value) => strip_float(bytes, *value),
        Value::Text(text) => strip_text(bytes, text),
        other => {
            let mut prefix = Vec::new();
            push(&mut prefix, other);
            bytes.strip_prefix(prefix.as_slice())
        }
    }
}

/// As [`strip`] of an integer.
#[inline]
pub(crate) fn strip_int(bytes: &[u8], value: i64) -> Option<&[u8]> {
    strip_fixed(bytes, INT, value.to_le_bytes())
}

/// As [`strip`] of a floating-point number.
#[inline]
pub(crate) fn strip_float(bytes: &[u8], value: f64) -> Option<&[u8]> {
    strip_fixed(bytes, FLOAT, value.to_le_bytes())
}

/// As [`strip`] of text.
#[inline]
pub(crate) fn strip_text<'b>(bytes: &'b [u8], text: &str) -> Option<&'b [u8]> {
    strip_fixed(bytes, TEXT, text.len().to_le_bytes())?.strip_prefix(text.as_bytes())
}

/// The tag and the eight bytes apart, here and where they are appended: a processor waits where it reads in one what was only
/// just written in two.
#[inline]
fn strip_fixed(bytes: &[u8], tag: u8, value: [u8; 8]) -> Option<&[u8]> {
    let (first, behind) = bytes.split_first()?;
    let (found, behind) = behind.split_first_chunk()?;
    (*first == tag && *found == value).then_some(behind)
}

#[inline]
fn fixed(bytes: &mut Vec<u8>, tag: u8, value: [u8; 8]) {
    bytes.push(tag);
    bytes.extend_from_slice(&value);
}

#[inline]
fn sized(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    fixed(bytes, tag, value.len().to_le_bytes());
    bytes.extend_from_slice(value);
}

/// The bytes behind the first value.
#[inline]
pub(crate) fn behind(bytes: &[u8]) -> Option<&[u8]> {
    match *bytes.first()? {
        INT | FLOAT => bytes.get(9..),
        _ => Some(split(bytes)?.1),
    }
}

/// What is behind a NULL, if that comes first.
#[inline]
pub(crate) fn strip_null(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(&[NULL])
}

/// As [`push`] of NULL.
#[inline]
pub(crate) fn push_null(bytes: &mut Vec<u8>) {
    bytes.push(NULL);
}

/// The bytes of the first value, and those behind it; none behind the last one.
pub(crate) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = match *bytes.first()? {
        NULL => 1,
        BOOL => 2,
        TEXT | BYTES | UUID | DECIMAL | JSON => 9 + count(bytes)?,
        ARRAY => {
            let mut rest = bytes.get(9..)?;
            for _ in 0..count(bytes)? {
                rest = split(rest)?.1;
            }
            bytes.len() - rest.len()
        }
        _ => 9,
    };
    bytes.split_at_checked(length)
}

/// The number behind the first tag.
fn count(bytes: &[u8]) -> Option<usize> {
    Some(usize::from_le_bytes(*bytes.get(1..)?.first_chunk()?))
}

/// The first value.
pub(crate) fn first(bytes: &[u8]) -> Option<Value<'_>> {
    let (value, _) = split(bytes)?;
    let (tag, value) = value.split_first()?;
    let int = || Some(i64::from_le_bytes(*value.first_chunk()?));
    let text = || Some(Cow::Borrowed(std::str::from_utf8(value.get(8..)?).ok()?));
    Some(match *tag {
        NULL => Value::Null,
        BOOL => Value::Bool(*value.first()? != 0),
        INT => Value::Int(int()?),
        FLOAT => Value::Float(f64::from_le_bytes(*value.first_chunk()?)),
        TEXT => Value::Text(text()?),
        BYTES => Value::Bytes(Cow::Borrowed(value.get(8..)?)),
        DATE => Value::Date(i32::try_from(int()?).ok()?),
        TIME => Value::Time(int()?),
        DATE_TIME => Value::DateTime(int()?),
        TIMESTAMP => Value::Timestamp(int()?),
        UUID => Value::Uuid(*value.get(8..)?.first_chunk()?),
        DECIMAL => Value::Decimal(text()?),
        JSON => Value::Json(text()?),
        ARRAY => {
            let mut rest = value.get(8..)?;
            let elements = std::iter::from_fn(|| {
                let element = first(rest)?;
                rest = split(rest)?.1;
                Some(element)
            });
            Value::Array(elements.collect())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Value<'static>> {
        vec![
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::Int(i64::MIN),
            Value::Float(-0.5),
            Value::Text("".into()),
            Value::Text("a\0ß".into()),
            Value::Bytes(vec![0, 255].into()),
            Value::Date(-1),
            Value::Time(7),
            Value::DateTime(-7),
            Value::Timestamp(8),
            Value::Uuid([9; 16]),
            Value::Decimal("1.50".into()),
            Value::Json("{}".into()),
            Value::Array(vec![Value::Null, Value::Text("x".into()), Value::Array(vec![Value::Int(1)])]),
            Value::Array(Vec::new()),
        ]
    }

    #[test]
    fn values_come_back_one_after_the_other() {
        let mut bytes = Vec::new();
        all().iter().for_each(|value| push(&mut bytes, value));
        let mut rest = bytes.as_slice();
        for value in all() {
            assert_eq!(first(rest), Some(value));
            assert_eq!(behind(rest), split(rest).map(|(_, behind)| behind));
            rest = split(rest).unwrap().1;
        }
        assert_eq!((split(rest), first(rest)), (None, None));
    }

    #[test]
    fn no_value_begins_with_another() {
        let bytes = |value: &Value<'_>| {
            let mut bytes = Vec::new();
            push(&mut bytes, value);
            bytes
        };
        for (at, one) in all().iter().enumerate() {
            for (other_at, other) in all().iter().enumerate() {
                assert_eq!(strip(&bytes(one), other).is_some(), at == other_at, "{one} and {other}");
                assert_eq!(bytes(one).starts_with(&bytes(other)), at == other_at, "{one} and {other}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_no_value() {
        for value in all() {
            let mut bytes = Vec::new();
            push(&mut bytes, &value);
            assert_eq!(first(&bytes[..bytes.len() - 1]), None, "{value}");
        }
    }
}
