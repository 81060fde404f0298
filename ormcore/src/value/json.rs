use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};

use super::{ColumnType, FromValue, IntoColumn, SqlType, ToValue, Value, ValueError};

/// A value that is stored as JSON.
///
/// A NULL is no JSON: the column's `null` is a value of `Json<T>`, and a column that may be NULL has the type
/// `Option<Json<T>>`. As in `serde_json`, a NaN or an infinity inside becomes `null`.
///
/// On SQLite, documents are equal if their texts are: take a `BTreeMap` for maps inside, whose keys are sorted; those of a
/// `HashMap` come in another order each time. Those of a column of the type `serde_json::Value` are sorted when it is written.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::value::{FromValue, ToValue};
///
/// let mut tags = Json::new(vec!["new".to_string()]);
/// tags.push("hot".into());
/// assert_eq!(tags.to_value()?, ormcore::Value::Json(r#"["new","hot"]"#.into()));
///
/// let read = Json::<Vec<String>>::from_value(ormcore::Value::Text("[\"new\"]".into()))?;
/// assert_eq!(read.into_inner(), ["new"]);
///
/// let error = Json::<Vec<String>>::from_value(ormcore::Value::Text("[1]".into())).unwrap_err();
/// assert_eq!(error.found(), "invalid type: integer `1`, expected a string at line 1 column 2");
/// # Ok::<(), ormcore::value::ValueError>(())
/// ```
///
/// # Panics
/// To look into a value that a draft does not have yet: `draft.with(|row| row.tags.push(..))`, where `tags` was not
/// set. Set it whole: `row.tags = Json::new(..)`. The field of a row has always a value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json<T>(Option<T>);

impl<T> Json<T> {
    /// A value to be stored as JSON.
    pub const fn new(value: T) -> Self {
        Json(Some(value))
    }

    /// The value itself, owned.
    ///
    /// # Panics
    /// If it is a draft's and was not set.
    #[track_caller]
    pub fn into_inner(self) -> T {
        match self.0 {
            Some(value) => value,
            None => unset(),
        }
    }
}

#[cold]
#[track_caller]
fn unset() -> ! {
    panic!("this `Json` of a draft has no value yet: set it as a whole, by `Json::new(..)`")
}

impl<T> Deref for Json<T> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        match &self.0 {
            Some(value) => value,
            None => unset(),
        }
    }
}

impl<T> DerefMut for Json<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.0 {
            Some(value) => value,
            None => unset(),
        }
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json::new(value)
    }
}

impl<T: Default> Default for Json<T> {
    fn default() -> Self {
        Json::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => f.debug_tuple("Json").field(value).finish(),
            None => f.write_str("Json(unset)"),
        }
    }
}

/// As the value itself.
impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.serialize(serializer),
            None => Err(serde::ser::Error::custom("a `Json` of a draft has no value yet")),
        }
    }
}

/// As the value itself.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Json::new)
    }
}

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.0.as_ref().map_or(Ok(Value::Null), write)
    }
}

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        read(&value).map(Json::new)
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> ColumnType for Json<T> {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Json;

    fn placeholder() -> Self {
        Json(None)
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> IntoColumn<Json<T>> for T {
    fn into_column(self) -> Json<T> {
        Json::new(self)
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> IntoColumn<Option<Json<T>>> for T {
    fn into_column(self) -> Option<Json<T>> {
        Some(Json::new(self))
    }
}

/// The keys of its objects are sorted: whether they have an order of their own is up to a feature of serde_json's, which any
/// crate of the program may turn on.
impl ToValue for serde_json::Value {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        write(&Sorted(self))
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        read(&value)
    }
}

impl ColumnType for serde_json::Value {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Json;

    fn placeholder() -> Self {
        serde_json::Value::Null
    }
}

/// What `serde_json` reads; it would write more.
const LEVELS: usize = 127;

fn write<'a, T: Serialize>(value: &T) -> Result<Value<'a>, ValueError> {
    let text = text(value)
        .map_err(|error| ValueError::new(format!("a `{}` that JSON can hold", type_name::<T>()), brief(&error)))?;
    let levels = levels(&text);
    if levels > LEVELS {
        return Err(ValueError::new(format!("JSON of at most {LEVELS} levels"), format!("{levels} levels")));
    }
    Ok(Value::Json(Cow::Owned(text)))
}

fn read<T: DeserializeOwned>(value: &Value<'_>) -> Result<T, ValueError> {
    match value {
        Value::Json(text) | Value::Text(text) => serde_json::from_str(text)
            .map_err(|error| ValueError::new(format!("JSON that fits `{}`", type_name::<T>()), brief(&error))),
        other => Err(ValueError::mismatch("JSON", other)),
    }
}

/// A document whose objects have their keys in order.
pub(crate) struct Sorted<'a>(pub(crate) &'a serde_json::Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            serde_json::Value::Array(elements) => serializer.collect_seq(elements.iter().map(Sorted)),
            serde_json::Value::Object(members) => {
                if members.keys().is_sorted() {
                    return serializer.collect_map(members.iter().map(|(key, value)| (key, Sorted(value))));
                }
                let mut members: Vec<_> = members.iter().map(|(key, value)| (key, Sorted(value))).collect();
                members.sort_unstable_by_key(|(key, _)| *key);
                serializer.collect_map(members)
            }
            other => other.serialize(serializer),
        }
    }
}

/// The JSON of a value, in the form in which columns hold it.
pub(crate) fn text<T: Serialize>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::with_capacity(128);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, WithPoints))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// Writes large floating-point numbers as digits with a point: `1e16` is an integer to a database that keeps the number
/// and not its text, and comes back as one.
struct WithPoints;

impl Formatter for WithPoints {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if (SHORTEST_WITH_EXPONENT..LARGEST_INTEGER).contains(&value.abs()) {
            return write!(writer, "{value}.0");
        }
        CompactFormatter.write_f64(writer, value)
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        if (SHORTEST_WITH_EXPONENT..LARGEST_INTEGER).contains(&f64::from(value.abs())) {
            return write!(writer, "{value}.0");
        }
        CompactFormatter.write_f32(writer, value)
    }
}

/// From here on numbers are written with an exponent.
const SHORTEST_WITH_EXPONENT: f64 = 1e16;

/// From 2 to the power of 64 on whole numbers are read as `f64`, whether or not they have a point.
const LARGEST_INTEGER: f64 = 18_446_744_073_709_551_616.0;

/// How deep arrays and objects are nested in JSON text.
fn levels(text: &str) -> usize {
    let (mut deepest, mut open) = (0, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The error's message, whose middle may be a long part of the document.
fn brief(error: &serde_json::Error) -> String {
    const SHOWN: usize = 60;
    let message = error.to_string();
    let start = message.char_indices().nth(SHOWN).map_or(message.len(), |(at, _)| at);
    let end = message.char_indices().nth_back(SHOWN - 1).map_or(0, |(at, _)| at);
    if start >= end {
        return message;
    }
    format!("{} ... {}", &message[..start], &message[end..])
}

#[cfg(test)]
mod tests;
