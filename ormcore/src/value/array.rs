//! `Vec<T>` as the type of a column.

use super::{ColumnType, FromValue, IntoColumn, Parameters, SqlType, ToValue, Value, ValueError};

pub(crate) mod json;

/// A type that the elements of an array may have: `Vec<T>` is the type of a column then.
///
/// `#[derive(ColumnType)]` implements it too. An element may be NULL where it is an `Option`.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct Post {
///     #[column(primary_key)]
///     id: i64,
///     labels: Vec<String>,
///     votes: Vec<Option<i32>>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<Post>()?;
/// let post = Post::new(["new", "hot"], vec![Some(7), None]).insert(&db)?;
/// assert_eq!(post.labels, ["new", "hot"]);
/// assert!(Post::query().filter(Post::VOTES.eq([Some(7), None])).exists(&db)?);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "an array in a column cannot have elements of type `{Self}`",
    label = "this is no type of an array's elements",
    note = "elements are of a column type that is neither bytes nor an array, or an `Option` of one; `Vec<u8>` is bytes, and `Json<..>` stores lists of lists"
)]
pub trait Element: ColumnType {}

macro_rules! elements {
    ($($type:ty),* $(,)?) => {$( impl Element for $type {} )*};
}

elements!(bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String);

#[cfg(feature = "chrono")]
elements!(::chrono::DateTime<::chrono::Utc>, ::chrono::NaiveDateTime, ::chrono::NaiveDate, ::chrono::NaiveTime);

#[cfg(feature = "time")]
elements!(::time::OffsetDateTime, ::time::PrimitiveDateTime, ::time::Date, ::time::Time);

#[cfg(feature = "jiff")]
elements!(::jiff::Timestamp, ::jiff::civil::DateTime, ::jiff::civil::Date, ::jiff::civil::Time);

#[cfg(feature = "uuid")]
elements!(::uuid::Uuid);

#[cfg(feature = "decimal")]
elements!(::rust_decimal::Decimal);

#[cfg(feature = "json")]
elements!(::serde_json::Value);

#[cfg(feature = "json")]
impl<T> Element for super::Json<T> where super::Json<T>: ColumnType {}

impl<T: Element> Element for Option<T> {}

fn at(index: usize, error: &ValueError) -> ValueError {
    ValueError::new(format!("{} at index {index} of an array", error.expected()), error.found())
}

impl<T: Element> ToValue for [T] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        let mut values = Vec::with_capacity(self.len());
        for (index, element) in self.iter().enumerate() {
            values.push(element.to_value().map_err(|error| at(index, &error))?);
        }
        Ok(Value::Array(values))
    }

    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        match self.to_value() {
            Ok(value) => parameters.push(value, secret),
            Err(error) => keep(self, parameters).ok_or(error)?,
        }
        Ok(())
    }
}

/// Sends an array with an element that is refused where it is only kept.
#[cold]
fn keep<T: Element>(elements: &[T], parameters: &mut dyn Parameters) -> Option<()> {
    let mut kept = Kept(Vec::with_capacity(elements.len()));
    elements.iter().try_for_each(|element| element.send(&mut kept, false)).ok()?;
    parameters.keep(Value::Array(kept.0)).then_some(())
}

/// Takes all values, to keep them.
#[derive(Default)]
pub(super) struct Kept(pub(super) Vec<Value<'static>>);

impl Parameters for Kept {
    fn push(&mut self, value: Value<'_>, _: bool) {
        self.0.push(value.into_owned());
    }

    fn keep(&mut self, value: Value<'_>) -> bool {
        self.0.push(value.into_owned());
        true
    }
}

impl<T: Element, const N: usize> ToValue for [T; N] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }
}

impl<T: Element> ToValue for Vec<T> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }

    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        self.as_slice().send(parameters, secret)
    }
}

/// An array, or the text of a JSON array.
impl<T: Element> FromValue for Vec<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let mut elements = Vec::new();
        let mut push = |value: Value<'_>| {
            let element = T::from_value(value).map_err(|error| at(elements.len(), &error))?;
            elements.push(element);
            Ok(())
        };
        match value {
            Value::Array(values) => values.into_iter().try_for_each(push)?,
            Value::Text(text) => json::read(&text, &mut push)?,
            other => return Err(ValueError::mismatch("an array", &other)),
        }
        Ok(elements)
    }
}

impl<T: Element> ColumnType for Vec<T> {
    type Bare = Self;

    const TYPE: SqlType = {
        assert!(
            !matches!(T::TYPE, SqlType::Array(_) | SqlType::Bytes),
            "the elements of an array in a column cannot be arrays or bytes: `Json<..>` stores lists of lists"
        );
        assert!(!T::SECRET, "the elements of an array are not secret one by one: make the whole a `Secret<Vec<..>>`");
        // For its own check.
        let _ = T::NULLABLE;
        SqlType::Array(&T::TYPE)
    };
    const VARIANTS: &'static [&'static str] = T::VARIANTS;

    fn placeholder() -> Self {
        Vec::new()
    }

    fn normalize(&mut self) {
        self.iter_mut().for_each(T::normalize);
    }
}

macro_rules! other_forms {
    ($(($($generics:tt)*) $form:ty => $array:ty, $into:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoColumn<$array> for $form {
            fn into_column(self) -> $array {
                let into = $into;
                into(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoColumn<Option<$array>> for $form {
            fn into_column(self) -> Option<$array> {
                Some(IntoColumn::<$array>::into_column(self))
            }
        }
    )*};
}

// Without `Vec<&str>`: with it, `Vec::new()` for a `Vec<String>` would be a `Vec` of what?
other_forms! {
    (T: Element + Clone) &[T] => Vec<T>, <[T]>::to_vec;
    (T: Element, const N: usize) [T; N] => Vec<T>, Vec::from;
    (T: Element + Clone, const N: usize) &[T; N] => Vec<T>, |array: &[T; N]| array.to_vec();
    () &[&str] => Vec<String>, |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect();
    (const N: usize) [&str; N] => Vec<String>, |texts: [&str; N]| texts.map(str::to_string).into();
}

#[cfg(test)]
mod tests;
