use crate::error::{Error, Result};
use crate::model::draft::{Wait, Waiting};
use crate::model::handle::RowId;
use crate::model::{Column, Handle, Model};
use crate::value::ColumnType;

/// What a foreign key of type `T` to the model `P` can be set to: the key itself, a row `&P`, or [`Parent`] in a draft that is
/// nested under one of `P`.
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
    label = "expected a key of type `{T}`, a row `&{P}`, or `Parent` in a nested draft",
    note = "a row is what `insert` gives; a draft has no key yet"
)]
pub trait Reference<P, T> {
    /// What it refers to, given the column of `P` that the foreign key references.
    ///
    /// # Errors
    /// If the row's value cannot be a key.
    fn into_reference(self, column: Column<P, T>) -> Result<Referenced<T>>;
}

/// What a foreign key refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Referenced<T> {
    /// The row with this key.
    Key(T),
    /// The row under which the draft is nested, whose key is not known yet.
    Parent,
    /// A row of a session, whose key may not be known yet.
    Row(RowId),
}

/// The row that a draft is nested under, as the value of a foreign key: see
/// [`Draft::with_children`](crate::Draft::with_children).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent;

#[diagnostic::do_not_recommend]
impl<P, T> Reference<P, T> for Parent {
    fn into_reference(self, _column: Column<P, T>) -> Result<Referenced<T>> {
        Ok(Referenced::Parent)
    }
}

/// Sets the field of a foreign key to the column of `P` at the position `referenced`, or notes that it waits for a parent: for the derive.
///
/// # Errors
/// If the value cannot be a key.
pub fn refer<P, T>(
    value: impl Reference<P, T>,
    referenced: usize,
    field: &mut T,
    waiting: &mut Waiting,
    index: usize,
) -> Result<()> {
    // The name is looked up where it is needed, for a message.
    match value.into_reference(Column::new(referenced, ""))? {
        Referenced::Key(key) => *field = key,
        Referenced::Parent => waiting.unset.insert(index),
        Referenced::Row(row) => waiting.rows.push(Wait { column: index, row, referenced }),
    }
    Ok(())
}

#[diagnostic::do_not_recommend]
impl<P: Model, T: ColumnType> Reference<P, T> for &P {
    fn into_reference(self, column: Column<P, T>) -> Result<Referenced<T>> {
        let value = self.field(column.index()).value();
        let key = value.and_then(T::from_value).map(Referenced::Key);
        key.map_err(|error| Error::encode(P::TABLE.name, P::TABLE.columns[column.index()].name, &error))
    }
}

/// What a foreign key of several columns to the model `P` can be set to by `M::new`: a row `&P`, the handle of a session's
/// row, or [`Parent`] in a draft that is nested under one of `P`.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Seat {
///     #[column(primary_key)]
///     row: i32,
///     #[column(primary_key)]
///     number: i32,
/// }
///
/// #[derive(Model)]
/// #[model(foreign_key(columns(row, number), references(Seat::ROW, Seat::NUMBER)))]
/// struct Ticket {
///     #[column(primary_key)]
///     id: i64,
///     row: i32,
///     number: i32,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Seat, Ticket)>()?;
/// let mut session = db.session()?;
/// let seat = session.add(Seat::new(7, 12));
/// let ticket = session.add(Ticket::new(seat));
/// session.commit()?;
/// assert_eq!(session[ticket].number, 12);
/// Ticket::new(&session[seat]).insert(&db)?;
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a foreign key of several columns to `{P}` cannot be set to a value of type `{Self}`",
    label = "expected a row `&{P}`, a `Handle<{P}>`, or `Parent` in a nested draft",
    note = "a row is what `insert` gives; a draft has no key yet"
)]
pub trait RowReference<P>: Copy {
    /// What one column of the key refers to, given the column of `P` that it references.
    ///
    /// # Errors
    /// If the row's value cannot be a key.
    fn part<T: ColumnType>(self, column: Column<P, T>) -> Result<Referenced<T>>;
}

#[diagnostic::do_not_recommend]
impl<P: Model> RowReference<P> for &P {
    fn part<T: ColumnType>(self, column: Column<P, T>) -> Result<Referenced<T>> {
        self.into_reference(column)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Model> RowReference<P> for Handle<P> {
    fn part<T: ColumnType>(self, column: Column<P, T>) -> Result<Referenced<T>> {
        self.into_reference(column)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Model> RowReference<P> for Parent {
    fn part<T: ColumnType>(self, column: Column<P, T>) -> Result<Referenced<T>> {
        self.into_reference(column)
    }
}

/// A row as what one column of a foreign key refers to: for the derive.
#[derive(Debug, Clone, Copy)]
pub struct KeyPart<R>(pub R);

#[diagnostic::do_not_recommend]
impl<P, T: ColumnType, R: RowReference<P>> Reference<P, T> for KeyPart<R> {
    fn into_reference(self, column: Column<P, T>) -> Result<Referenced<T>> {
        self.0.part(column)
    }
}

// A foreign key that can be NULL is an argument where an alias hides the `Option`.
#[diagnostic::do_not_recommend]
impl<P, K> Reference<P, Option<K>> for Option<K> {
    fn into_reference(self, _column: Column<P, Option<K>>) -> Result<Referenced<Option<K>>> {
        Ok(Referenced::Key(self))
    }
}

macro_rules! keys {
    ($($key:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P> Reference<P, Option<$key>> for $key {
            fn into_reference(self, _column: Column<P, Option<$key>>) -> Result<Referenced<Option<$key>>> {
                Ok(Referenced::Key(Some(self)))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<P> Reference<P, $key> for $key {
            fn into_reference(self, _column: Column<P, $key>) -> Result<Referenced<$key>> {
                Ok(Referenced::Key(self))
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
    fn into_reference(self, _column: Column<P, String>) -> Result<Referenced<String>> {
        Ok(Referenced::Key(self.to_string()))
    }
}

#[diagnostic::do_not_recommend]
impl<P> Reference<P, String> for &String {
    fn into_reference(self, _column: Column<P, String>) -> Result<Referenced<String>> {
        Ok(Referenced::Key(self.clone()))
    }
}
