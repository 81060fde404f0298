use crate::error::{Error, Result};
use crate::model::{Column, Model};
use crate::value::ColumnType;

/// What a foreign key of type `T` to the model `P` can be set to: the key itself, or a row `&P`.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Author {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// #[derive(Model)]
/// struct Book {
///     #[column(primary_key)]
///     id: i64,
///     title: String,
///     #[column(foreign_key = Author::ID)]
///     author_id: i64,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Author, Book)>()?;
/// let ursula = Author::new("Ursula").insert(&db)?;
/// Book::new("by row", &ursula).insert(&db)?;
/// Book::new("by key", ursula.id).insert(&db)?;
/// assert_eq!(Book::query().filter_by(Book::AUTHOR_ID, ursula.id).count(&db)?, 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a foreign key to `{P}` cannot be set to a value of type `{Self}`",
    label = "expected a key of type `{T}` or a row `&{P}`",
    note = "a row is what `insert` gives; a draft has no key yet"
)]
pub trait Reference<P, T> {
    /// The key's value, given the column of `P` that the foreign key references.
    ///
    /// # Errors
    /// If the row's value cannot be a key.
    fn into_reference(self, column: Column<P, T>) -> Result<T>;
}

#[diagnostic::do_not_recommend]
impl<P: Model, T: ColumnType> Reference<P, T> for &P {
    fn into_reference(self, column: Column<P, T>) -> Result<T> {
        let value = self.field(column.index()).value();
        value.and_then(T::from_value).map_err(|error| Error::encode(P::TABLE.name, column.name(), &error))
    }
}

macro_rules! keys {
    ($($key:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P> Reference<P, $key> for $key {
            fn into_reference(self, _column: Column<P, $key>) -> Result<$key> {
                Ok(self)
            }
        }
    )*};
}

keys! { bool, i8, i16, i32, i64, u8, u16, u32, u64, String, Vec<u8> }

#[cfg(feature = "chrono")]
keys! { chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc> }

#[cfg(feature = "decimal")]
keys! { rust_decimal::Decimal }

#[cfg(feature = "jiff")]
keys! { jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp }

#[cfg(feature = "time")]
keys! { time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime }

#[cfg(feature = "uuid")]
keys! { uuid::Uuid }

#[diagnostic::do_not_recommend]
impl<P> Reference<P, String> for &str {
    fn into_reference(self, _column: Column<P, String>) -> Result<String> {
        Ok(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<P> Reference<P, String> for &String {
    fn into_reference(self, _column: Column<P, String>) -> Result<String> {
        Ok(self.clone())
    }
}
