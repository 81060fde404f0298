//! What travels between a program and its database: one value, and the traits that turn Rust types into it and back.
//!
//! Nothing here knows tables, statements or connections.
//!
//! | Rust | [`Value`] | SQLite | PostgreSQL | notes |
//! | --- | --- | --- | --- | --- |
//! | `bool` | `Bool` | `INTEGER` | `boolean` | 0 and 1 on SQLite, anything else is an error |
//! | `i8`, `i16`, `u8` | `Int` | `INTEGER` | `smallint` | out of range is an error when read; a CHECK keeps the columns of `i8`, `u8`, `u16`, `u32` and `u64` in theirs |
//! | `i32`, `u16` | `Int` | `INTEGER` | `integer` | |
//! | `i64`, `u32`, `u64` | `Int` | `INTEGER` | `bigint` | an `u64` above `i64::MAX` is an error when written |
//! | `f32`, `f64` | `Float` | `REAL` | `real`, `double precision` | NaN is an error when written, though it may be read; -0.0 becomes 0.0 |
//! | `String` | `Text` | `TEXT` | `text` | no NUL character on PostgreSQL |
//! | enums (derived) | `Text`, or `Int` with `#[column_type(integer)]` | `TEXT`, `INTEGER` | `text`, `integer`, or a type of its own | `#[column_type(native = "mood")]` |
//! | `Vec<u8>` | `Bytes` | `BLOB` | `bytea` | |
//! | `Option<T>` | `Null` or that of `T` | as `T` | as `T` | |
//! | dates of `chrono`, `time`, `jiff` (features) | `Date` | `TEXT` | `date` | years 0000 to 9999 |
//! | times of day | `Time` | `TEXT` | `time` | microseconds |
//! | dates with times | `DateTime` | `TEXT` | `timestamp` | microseconds |
//! | instants | `Timestamp` | `TEXT` | `timestamptz` | microseconds, in UTC |
//! | `uuid::Uuid` (feature) | `Uuid` | `TEXT` | `uuid` | |
//! | `Json<T>`, `serde_json::Value` (feature `json`) | `Json` | `TEXT` | `jsonb` | |
//! | `rust_decimal::Decimal` (feature `decimal`) | `Decimal` | `TEXT` | `numeric` | keeps its digits, is a number |
//! | `Vec<T>` of these but bytes, or of `Option`s | `Array` | `TEXT`, JSON | `T[]` | see [`Element`] |
//!
//! As JSON an array has one text, without blanks: `[1,null]`, `[true,false]`, `[0.5,9e999]` (an infinity), and in quotes
//! what is `TEXT` alone. So `eq` compares arrays, decimals among them by their digits; order is the text's on SQLite.
//!
//! An instant comes back in UTC, so types that also hold a zone (`DateTime<FixedOffset>`, `Zoned`) are no column types.
//! SQLite's LIKE sees text only up to a NUL character, though text with one is stored and read whole.
//! In SQL of your own on SQLite, compare a decimal with text (`total >= '0'`): every text is greater than any number there.

use std::borrow::Cow;
use std::fmt;

pub(crate) mod array;
pub(crate) mod bytes;
mod column_type;
pub(crate) mod digits;
pub(crate) mod json_text;
mod number;
mod optional;
mod parameters;
mod row;
mod secret;
mod shown;
pub(crate) mod temporal;
mod text;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
pub(crate) mod json;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

pub use array::Element;
pub use column_type::{ColumnType, Field, Generated, IntoColumn, SqlType, Version};
#[cfg(feature = "json")]
pub use json::Json;
pub use parameters::Parameters;
pub use row::Row;
pub use secret::Secret;
pub(crate) use secret::stand_in;

/// One value on its way to or from a database, borrowed where that is possible.
///
/// `Value<'static>` owns what it holds.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::Value;
/// # let db = Database::connect("sqlite::memory:")?;
/// let rows = db.query_as::<(Value<'static>, Value<'static>)>("SELECT 7, NULL", ())?;
/// assert_eq!(rows, [(Value::Int(7), Value::Null)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// SQL's NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A floating-point number of any width.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A calendar date, as days since 1970-01-01.
    Date(i32),
    /// A time of day, as microseconds since midnight.
    Time(i64),
    /// A date and time without a zone, as microseconds since 1970-01-01 00:00:00.
    DateTime(i64),
    /// An instant, as microseconds since 1970-01-01 00:00:00 UTC.
    Timestamp(i64),
    /// A UUID, as its sixteen bytes.
    Uuid([u8; 16]),
    /// A decimal number, as its digits.
    Decimal(Cow<'a, str>),
    /// A JSON document, as its text.
    Json(Cow<'a, str>),
    /// An array, as its elements.
    Array(Vec<Value<'a>>),
}

impl Value<'_> {
    /// Whether databases hold the two for one key: decimal numbers are equal, however many zeros they are written with.
    pub(crate) fn is_same_key(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Decimal(one), Value::Decimal(other)) => digits::compare(one, other).is_eq(),
            _ => self == other,
        }
    }

    /// Copies what is borrowed.
    ///
    /// ```
    /// # use ormcore::Value;
    /// let name = String::from("ann");
    /// let owned: Value<'static> = Value::Text(name.as_str().into()).into_owned();
    /// drop(name);
    /// assert_eq!(owned, Value::Text("ann".into()));
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Int(value) => Value::Int(value),
            Value::Float(value) => Value::Float(value),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Value::Date(days) => Value::Date(days),
            Value::Time(microseconds) => Value::Time(microseconds),
            Value::DateTime(microseconds) => Value::DateTime(microseconds),
            Value::Timestamp(microseconds) => Value::Timestamp(microseconds),
            Value::Uuid(bytes) => Value::Uuid(bytes),
            Value::Decimal(digits) => Value::Decimal(Cow::Owned(digits.into_owned())),
            Value::Json(text) => Value::Json(Cow::Owned(text.into_owned())),
            Value::Array(values) => Value::Array(values.into_iter().map(Value::into_owned).collect()),
        }
    }

    /// Whether this is SQL's NULL.
    ///
    /// ```
    /// # use ormcore::Value;
    /// assert!(Value::Null.is_null() && !Value::Int(0).is_null());
    /// ```
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Borrows from this value, so that it can be handed on without a copy.
    ///
    /// ```
    /// # use ormcore::Value;
    /// let name = Value::Text("ann".to_string().into());
    /// assert!(matches!(name.borrowed(), Value::Text(std::borrow::Cow::Borrowed("ann"))));
    /// ```
    #[must_use]
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            Value::Decimal(digits) => Value::Decimal(Cow::Borrowed(digits)),
            Value::Json(text) => Value::Json(Cow::Borrowed(text)),
            Value::Array(values) => Value::Array(values.iter().map(Value::borrowed).collect()),
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Int(value) => Value::Int(*value),
            Value::Float(value) => Value::Float(*value),
            Value::Date(days) => Value::Date(*days),
            Value::Time(microseconds) => Value::Time(*microseconds),
            Value::DateTime(microseconds) => Value::DateTime(*microseconds),
            Value::Timestamp(microseconds) => Value::Timestamp(*microseconds),
            Value::Uuid(bytes) => Value::Uuid(*bytes),
        }
    }
}

/// A value that cannot be written or read as what it should be.
///
/// One word wide. The caller knows the table and the column and adds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError(Box<(Cow<'static, str>, String)>);

impl ValueError {
    /// What was expected, and what was found instead.
    ///
    /// ```
    /// # use ormcore::value::ValueError;
    /// let error = ValueError::new("an even number", "7");
    /// assert_eq!(error.to_string(), "expected an even number, found 7");
    /// ```
    pub fn new(expected: impl Into<Cow<'static, str>>, found: impl Into<String>) -> Self {
        ValueError(Box::new((expected.into(), found.into())))
    }

    /// What an expression cannot do, in a sentence: no value is to blame.
    pub(crate) fn misuse(words: impl Into<String>) -> Self {
        Self::new("", words)
    }

    /// The sentence of [`ValueError::misuse`].
    pub(crate) fn as_misuse(&self) -> Option<&str> {
        self.expected().is_empty().then(|| self.found())
    }

    /// `found` is of a kind that cannot be read as `expected`.
    ///
    /// ```
    /// # use ormcore::value::{Value, ValueError};
    /// let error = ValueError::mismatch("an even number", &Value::Int(7));
    /// assert_eq!(error.to_string(), "expected an even number, found the integer 7");
    /// ```
    pub fn mismatch(expected: impl Into<Cow<'static, str>>, found: &Value<'_>) -> Self {
        Self::new(expected, found.to_string())
    }

    /// What was expected.
    ///
    /// ```
    /// # use ormcore::value::{FromValue, Value};
    /// let error = u8::from_value(Value::Int(300)).unwrap_err();
    /// println!("expected {}", error.expected());
    /// ```
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.0
    }

    /// What was found instead.
    ///
    /// ```
    /// # use ormcore::value::{FromValue, Value};
    /// let error = bool::from_value(Value::Int(7)).unwrap_err();
    /// assert_eq!(error.found(), "the integer 7");
    /// ```
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.1
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_misuse() {
            Some(words) => f.write_str(words),
            None => write!(f, "expected {}, found {}", self.expected(), self.found()),
        }
    }
}

impl std::error::Error for ValueError {}

/// A type whose values can be sent to a database.
///
/// ```
/// use ormcore::value::{ToValue, Value};
///
/// assert_eq!("ann".to_string().to_value()?, Value::Text("ann".into()));
/// assert!(f64::NAN.to_value().is_err());
/// # Ok::<(), ormcore::value::ValueError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to a database",
    label = "this is no type of a column or a parameter",
    note = "a newtype or a field-less enum becomes one by `#[derive(ColumnType)]`; other types may need a feature of ormcore (chrono, time, jiff, uuid, json, decimal)"
)]
pub trait ToValue {
    /// Whether logs and recordings must never show the value.
    const SECRET: bool = false;

    /// The value to send, borrowed where that is possible.
    ///
    /// # Errors
    /// If no database could give the same value back (NaN, an integer above `i64::MAX`).
    fn to_value(&self) -> Result<Value<'_>, ValueError>;

    /// Sends the value as the next parameter: the place for a shorter way than over [`Value`]. `secret` is
    /// [`ToValue::SECRET`] of the type as a whole, for it may be a part of another.
    ///
    /// # Errors
    /// As [`ToValue::to_value`].
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        send_value(self, parameters, secret)
    }

    /// The value, if it is an integer: [`ToValue::to_value`] in less time.
    fn to_int(&self) -> Option<i64> {
        match self.to_value() {
            Ok(Value::Int(value)) => Some(value),
            _ => None,
        }
    }
}

/// The longer way, which every value can go.
fn send_value<T: ToValue + ?Sized>(value: &T, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
    parameters.push(value.to_value()?, secret);
    Ok(())
}

/// A type whose values can be read from a database.
///
/// ```
/// use ormcore::value::{FromValue, Value};
///
/// assert_eq!(i8::from_value(Value::Int(7))?, 7);
/// assert!(i8::from_value(Value::Int(1000)).is_err());
/// # Ok::<(), ormcore::value::ValueError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a database",
    label = "this is no type of a column",
    note = "a newtype or a field-less enum becomes one by `#[derive(ColumnType)]`; other types may need a feature of ormcore (chrono, time, jiff, uuid, json, decimal)"
)]
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// If the value is of another kind or out of this type's range.
    fn from_value(value: Value<'_>) -> Result<Self, ValueError>;

    /// Reads an integer: [`FromValue::from_value`] in less time.
    ///
    /// # Errors
    /// As [`FromValue::from_value`].
    fn from_int(value: i64) -> Result<Self, ValueError> {
        Self::from_value(Value::Int(value))
    }

    /// Reads the value at a position of a row, `None` for NULL: the place for a shorter way than over [`Value`].
    ///
    /// # Errors
    /// As [`FromValue::from_value`].
    fn read_optional(row: &dyn Row, index: usize) -> Result<Option<Self>, ValueError> {
        match row.value(index)? {
            Value::Null => Ok(None),
            value => Self::from_value(value).map(Some),
        }
    }

    /// Reads the value at a position of a row.
    ///
    /// # Errors
    /// As [`FromValue::from_value`].
    fn read(row: &dyn Row, index: usize) -> Result<Self, ValueError> {
        match Self::read_optional(row, index)? {
            Some(value) => Ok(value),
            None => Self::from_value(Value::Null),
        }
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(self.borrowed())
    }
}

impl FromValue for Value<'static> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        Ok(value.into_owned())
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    const SECRET: bool = T::SECRET;

    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        T::to_value(self)
    }

    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        T::send(self, parameters, secret)
    }

    fn to_int(&self) -> Option<i64> {
        T::to_int(self)
    }
}

/// A value with the mark that keeps it out of logs.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::value::{Parameter};
/// # let db = Database::connect("sqlite::memory:")?;
/// let mut values = vec![Parameter::new("ann")?];
/// values.push(Parameter::new(&7)?);
/// let rows = db.query_as::<(String, i64)>("SELECT ?, ?", values)?;
/// assert_eq!(rows, [("ann".to_string(), 7)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Parameter {
    /// The value itself.
    pub value: Value<'static>,
    /// Whether logs and recordings must never show it.
    pub secret: bool,
}

impl Parameter {
    /// Takes a copy of the value.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::value::Parameter;
    /// let token = Parameter::new(&Secret::new("hunter2".to_string()))?;
    /// assert_eq!(format!("{token:?}"), "***");
    /// # Ok::<(), ormcore::value::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// As [`ToValue::to_value`].
    pub fn new<T: ToValue + ?Sized>(value: &T) -> Result<Self, ValueError> {
        Ok(Parameter { value: value.to_value()?.into_owned(), secret: T::SECRET })
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret { f.write_str("***") } else { self.value.fmt(f) }
    }
}

/// The bytes of a UUID in hexadecimal digits, whatever hyphens or braces there are.
pub(crate) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let digits = inner.replace('-', "");
    let is_plain = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| is_plain)?;
    Some(number.to_be_bytes())
}

/// `0193f5a2-7a3e-7cc0-8a43-1f4c0e4f5d6b`.
pub(crate) fn format_uuid(bytes: &[u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(*bytes));
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}
