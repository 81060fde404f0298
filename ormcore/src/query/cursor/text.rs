//! A cursor as text: a number for the order, and a letter and the value for each part, with dots between them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::query::Cursor;
use crate::value::Value;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.order)?;
        for value in &self.values {
            f.write_str(".")?;
            match value {
                Value::Null | Value::Array(_) => f.write_str("n")?,
                Value::Bool(value) => write!(f, "b{}", u8::from(*value))?,
                Value::Int(value) => write!(f, "i{value}")?,
                Value::Float(value) => write!(f, "f{:x}", value.to_bits())?,
                Value::Date(days) => write!(f, "d{days}")?,
                Value::Time(time) => write!(f, "h{time}")?,
                Value::DateTime(at) => write!(f, "a{at}")?,
                Value::Timestamp(at) => write!(f, "z{at}")?,
                Value::Text(text) => hex(f, 't', text.as_bytes())?,
                Value::Decimal(digits) => hex(f, 'e', digits.as_bytes())?,
                Value::Json(text) => hex(f, 'j', text.as_bytes())?,
                Value::Bytes(bytes) => hex(f, 'x', bytes)?,
                Value::Uuid(bytes) => hex(f, 'u', bytes)?,
            }
        }
        Ok(())
    }
}

fn hex(f: &mut fmt::Formatter<'_>, kind: char, bytes: &[u8]) -> fmt::Result {
    write!(f, "{kind}")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(pair[0])? * 16 + digit(pair[1])?);
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks_exact(2).map(pair).collect())?
}

fn text(digits: &str) -> Option<Cow<'static, str>> {
    String::from_utf8(bytes(digits)?).ok().map(Cow::Owned)
}

fn value(part: &str) -> Option<Value<'static>> {
    let (kind, rest) = part.split_at_checked(1)?;
    Some(match kind {
        "n" if rest.is_empty() => Value::Null,
        "b" => Value::Bool(rest.parse::<u8>().ok().filter(|bit| *bit < 2)? == 1),
        "i" => Value::Int(rest.parse().ok()?),
        "f" => Value::Float(f64::from_bits(u64::from_str_radix(rest, 16).ok()?)),
        "d" => Value::Date(rest.parse().ok()?),
        "h" => Value::Time(rest.parse().ok()?),
        "a" => Value::DateTime(rest.parse().ok()?),
        "z" => Value::Timestamp(rest.parse().ok()?),
        "t" => Value::Text(text(rest)?),
        "e" => Value::Decimal(text(rest)?),
        "j" => Value::Json(text(rest)?),
        "x" => Value::Bytes(Cow::Owned(bytes(rest)?)),
        "u" => Value::Uuid(bytes(rest)?.try_into().ok()?),
        _ => return None,
    })
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split('.');
        let order = parts.next().and_then(|order| u32::from_str_radix(order, 16).ok());
        let values = parts.map(value).collect::<Option<Vec<_>>>();
        match (order, values) {
            (Some(order), Some(values)) if !values.is_empty() => Ok(Cursor { order, values }),
            _ => Err(Error::cursor("the text is no cursor: take what `cursor.to_string()` gave, unchanged")),
        }
    }
}

impl TryFrom<String> for Cursor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}
