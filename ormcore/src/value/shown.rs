//! Values as people read them: described in words, and as plain text.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::{Value, array, format_uuid, temporal};

impl Value<'_> {
    /// The value as text, whole, much as PostgreSQL writes it: `true`, `-7`, `2026-08-01 12:00:00+00`, bytes as `\x00ff`, arrays
    /// as JSON; `None` for NULL. ([`Display`](std::fmt::Display) describes a value for an error message, and cuts it.)
    ///
    /// ```
    /// # use ormcore::Value;
    /// assert_eq!(Value::Text("ann".into()).to_text().as_deref(), Some("ann"));
    /// assert_eq!(Value::Int(-7).to_text().as_deref(), Some("-7"));
    /// assert_eq!(Value::Null.to_text(), None);
    /// ```
    #[must_use]
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        let text = match self {
            Value::Null => return None,
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => return Some(Cow::Borrowed(text)),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => format!("{value:?}"),
            Value::Bytes(bytes) => {
                let mut text = String::with_capacity(2 + 2 * bytes.len());
                text.push_str("\\x");
                for byte in bytes.iter() {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{byte:02x}");
                }
                text
            }
            Value::Date(days) => temporal::format_date(*days),
            Value::Time(time) => temporal::format_time(*time),
            Value::DateTime(at) => temporal::format_datetime(*at),
            Value::Timestamp(at) => format!("{}+00", temporal::format_datetime(*at)),
            Value::Uuid(bytes) => format_uuid(bytes),
            Value::Array(values) => array::json::write(values),
        };
        Some(Cow::Owned(text))
    }
}

/// Describes the value for an error message; long text and bytes are cut.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Bool(value) => write!(f, "the truth value {value}"),
            Value::Int(value) => write!(f, "the integer {value}"),
            Value::Float(value) => write!(f, "the number {value:?}"),
            Value::Text(text) => write!(f, "the text {}", Shortened(text)),
            Value::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Value::Date(days) => write!(f, "the date {}", temporal::format_date(*days)),
            Value::Time(time) => write!(f, "the time {}", temporal::format_time(*time)),
            Value::DateTime(at) | Value::Timestamp(at) => {
                write!(f, "the timestamp {}", temporal::format_datetime(*at))
            }
            Value::Uuid(bytes) => write!(f, "the UUID {}", format_uuid(bytes)),
            Value::Decimal(digits) => write!(f, "the decimal {}", Shortened(digits)),
            Value::Json(text) => write!(f, "the JSON {}", Shortened(text)),
            Value::Array(values) => write_array(values, f),
        }
    }
}

fn write_array(values: &[Value<'_>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const SHOWN: usize = 3;
    match values.len() {
        0 => return f.write_str("an empty array"),
        1 => f.write_str("an array of 1 element: ")?,
        count => write!(f, "an array of {count} elements: ")?,
    }
    for (index, value) in values.iter().take(SHOWN).enumerate() {
        write!(f, "{}{value}", if index > 0 { ", " } else { "" })?;
    }
    f.write_str(if values.len() > SHOWN { ", ..." } else { "" })
}

struct Shortened<'a>(&'a str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 60;
        match self.0.char_indices().nth(SHOWN) {
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?} and {} bytes more", &self.0[..end], self.0.len() - end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_has_a_text() {
        let text = |value: Value<'_>| value.to_text().unwrap().into_owned();
        assert_eq!(text(Value::Bool(true)), "true");
        assert_eq!(text(Value::Float(1.0)), "1.0");
        assert_eq!(text(Value::Bytes(vec![0, 255].into())), "\\x00ff");
        assert_eq!(text(Value::Date(0)), "1970-01-01");
        assert!(
            text(Value::Timestamp(0)).starts_with("1970-01-01 00:00:00") && text(Value::Timestamp(0)).ends_with("+00")
        );
        assert_eq!(text(Value::Uuid([0; 16])), "00000000-0000-0000-0000-000000000000");
        assert_eq!(text(Value::Array(vec![Value::Int(1), Value::Null])), "[1,null]");
        let long = "x".repeat(1000);
        assert_eq!(text(Value::Text(long.as_str().into())), long);
    }
}
