use std::any::Any;

use super::{FromValue, Parameters, ToValue, Value, ValueError};

/// The type of a column as SQL sees it; each dialect has its own word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// `bool`.
    Boolean,
    /// `i8`, `i16`, `u8`.
    SmallInt,
    /// `i32`, `u16`.
    Integer,
    /// `i64`, `u32`, `u64`.
    BigInt,
    /// `f32`.
    Real,
    /// `f64`.
    Double,
    /// `String`, and enums without a type of their own.
    Text,
    /// `Vec<u8>`.
    Bytes,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a zone.
    DateTime,
    /// An instant.
    Timestamp,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// A decimal number.
    Decimal,
    /// `Vec<T>`, of the type of its elements.
    Array(&'static SqlType),
    /// An enum with a type of its own, of this name, where the database has such types; text elsewhere.
    Enum(&'static str),
}

impl SqlType {
    /// Whether it is one of the integer types.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt)
    }

    /// Whether its values are decimals, or lists of them: where these are text, only their type says that they compare as
    /// numbers.
    pub(crate) const fn has_decimals(self) -> bool {
        matches!(self, SqlType::Decimal | SqlType::Array(SqlType::Decimal))
    }

    /// The name of the enum's own type, also where it is the type of an array's elements.
    pub(crate) const fn enum_name(self) -> Option<&'static str> {
        match self {
            SqlType::Enum(name) | SqlType::Array(&SqlType::Enum(name)) => Some(name),
            _ => None,
        }
    }
}

/// A type that a column may have.
///
/// `#[derive(ColumnType)]` implements it for a newtype over a column type and for a field-less enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that a column can have",
    label = "this is no column type",
    note = "a newtype or a field-less enum becomes one by `#[derive(ColumnType)]`; other types may need a feature of ormcore (chrono, time, jiff, uuid, json, decimal)"
)]
pub trait ColumnType: ToValue + FromValue + Send + Sync + 'static {
    /// The type of its values that are not NULL: `T` of `Option<T>`, else the type itself.
    type Bare: ColumnType;
    /// The SQL type.
    const TYPE: SqlType;
    /// Whether the column may hold NULL.
    const NULLABLE: bool = false;
    /// The texts that an enum, or the elements of an array, may have, numbers as they are written; empty for everything else.
    const VARIANTS: &'static [&'static str] = &[];
    /// The least and the greatest integer, where the type has fewer than [`ColumnType::TYPE`]; `None` for everything else.
    const RANGE: Option<(i64, i64)> = None;

    /// What a draft holds until the database or the program gives the real value.
    fn placeholder() -> Self;

    /// Cuts the value to what a database gives back, such as microseconds.
    fn normalize(&mut self) {}
}

/// A column type whose values can be made without the program's help: `auto`.
#[diagnostic::on_unimplemented(
    message = "`auto` needs a column of an integer type or `Uuid`, not `{Self}`",
    label = "nothing can generate a value of this type",
    note = "a newtype over an integer or `Uuid` says so: `#[derive(ColumnType)] #[column_type(auto)] struct UserId(i64);`"
)]
pub trait Generated: ColumnType {
    /// Whether the database makes the value; otherwise [`Generated::generate`] does.
    const BY_DATABASE: bool;

    /// A new value, or the placeholder where the database makes it.
    fn generate() -> Self {
        Self::placeholder()
    }
}

/// The type of a column that counts a row's versions.
#[diagnostic::on_unimplemented(
    message = "a version column counts: give it an integer type such as `i64`",
    label = "`{Self}` is no integer"
)]
pub trait Version: ColumnType {
    /// The version of a new row.
    const FIRST: Self;
}

/// A field of a row whose type is not known here: what the library needs of it.
pub trait Field: Send + Sync {
    /// As [`ToValue::to_value`].
    ///
    /// # Errors
    /// As [`ToValue::to_value`].
    fn value(&self) -> Result<Value<'_>, ValueError>;

    /// The value, if it is an integer: what [`Field::value`] gives, in less time.
    fn int(&self) -> Option<i64>;

    /// As [`ToValue::send`].
    ///
    /// # Errors
    /// As [`ToValue::send`].
    fn send(&self, parameters: &mut dyn Parameters) -> Result<(), ValueError>;

    /// [`Field::normalize`], and then [`Field::send`].
    ///
    /// # Errors
    /// As [`ToValue::send`].
    fn send_normalized(&mut self, parameters: &mut dyn Parameters) -> Result<(), ValueError>;

    /// Overwrites the field with what the database holds.
    ///
    /// # Errors
    /// As [`FromValue::from_value`].
    fn assign(&mut self, value: Value<'_>) -> Result<(), ValueError>;

    /// [`Field::assign`] of an integer, in less time.
    ///
    /// # Errors
    /// As [`FromValue::from_value`].
    fn assign_int(&mut self, value: i64) -> Result<(), ValueError>;

    /// Whether it holds [`ColumnType::placeholder`].
    fn is_placeholder(&self) -> bool;

    /// As [`ColumnType::normalize`].
    fn normalize(&mut self);

    /// The field as it is, to be downcast to its type.
    fn as_any_mut(&mut self) -> &mut dyn Any;

    /// Exchanges the value with that of a field of the same type, whether or not a database could hold them; fields of two
    /// types stay as they are.
    fn exchange(&mut self, other: &mut dyn Field);
}

impl<T: ColumnType> Field for T {
    fn value(&self) -> Result<Value<'_>, ValueError> {
        self.to_value()
    }

    fn int(&self) -> Option<i64> {
        self.to_int()
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters) -> Result<(), ValueError> {
        ToValue::send(self, parameters, T::SECRET)
    }

    #[inline]
    fn send_normalized(&mut self, parameters: &mut dyn Parameters) -> Result<(), ValueError> {
        ColumnType::normalize(self);
        ToValue::send(self, parameters, T::SECRET)
    }

    fn assign(&mut self, value: Value<'_>) -> Result<(), ValueError> {
        *self = T::from_value(value)?;
        Ok(())
    }

    fn assign_int(&mut self, value: i64) -> Result<(), ValueError> {
        *self = T::from_int(value)?;
        Ok(())
    }

    fn is_placeholder(&self) -> bool {
        self.to_value() == T::placeholder().to_value()
    }

    fn normalize(&mut self) {
        ColumnType::normalize(self);
    }

    #[inline]
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn exchange(&mut self, other: &mut dyn Field) {
        if let Some(other) = other.as_any_mut().downcast_mut() {
            std::mem::swap(self, other);
        }
    }
}

/// What a column of type `T` can be set to: `T`, `&T`, `&str` for `String`, `T` for `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be set to a value of type `{Self}`",
    label = "expected a value for a column of type `{T}`"
)]
pub trait IntoColumn<T> {
    /// The value as the field holds it.
    fn into_column(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoColumn<T> for T {
    fn into_column(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType + Clone> IntoColumn<T> for &T {
    fn into_column(self) -> T {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoColumn<Option<T>> for T {
    fn into_column(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType + Clone> IntoColumn<Option<T>> for &T {
    fn into_column(self) -> Option<T> {
        Some(self.clone())
    }
}
