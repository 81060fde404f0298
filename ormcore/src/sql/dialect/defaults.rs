//! What a default of the user's says, where it is a value of its column or the clock: a database that stored the literal as
//! it is written would hold it in another form than the values that the program sends.

use std::borrow::Cow;
use std::str::FromStr;

use super::postgres::date_text;
use crate::value::{SqlType, Value, array, digits, format_uuid, json_text, parse_uuid, temporal};

/// What a default says.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning<'s> {
    /// The date and time of the insert, or as much of it as the type holds.
    Now,
    /// The day of the insert, at its beginning.
    Today,
    /// A value of the column's type.
    Value(Value<'static>),
    /// Anything else.
    Sql(&'s str),
}

/// Reads a default of a column of this type.
///
/// # Errors
/// What the type needs, in words, if it is a literal or the clock and the type has no such value.
pub(super) fn read(sql_type: SqlType, sql: &str) -> Result<Meaning<'_>, String> {
    let wrong = || Err(expected(sql_type));
    if let Some(clock) = clock(sql_type, sql.trim()) {
        return clock.map_or_else(wrong, Ok);
    }
    match (literal_text(sql_type, sql.trim()), sql_type) {
        (None, _) if is_beyond(sql_type, sql.trim()) => wrong(),
        (None, SqlType::Decimal) => Ok(decimal(sql.trim()).map_or(Meaning::Sql(sql), Meaning::Value)),
        (None, _) | (Some(_), SqlType::Text | SqlType::Enum(_)) => Ok(Meaning::Sql(sql)),
        (Some(text), _) => value(sql_type, &text).map_or_else(wrong, |value| Ok(Meaning::Value(value))),
    }
}

/// Checks a default of a column whose type has these integers only.
///
/// # Errors
/// What the type needs, in words, if the default is an integer that it does not have.
pub(crate) fn check_range(range: Option<(i64, i64)>, sql: &str) -> Result<(), String> {
    let Some((least, most)) = range else { return Ok(()) };
    let sql = sql.trim();
    let number = quoted_text(sql).map_or_else(|| sql.parse::<i128>(), |text| text.parse());
    match number {
        Ok(number) if number < least.into() || number > most.into() => {
            Err(format!("an integer from {least} to {most}"))
        }
        _ => Ok(()),
    }
}

/// What the clock gives to a column of a type that has to do with time; `Some(None)` is a part that the type has not.
fn clock(sql_type: SqlType, word: &str) -> Option<Option<Meaning<'static>>> {
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    let words = [is("CURRENT_TIMESTAMP"), is("CURRENT_DATE"), is("CURRENT_TIME")];
    Some(match (sql_type, words) {
        (_, [false, false, false]) => return None,
        (SqlType::DateTime | SqlType::Timestamp, [true, ..])
        | (SqlType::Date, [true, ..] | [_, true, _])
        | (SqlType::Time, [true, ..] | [_, _, true]) => Some(Meaning::Now),
        (SqlType::DateTime | SqlType::Timestamp, [_, true, _]) => Some(Meaning::Today),
        (SqlType::DateTime | SqlType::Timestamp | SqlType::Date | SqlType::Time, _) => None,
        _ => return None,
    })
}

/// The text of a literal that is nothing else; that of bytes is PostgreSQL's, also where the literal is SQLite's `x'00ff'`.
fn literal_text(sql_type: SqlType, sql: &str) -> Option<String> {
    match sql.strip_prefix(['x', 'X']).and_then(quoted_text) {
        Some(digits) if sql_type == SqlType::Bytes => Some(format!("\\x{digits}")),
        _ => quoted_text(sql),
    }
}

/// Whether it is one literal: a text, bytes, a number, a truth value or NULL.
pub(super) fn is_literal(sql: &str) -> bool {
    let sql = sql.trim();
    let is_word = ["NULL", "TRUE", "FALSE"].iter().any(|word| sql.eq_ignore_ascii_case(word));
    let is_number = sql.ends_with(|last: char| last.is_ascii_digit() || last == '.') && sql.parse::<f64>().is_ok();
    is_word || is_number || quoted_text(sql.strip_prefix(['x', 'X']).unwrap_or(sql)).is_some()
}

/// What stands between the quotation marks of a literal.
fn quoted_text(sql: &str) -> Option<String> {
    let inner = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    let is_whole = inner.split("''").all(|part| !part.contains('\''));
    is_whole.then(|| inner.replace("''", "'"))
}

/// Whether it is a number that the type does not have.
fn is_beyond(sql_type: SqlType, sql: &str) -> bool {
    let is_number = match sql_type {
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => sql.parse::<i128>().is_ok(),
        SqlType::Real | SqlType::Double | SqlType::Bytes => sql.parse::<f64>().is_ok(),
        _ => false,
    };
    is_number && value(sql_type, sql).is_none()
}

fn value(sql_type: SqlType, text: &str) -> Option<Value<'static>> {
    match sql_type {
        SqlType::Boolean => text.parse().ok().map(Value::Bool),
        SqlType::SmallInt => integer::<i16>(text),
        SqlType::Integer => integer::<i32>(text),
        SqlType::BigInt => integer::<i64>(text),
        SqlType::Real => text.parse().ok().and_then(|number: f32| float(number.into(), text)),
        SqlType::Double => text.parse().ok().and_then(|number| float(number, text)),
        SqlType::Date => temporal::parse_date(text).map(Value::Date),
        SqlType::Time => temporal::parse_time(text).map(Value::Time),
        SqlType::DateTime => temporal::parse_datetime(text).map(Value::DateTime),
        SqlType::Timestamp => temporal::parse_timestamp(text).map(Value::Timestamp),
        SqlType::Uuid => parse_uuid(text).map(Value::Uuid),
        SqlType::Json => json_text::compact(text).map(|text| Value::Json(text.into())),
        SqlType::Decimal => decimal(text),
        SqlType::Array(of) => elements(*of, text),
        SqlType::Text | SqlType::Enum(_) => Some(Value::Text(Cow::Owned(text.to_string()))),
        SqlType::Bytes => bytes(text).map(|bytes| Value::Bytes(bytes.into())),
    }
}

/// The bytes that PostgreSQL reads in `\x00ff`, and those of no text.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = if text.is_empty() { text } else { text.strip_prefix("\\x")? };
    let is_whole = digits.len() % 2 == 0 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    if is_whole { (0..digits.len()).step_by(2).map(byte).collect() } else { None }
}

fn decimal(text: &str) -> Option<Value<'static>> {
    digits::plain(text).map(|digits| Value::Decimal(digits.into()))
}

fn integer<T: FromStr + Into<i64>>(text: &str) -> Option<Value<'static>> {
    text.parse().ok().map(|number: T| Value::Int(number.into()))
}

/// The number that the text says. No column holds what is not a number, and one in digits is infinite only where the type
/// is too narrow for it.
fn float(number: f64, text: &str) -> Option<Value<'static>> {
    let is_digits = text.contains(|letter: char| letter.is_ascii_digit());
    let is_held = if is_digits { number.is_finite() } else { !number.is_nan() };
    is_held.then_some(Value::Float(number))
}

fn elements(of: SqlType, json: &str) -> Option<Value<'static>> {
    let mut elements = Some(Vec::new());
    let read = array::json::read(json, |found| {
        elements = elements.take().and_then(|mut before| {
            before.push(element(of, &found)?);
            Some(before)
        });
        Ok(())
    });
    read.ok().and(elements).map(Value::Array)
}

/// An element of a JSON array: in quotation marks what a default of its type would have in them, and numbers and truth
/// values as such.
fn element(of: SqlType, found: &Value<'_>) -> Option<Value<'static>> {
    match (of, found) {
        (_, Value::Null) => Some(Value::Null),
        (SqlType::Boolean, Value::Bool(truth)) => Some(Value::Bool(*truth)),
        (SqlType::Boolean | SqlType::SmallInt | SqlType::Integer | SqlType::BigInt, Value::Text(_)) => None,
        (_, Value::Text(text)) => value(of, text),
        (SqlType::Real | SqlType::Double, Value::Float(number)) => value(of, &number.to_string()),
        (SqlType::Text | SqlType::Enum(_) | SqlType::Boolean, _) => None,
        (_, Value::Int(number)) => value(of, &number.to_string()),
        _ => None,
    }
}

/// The value as PostgreSQL reads its text.
pub(super) fn text(value: &Value<'_>) -> String {
    match value {
        Value::Null => "NULL".to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.to_string(),
        Value::Bytes(bytes) => format!("\\x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        Value::Date(_) | Value::DateTime(_) | Value::Timestamp(_) => date_text(value),
        Value::Time(time) => temporal::format_time(*time),
        Value::Uuid(bytes) => format_uuid(bytes),
        Value::Array(values) => format!("{{{}}}", values.iter().map(array_element).collect::<Vec<_>>().join(",")),
    }
}

fn array_element(value: &Value<'_>) -> String {
    match value {
        Value::Null => text(value),
        other => format!("\"{}\"", text(other).replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// What a value of the type looks like.
fn expected(sql_type: SqlType) -> String {
    let words = match sql_type {
        SqlType::Array(SqlType::Text | SqlType::Enum(_)) => "a JSON array of texts, such as `[\"a\", \"b\"]`",
        SqlType::Array(of) => {
            let quoted = if is_plain(*of) { "" } else { ", in quotation marks" };
            return format!("a JSON array, such as `[]` or `[null]`, each element {}{quoted}", expected(*of));
        }
        SqlType::Boolean => "`true` or `false`",
        SqlType::SmallInt => "an integer of 16 bits",
        SqlType::Integer => "an integer of 32 bits",
        SqlType::BigInt => "an integer of 64 bits",
        SqlType::Real => "a number of 32 bits",
        SqlType::Double => "a number of 64 bits",
        SqlType::Decimal => "a decimal number, such as `1.50`",
        SqlType::Date => "a date, such as `2024-01-31`",
        SqlType::Time => "a time of day, such as `12:30:00`",
        SqlType::DateTime => "a date and time without a zone, such as `2024-01-31 12:30:00`",
        SqlType::Timestamp => "a date and time, such as `2024-01-31 12:30:00+00:00`",
        SqlType::Uuid => "a UUID",
        SqlType::Json => "JSON",
        SqlType::Text | SqlType::Enum(_) => "a text",
        SqlType::Bytes => "bytes in hexadecimal, such as `x'00ff'`",
    };
    words.to_string()
}

/// Whether a JSON array has values of the type without quotation marks.
fn is_plain(sql_type: SqlType) -> bool {
    sql_type.is_integer() || matches!(sql_type, SqlType::Boolean | SqlType::Real | SqlType::Double)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_more_than_a_literal_is_left_alone() {
        for sql in ["'a' || 'b'", "now()", "('2024-01-01')", "'2024-01-01'::date", "'"] {
            assert_eq!(read(SqlType::Date, sql), Ok(Meaning::Sql(sql)), "{sql}");
        }
        assert_eq!(read(SqlType::Text, "CURRENT_TIME"), Ok(Meaning::Sql("CURRENT_TIME")));
        assert_eq!(read(SqlType::Text, "'it''s'"), Ok(Meaning::Sql("'it''s'")));
    }

    #[test]
    fn a_literal_is_read_by_its_type() {
        assert_eq!(read(SqlType::Date, "'1970-01-02'"), Ok(Meaning::Value(Value::Date(1))));
        assert_eq!(read(SqlType::Json, "'{ }'"), Ok(Meaning::Value(Value::Json("{}".into()))));
        let array = Value::Array(vec![Value::Decimal("2".into()), Value::Null, Value::Decimal("0.50".into())]);
        assert_eq!(read(SqlType::Array(&SqlType::Decimal), "'[2, null, \".50\"]'"), Ok(Meaning::Value(array)));
        assert_eq!(read(SqlType::Real, "'0.1'"), Ok(Meaning::Value(Value::Float(f64::from(0.1_f32)))));
    }
}
