use std::fmt;

use super::{ColumnType, FromValue, IntoColumn, Parameters, SqlType, ToValue, Value, ValueError};

/// A value that is stored like any other and never shown: `Debug` prints `***`, logs and errors leave it out.
///
/// ```
/// use ormcore::prelude::*;
///
/// let password = Secret::new("hunter2".to_string());
/// assert_eq!(format!("{password:?}"), "***");
/// assert_eq!(password.expose(), "hunter2");
/// ```
///
/// Nor is it written by serde, for JSON goes to strangers and into logs: it is neither `Serialize` nor `Deserialize`. A row
/// that is both has `#[serde(skip)]` at its secrets. What is read so has an empty one, which `update` would store:
/// `update_only` says what is to be written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides the value.
    pub const fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value itself.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, owned.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret(value)
    }
}

impl<T: Default> Default for Secret<T> {
    fn default() -> Self {
        Secret(T::default())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: ToValue> ToValue for Secret<T> {
    const SECRET: bool = true;

    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.0.to_value().map_err(hide)
    }

    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        self.0.send(parameters, secret).map_err(hide)
    }
}

impl<T: FromValue> FromValue for Secret<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        T::from_value(value).map(Secret).map_err(hide)
    }
}

/// Another value of the same kind, for where a secret one would be shown. Numbers are no 0, by which nothing can be divided.
pub(crate) fn stand_in(secret: &Value<'_>) -> Value<'static> {
    match secret {
        Value::Null => Value::Null,
        Value::Bool(_) => Value::Bool(false),
        Value::Int(_) => Value::Int(1),
        Value::Float(_) => Value::Float(1.0),
        Value::Text(_) => Value::Text("***".into()),
        Value::Bytes(_) => Value::Bytes(Vec::new().into()),
        Value::Date(_) => Value::Date(0),
        Value::Time(_) => Value::Time(0),
        Value::DateTime(_) => Value::DateTime(0),
        Value::Timestamp(_) => Value::Timestamp(0),
        Value::Uuid(_) => Value::Uuid([0; 16]),
        Value::Decimal(_) => Value::Decimal("1".into()),
        Value::Json(_) => Value::Json("null".into()),
        Value::Array(values) => Value::Array(values.iter().map(stand_in).collect()),
    }
}

fn hide(error: ValueError) -> ValueError {
    ValueError::new(error.expected().to_string(), "a secret value of another kind")
}

impl<T: ColumnType> ColumnType for Secret<T> {
    type Bare = Self;

    const TYPE: SqlType = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;
    const VARIANTS: &'static [&'static str] = T::VARIANTS;
    const RANGE: Option<(i64, i64)> = T::RANGE;

    fn placeholder() -> Self {
        Secret(T::placeholder())
    }

    fn normalize(&mut self) {
        self.0.normalize();
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoColumn<Secret<T>> for T {
    fn into_column(self) -> Secret<T> {
        Secret(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoColumn<Option<Secret<T>>> for T {
    fn into_column(self) -> Option<Secret<T>> {
        Some(Secret(self))
    }
}

#[diagnostic::do_not_recommend]
impl IntoColumn<Secret<String>> for &str {
    fn into_column(self) -> Secret<String> {
        Secret(self.to_string())
    }
}
