//! What PostgreSQL sends, as values.

use std::borrow::Cow;

use super::encode::{DAYS_TO_2000, MICROSECONDS_TO_2000};
use super::types::{Scalar, Type};
use crate::value::{Value, ValueError};

/// Reads a value that is not NULL.
///
/// # Errors
/// If it is infinite, or no value of the type.
pub(super) fn decode(bytes: &[u8], kind: Type, is_binary: bool) -> Result<Value<'_>, ValueError> {
    match kind {
        Type::Scalar(scalar) if is_binary => binary(bytes, scalar),
        Type::Scalar(scalar) => Ok(in_text(Cow::Borrowed(utf8(bytes)?), scalar)),
        Type::Array(scalar, _) if is_binary => binary_array(bytes, scalar),
        Type::Array(scalar, _) => text_array(utf8(bytes)?, scalar),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, ValueError> {
    std::str::from_utf8(bytes).map_err(|_| not_utf8())
}

#[cold]
pub(super) fn not_utf8() -> ValueError {
    ValueError::new("text", "bytes that are not UTF-8")
}

/// The text without the blanks that a `char(n)` is filled up with, as PostgreSQL's own cast to text has it.
pub(super) fn unfilled(text: &str) -> &str {
    text.trim_end_matches(' ')
}

fn in_text(text: Cow<'_, str>, scalar: Scalar) -> Value<'_> {
    match scalar {
        Scalar::Blanked => Value::Text(match text {
            Cow::Borrowed(text) => Cow::Borrowed(unfilled(text)),
            Cow::Owned(text) => Cow::Owned(unfilled(&text).to_string()),
        }),
        Scalar::Numeric => Value::Decimal(text),
        Scalar::Json => Value::Json(text),
        _ => Value::Text(text),
    }
}

/// The bytes as an array of the length that the type has.
#[inline]
pub(super) fn fixed<const N: usize>(bytes: &[u8], scalar: Scalar) -> Result<[u8; N], ValueError> {
    bytes.try_into().map_err(|_| wrong_length(bytes, scalar))
}

#[cold]
fn wrong_length(bytes: &[u8], scalar: Scalar) -> ValueError {
    ValueError::new(format!("a {} of PostgreSQL", scalar.word()), format!("{} bytes", bytes.len()))
}

#[cold]
fn infinite(scalar: Scalar, negative: bool) -> ValueError {
    ValueError::new(format!("a {} that is finite", scalar.word()), if negative { "-infinity" } else { "infinity" })
}

fn microseconds(bytes: &[u8], scalar: Scalar) -> Result<i64, ValueError> {
    match i64::from_be_bytes(fixed(bytes, scalar)?) {
        i64::MIN => Err(infinite(scalar, true)),
        i64::MAX => Err(infinite(scalar, false)),
        at => Ok(at.saturating_add(MICROSECONDS_TO_2000)),
    }
}

fn date(bytes: &[u8], scalar: Scalar) -> Result<i32, ValueError> {
    match i32::from_be_bytes(fixed(bytes, scalar)?) {
        i32::MIN => Err(infinite(scalar, true)),
        i32::MAX => Err(infinite(scalar, false)),
        days => Ok(days.saturating_add(DAYS_TO_2000)),
    }
}

fn binary(bytes: &[u8], scalar: Scalar) -> Result<Value<'_>, ValueError> {
    Ok(match scalar {
        Scalar::Bool => Value::Bool(fixed::<1>(bytes, scalar)? != [0]),
        Scalar::Int2 => Value::Int(i16::from_be_bytes(fixed(bytes, scalar)?).into()),
        Scalar::Int4 => Value::Int(i32::from_be_bytes(fixed(bytes, scalar)?).into()),
        Scalar::Int8 => Value::Int(i64::from_be_bytes(fixed(bytes, scalar)?)),
        Scalar::Oid => Value::Int(u32::from_be_bytes(fixed(bytes, scalar)?).into()),
        Scalar::Float4 => Value::Float(f32::from_be_bytes(fixed(bytes, scalar)?).into()),
        Scalar::Float8 => Value::Float(f64::from_be_bytes(fixed(bytes, scalar)?)),
        Scalar::Bytes => Value::Bytes(Cow::Borrowed(bytes)),
        Scalar::Date => Value::Date(date(bytes, scalar)?),
        Scalar::Time => Value::Time(i64::from_be_bytes(fixed(bytes, scalar)?)),
        Scalar::Timestamp => Value::DateTime(microseconds(bytes, scalar)?),
        Scalar::Timestamptz => Value::Timestamp(microseconds(bytes, scalar)?),
        Scalar::Uuid => Value::Uuid(fixed(bytes, scalar)?),
        // They are asked for as text, unless the column had another type when the statement was prepared.
        Scalar::Numeric | Scalar::Json => {
            let found = "its binary form, for the column's type has changed: run the statement again";
            return Err(ValueError::new(format!("a {} as text", scalar.word()), found));
        }
        Scalar::Text | Scalar::Blanked | Scalar::Other => in_text(Cow::Borrowed(utf8(bytes)?), scalar),
    })
}

/// Takes bytes off the front.
fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], ValueError> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or_else(no_array)?;
    *bytes = rest;
    Ok(taken)
}

fn take_i32(bytes: &mut &[u8]) -> Result<i32, ValueError> {
    let four = take(bytes, 4)?;
    Ok(i32::from_be_bytes(four.try_into().map_err(|_| no_array())?))
}

fn no_array() -> ValueError {
    ValueError::new("an array of PostgreSQL", "bytes that are none")
}

fn nested() -> ValueError {
    ValueError::new("an array of one dimension", "an array of several")
}

fn binary_array(mut bytes: &[u8], scalar: Scalar) -> Result<Value<'_>, ValueError> {
    let dimensions = take_i32(&mut bytes)?;
    // Whether there are NULLs, and the elements' type, are known.
    take(&mut bytes, 8)?;
    match dimensions {
        0 => return Ok(Value::Array(Vec::new())),
        1 => {}
        _ => return Err(nested()),
    }
    let count = usize::try_from(take_i32(&mut bytes)?).map_err(|_| no_array())?;
    take_i32(&mut bytes)?;
    let mut elements = Vec::with_capacity(count.min(bytes.len() / 4));
    for _ in 0..count {
        elements.push(match usize::try_from(take_i32(&mut bytes)?) {
            Err(_) => Value::Null,
            Ok(length) => binary(take(&mut bytes, length)?, scalar)?,
        });
    }
    Ok(Value::Array(elements))
}

/// Reads `{1.5,NULL,"a \"b\""}`.
fn text_array(text: &str, scalar: Scalar) -> Result<Value<'_>, ValueError> {
    let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).ok_or_else(|| {
        // Bounds that do not begin at 1 are written before it.
        ValueError::new("an array of PostgreSQL that begins at 1", "another")
    })?;
    let mut elements = Vec::new();
    let mut rest = inside;
    while !rest.is_empty() {
        let (element, after) = text_element(rest, scalar)?;
        elements.push(element);
        rest = match after.strip_prefix(',') {
            Some("") => return Err(no_array()),
            Some(after) => after,
            None if after.is_empty() => after,
            None => return Err(no_array()),
        };
    }
    Ok(Value::Array(elements))
}

/// The first element of the text, and what follows it.
fn text_element(text: &str, scalar: Scalar) -> Result<(Value<'_>, &str), ValueError> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (plain, after) = text.split_at(text.find(',').unwrap_or(text.len()));
        return match plain {
            "NULL" => Ok((Value::Null, after)),
            plain if plain.starts_with('{') => Err(nested()),
            plain => Ok((in_text(Cow::Borrowed(plain), scalar), after)),
        };
    };
    let mut element = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((in_text(Cow::Owned(element), scalar), &quoted[at + 1..])),
            '\\' => element.extend(letters.next().map(|(_, escaped)| escaped)),
            letter => element.push(letter),
        }
    }
    Err(no_array())
}
