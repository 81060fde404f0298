//! Values in the forms in which PostgreSQL takes them.

use std::io::Write;

use super::types::{Scalar, Type};
use crate::sql::dialect::postgres::date_text;
use crate::value::{Value, ValueError, format_uuid, temporal};

/// Days between 1970-01-01 and 2000-01-01, from where PostgreSQL counts.
pub(super) const DAYS_TO_2000: i32 = 10_957;
pub(super) const MICROSECONDS_TO_2000: i64 = DAYS_TO_2000 as i64 * temporal::MICROSECONDS_A_DAY;

/// How a value travels to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Binary,
}

/// What PostgreSQL would take for something else, or not at all.
fn refused(value: &Value<'_>, scalar: Scalar) -> ValueError {
    ValueError::mismatch(
        format!(
            "a value for a parameter of type {}, as PostgreSQL infers it (in SQL of your own a cast says another, `CAST($1 AS bigint)`; in a model's the table differs from the model)",
            scalar.word()
        ),
        value,
    )
}

/// The form in which a value travels to a parameter of the type, NULL excepted.
fn form(value: &Value<'_>, scalar: Scalar) -> Result<Form, ValueError> {
    use Scalar as S;
    match (value, scalar) {
        (Value::Bool(_), S::Bool)
        | (Value::Int(_), S::Int2 | S::Int4 | S::Int8 | S::Oid | S::Float4 | S::Float8)
        | (Value::Float(_), S::Float4 | S::Float8)
        | (Value::Text(_), S::Text)
        | (Value::Bytes(_), S::Bytes)
        | (Value::Date(_), S::Date)
        | (Value::Time(_), S::Time)
        | (Value::DateTime(_), S::Timestamp)
        | (Value::Timestamp(_), S::Timestamptz)
        | (Value::Uuid(_), S::Uuid) => Ok(Form::Binary),
        (Value::Bool(_) | Value::Int(_) | Value::Float(_), S::Text | S::Json | S::Bytes)
        | (Value::Int(_), S::Bool)
        | (Value::Bool(_), S::Int2 | S::Int4 | S::Int8 | S::Float4 | S::Float8 | S::Numeric)
        | (Value::Float(_), S::Int2 | S::Int4 | S::Int8)
        | (Value::Bytes(_), S::Text | S::Json) => Err(refused(value, scalar)),
        _ => Ok(Form::Text),
    }
}

/// Appends the value for a parameter of the type; NULL is the caller's.
///
/// # Errors
/// If PostgreSQL has no place for the value there.
pub(super) fn encode(value: &Value<'_>, wanted: Type, out: &mut Vec<u8>) -> Result<Form, ValueError> {
    let scalar = match (value, wanted) {
        (Value::Array(elements), Type::Array(scalar, oid)) => return array(elements, scalar, oid, out),
        (Value::Array(elements), Type::Scalar(Scalar::Other)) => {
            text_array(elements, Scalar::Other, out)?;
            return Ok(Form::Text);
        }
        (_, Type::Scalar(scalar)) => scalar,
        // Text is the one form that PostgreSQL reads as an array.
        (Value::Text(_), Type::Array(..)) => Scalar::Other,
        (_, Type::Array(..)) => return Err(ValueError::mismatch("an array", value)),
    };
    let form = form(value, scalar)?;
    match form {
        Form::Binary => binary(value, scalar, out)?,
        Form::Text => text(value, out)?,
    }
    Ok(form)
}

fn narrow<T: TryFrom<i64>>(value: i64, scalar: Scalar) -> Result<T, ValueError> {
    T::try_from(value).map_err(|_| refused(&Value::Int(value), scalar))
}

/// The number with the digits that `real` has, if it is in the range of that.
fn single(value: f64) -> Result<f32, ValueError> {
    let single = value as f32;
    let is_lost = single.is_infinite() && value.is_finite() || single == 0.0 && value != 0.0;
    if is_lost { Err(refused(&Value::Float(value), Scalar::Float4)) } else { Ok(single) }
}

/// Appends the value in its binary form.
pub(super) fn binary(value: &Value<'_>, scalar: Scalar, out: &mut Vec<u8>) -> Result<(), ValueError> {
    match (value, scalar) {
        (Value::Bool(value), _) => out.push(u8::from(*value)),
        (Value::Int(value), Scalar::Int2) => out.extend(narrow::<i16>(*value, scalar)?.to_be_bytes()),
        (Value::Int(value), Scalar::Int4) => out.extend(narrow::<i32>(*value, scalar)?.to_be_bytes()),
        (Value::Int(value), Scalar::Oid) => out.extend(narrow::<u32>(*value, scalar)?.to_be_bytes()),
        (Value::Int(value), Scalar::Float4) => out.extend((*value as f32).to_be_bytes()),
        (Value::Int(value), Scalar::Float8) => out.extend((*value as f64).to_be_bytes()),
        (Value::Int(value), _) => out.extend(value.to_be_bytes()),
        (Value::Float(value), Scalar::Float4) => out.extend(single(*value)?.to_be_bytes()),
        (Value::Float(value), _) => out.extend(value.to_be_bytes()),
        (Value::Text(text), _) => out.extend(checked(text)?.as_bytes()),
        (Value::Bytes(bytes), _) => out.extend_from_slice(bytes),
        (Value::Date(days), _) => {
            let days = days.checked_sub(DAYS_TO_2000).ok_or_else(|| refused(value, scalar))?;
            out.extend(days.to_be_bytes());
        }
        (Value::Time(time), _) if !temporal::TIMES.contains(time) => return Err(refused(value, scalar)),
        (Value::Time(time), _) => out.extend(time.to_be_bytes()),
        (Value::DateTime(at) | Value::Timestamp(at), _) => {
            let at = at.checked_sub(MICROSECONDS_TO_2000).ok_or_else(|| refused(value, scalar))?;
            out.extend(at.to_be_bytes());
        }
        (Value::Uuid(bytes), _) => out.extend(bytes),
        _ => return Err(refused(value, scalar)),
    }
    Ok(())
}

/// The text, if PostgreSQL can hold it: it has no place for NUL.
fn checked(text: &str) -> Result<&str, ValueError> {
    if text.contains('\0') { Err(without_nul()) } else { Ok(text) }
}

fn without_nul() -> ValueError {
    ValueError::new("text without NUL characters, which PostgreSQL cannot hold", "text with one")
}

/// Whether a text in the JSON has a NUL character, which JSON writes as an escape.
fn escapes_nul(json: &str) -> bool {
    json.match_indices("u0000").any(|(at, _)| {
        let escapes = json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        escapes % 2 == 1
    })
}

/// Appends the value as PostgreSQL reads it from text.
fn text(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), ValueError> {
    match value {
        Value::Null => {}
        Value::Bool(value) => out.push(if *value { b't' } else { b'f' }),
        Value::Int(value) => push(out, value),
        Value::Float(value) if value.is_infinite() => push(out, if *value > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::Float(value) => push(out, format_args!("{value:?}")),
        Value::Json(json) if escapes_nul(json) => return Err(without_nul()),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => out.extend(checked(text)?.as_bytes()),
        Value::Bytes(bytes) => {
            out.extend(b"\\x");
            bytes.iter().for_each(|byte| push(out, format_args!("{byte:02x}")));
        }
        Value::Date(_) | Value::DateTime(_) | Value::Timestamp(_) => out.extend(date_text(value).as_bytes()),
        Value::Time(time) => push(out, temporal::format_time(*time)),
        Value::Uuid(bytes) => push(out, format_uuid(bytes)),
        Value::Array(_) => return Err(ValueError::mismatch("a value that is no array", value)),
    }
    Ok(())
}

fn push(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{value}");
}

fn array(elements: &[Value<'_>], scalar: Scalar, oid: u32, out: &mut Vec<u8>) -> Result<Form, ValueError> {
    let mut all = Form::Binary;
    for element in elements.iter().filter(|element| !element.is_null()) {
        if form(element, scalar)? == Form::Text {
            all = Form::Text;
        }
    }
    if all == Form::Text || !scalar.is_binary() {
        text_array(elements, scalar, out)?;
        return Ok(Form::Text);
    }
    let mut items = Elements::new(Form::Binary);
    elements.iter().try_for_each(|element| items.push(element, scalar))?;
    items.finish(oid, out);
    Ok(Form::Binary)
}

fn text_array(elements: &[Value<'_>], scalar: Scalar, out: &mut Vec<u8>) -> Result<(), ValueError> {
    let mut items = Elements::new(Form::Text);
    elements.iter().try_for_each(|element| items.push(element, scalar))?;
    items.finish(0, out);
    Ok(())
}

/// The elements of an array, one after the other.
#[derive(Debug)]
pub(super) struct Elements {
    pub(super) form: Form,
    bytes: Vec<u8>,
    count: usize,
    has_null: bool,
    /// For one element's text, before it is quoted.
    scratch: Vec<u8>,
}

impl Elements {
    pub(super) fn new(form: Form) -> Self {
        Elements { form, bytes: Vec::new(), count: 0, has_null: false, scratch: Vec::new() }
    }

    pub(super) fn push(&mut self, value: &Value<'_>, scalar: Scalar) -> Result<(), ValueError> {
        self.count += 1;
        self.has_null |= value.is_null();
        match self.form {
            Form::Binary if value.is_null() => self.bytes.extend((-1_i32).to_be_bytes()),
            Form::Binary => {
                if form(value, scalar)? == Form::Text {
                    return Err(refused(value, scalar));
                }
                let start = self.bytes.len();
                self.bytes.extend([0; 4]);
                binary(value, scalar, &mut self.bytes)?;
                let length = (self.bytes.len() - start - 4) as i32;
                self.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
            Form::Text => {
                if self.count > 1 {
                    self.bytes.push(b',');
                }
                self.push_text(value)?;
            }
        }
        Ok(())
    }

    /// Appends an element that is in its binary form already, as all of them are.
    pub(super) fn push_binary(&mut self, bytes: &[u8]) {
        self.count += 1;
        self.bytes.extend((bytes.len() as i32).to_be_bytes());
        self.bytes.extend(bytes);
    }

    fn push_text(&mut self, value: &Value<'_>) -> Result<(), ValueError> {
        if value.is_null() {
            self.bytes.extend(b"NULL");
            return Ok(());
        }
        self.scratch.clear();
        text(value, &mut self.scratch)?;
        self.bytes.push(b'"');
        for byte in &self.scratch {
            if matches!(byte, b'"' | b'\\') {
                self.bytes.push(b'\\');
            }
            self.bytes.push(*byte);
        }
        self.bytes.push(b'"');
        Ok(())
    }

    /// How many bytes they have.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// None, in the form of these.
    pub(super) fn fresh(&self) -> Self {
        Elements::new(self.form)
    }

    /// Appends the array whose elements have the type of this number.
    pub(super) fn finish(&self, oid: u32, out: &mut Vec<u8>) {
        match self.form {
            Form::Text => {
                out.push(b'{');
                out.extend(&self.bytes);
                out.push(b'}');
            }
            Form::Binary => {
                out.extend(i32::from(self.count > 0).to_be_bytes());
                out.extend(i32::from(self.has_null).to_be_bytes());
                out.extend(oid.to_be_bytes());
                if self.count > 0 {
                    // More than fit are more bytes than a message takes.
                    out.extend((self.count as i32).to_be_bytes());
                    out.extend(1_i32.to_be_bytes());
                    out.extend(&self.bytes);
                }
            }
        }
    }
}
