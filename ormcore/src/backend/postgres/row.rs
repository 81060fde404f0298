use std::borrow::Cow;
use std::str::FromStr;

use super::decode::{decode, fixed, not_utf8, unfilled};
use super::types::{Scalar, Type};
use crate::backend::Row;
use crate::value::{Value, ValueError};

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    /// The type's number, and what is known of it.
    pub(super) oid: u32,
    pub(super) kind: Type,
    pub(super) is_binary: bool,
}

/// Where the values of a row are in its message: start and length, which is negative for NULL.
pub(super) type Places = Vec<(u32, i32)>;

/// Finds the values of a DataRow message.
///
/// # Errors
/// In words, if the message is cut off.
pub(super) fn places(body: &[u8], places: &mut Places) -> Result<(), &'static str> {
    const CUT: &str = "a row that is cut off";
    let (count, mut rest) = body.split_first_chunk::<2>().ok_or(CUT)?;
    // What was there is written over.
    places.resize(u16::from_be_bytes(*count).into(), (0, 0));
    for place in places {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(CUT)?;
        let length = i32::from_be_bytes(*length);
        *place = ((body.len() - after.len()) as u32, length);
        rest = after.get(length.max(0) as usize..).ok_or(CUT)?;
    }
    Ok(())
}

/// A row, in the message that brought it.
pub(super) struct PostgresRow<'a> {
    pub(super) fields: &'a [Field],
    pub(super) places: &'a [(u32, i32)],
    pub(super) body: &'a [u8],
}

impl PostgresRow<'_> {
    /// The value's bytes, `None` for NULL.
    #[inline]
    fn bytes(&self, index: usize) -> Result<(&Field, Option<&[u8]>), ValueError> {
        match (self.fields.get(index), self.places.get(index)) {
            (Some(field), Some((_, ..0))) => Ok((field, None)),
            (Some(field), Some((at, length))) => {
                let at = *at as usize;
                Ok((field, self.body.get(at..at + *length as usize)))
            }
            _ => Err(self.too_short()),
        }
    }

    #[cold]
    fn too_short(&self) -> ValueError {
        ValueError::new("a value", format!("a row of {} columns", self.fields.len()))
    }

    /// Reads a number that came as text, for its column had another type when the statement was prepared.
    #[cold]
    fn parsed<T: FromStr>(&self, expected: &'static str, index: usize) -> Result<T, ValueError> {
        let text = self.bytes(index)?.1.and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok()).ok_or_else(|| self.mismatch(expected, index))
    }

    #[cold]
    fn mismatch(&self, expected: &'static str, index: usize) -> ValueError {
        match self.value(index) {
            Ok(found) => ValueError::mismatch(expected, &found),
            Err(error) => error,
        }
    }
}

impl Row for PostgresRow<'_> {
    fn len(&self) -> usize {
        self.fields.len()
    }

    fn value(&self, index: usize) -> Result<Value<'_>, ValueError> {
        match self.bytes(index)? {
            (_, None) => Ok(Value::Null),
            (field, Some(bytes)) => decode(bytes, field.kind, field.is_binary),
        }
    }

    fn name(&self, index: usize) -> Cow<'_, str> {
        match self.fields.get(index) {
            Some(field) => Cow::Borrowed(&field.name),
            None => Cow::Owned(format!("number {index}")),
        }
    }

    fn is_null(&self, index: usize) -> Result<bool, ValueError> {
        Ok(self.bytes(index)?.1.is_none())
    }

    fn int(&self, index: usize) -> Result<Option<i64>, ValueError> {
        let (field, bytes) = self.bytes(index)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let value = match field.kind {
            Type::Scalar(Scalar::Int8 | Scalar::Int4 | Scalar::Int2 | Scalar::Oid) if !field.is_binary => {
                self.parsed("an integer", index)?
            }
            Type::Scalar(scalar @ Scalar::Int8) => i64::from_be_bytes(fixed(bytes, scalar)?),
            Type::Scalar(scalar @ Scalar::Int4) => i32::from_be_bytes(fixed(bytes, scalar)?).into(),
            Type::Scalar(scalar @ Scalar::Int2) => i16::from_be_bytes(fixed(bytes, scalar)?).into(),
            Type::Scalar(scalar @ Scalar::Oid) => u32::from_be_bytes(fixed(bytes, scalar)?).into(),
            _ => return Err(self.mismatch("an integer", index)),
        };
        Ok(Some(value))
    }

    fn float(&self, index: usize) -> Result<Option<f64>, ValueError> {
        let (field, bytes) = self.bytes(index)?;
        let Some(bytes) = bytes else { return Ok(None) };
        match field.kind {
            Type::Scalar(Scalar::Float8 | Scalar::Float4) if !field.is_binary => {
                self.parsed("a floating-point number", index).map(Some)
            }
            Type::Scalar(scalar @ Scalar::Float8) => Ok(Some(f64::from_be_bytes(fixed(bytes, scalar)?))),
            Type::Scalar(scalar @ Scalar::Float4) => Ok(Some(f32::from_be_bytes(fixed(bytes, scalar)?).into())),
            _ => Err(self.mismatch("a floating-point number", index)),
        }
    }

    fn text(&self, index: usize) -> Result<Option<String>, ValueError> {
        let (field, bytes) = self.bytes(index)?;
        let Some(bytes) = bytes else { return Ok(None) };
        match field.kind {
            Type::Scalar(Scalar::Text | Scalar::Other) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Some(text.to_owned())),
                Err(_) => Err(not_utf8()),
            },
            Type::Scalar(Scalar::Blanked) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Some(unfilled(text).to_owned())),
                Err(_) => Err(not_utf8()),
            },
            _ => Err(self.mismatch("text", index)),
        }
    }
}
