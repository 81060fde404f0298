use super::{Nullability, result};
use crate::query::{Computed, Expression};
use crate::sql::Function;
use crate::value::ColumnType;

/// A type whose values every database turns into those of the type `T` in one way.
#[diagnostic::on_unimplemented(
    message = "databases do not agree on how a value of type `{Self}` becomes one of type `{T}`",
    label = "this cannot be cast to `{T}`",
    note = "a function of the database's own is `func(\"name\", (arguments,)).returns::<T>()`"
)]
pub trait CastTo<T: ColumnType>: ColumnType {
    /// The type of the result: an `Option` where not every value can be cast.
    type Output: ColumnType;
}

macro_rules! casts {
    ($($from:ty => $($to:ty),*;)*) => {$($(
        impl CastTo<$to> for $from {
            type Output = $to;
        }
    )*)*};
}

macro_rules! integers {
    ($($from:ty)*) => {
        casts! { $($from => i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, String;)* }
    };
}

integers! { i8 i16 i32 i64 u8 u16 u32 u64 }

casts! {
    f32 => i8, i16, i32, i64, u8, u16, u32, u64, f32, f64;
    f64 => i8, i16, i32, i64, u8, u16, u32, u64, f32, f64;
    bool => i8, i16, i32, i64, u8, u16, u32, u64;
    String => String;
}

impl CastTo<i64> for String {
    type Output = Option<i64>;
}

impl CastTo<f64> for String {
    type Output = Option<f64>;
}

#[cfg(feature = "decimal")]
casts! {
    ::rust_decimal::Decimal => f64, String;
    i8 => ::rust_decimal::Decimal;
    i16 => ::rust_decimal::Decimal;
    i32 => ::rust_decimal::Decimal;
    i64 => ::rust_decimal::Decimal;
    u8 => ::rust_decimal::Decimal;
    u16 => ::rust_decimal::Decimal;
    u32 => ::rust_decimal::Decimal;
    u64 => ::rust_decimal::Decimal;
}

#[cfg(feature = "uuid")]
casts! { ::uuid::Uuid => String; }

#[cfg(feature = "chrono")]
casts! {
    ::chrono::NaiveDate => ::chrono::NaiveDateTime, ::chrono::DateTime<::chrono::Utc>;
    ::chrono::NaiveDateTime => ::chrono::NaiveDate, ::chrono::NaiveTime, ::chrono::DateTime<::chrono::Utc>;
    ::chrono::DateTime<::chrono::Utc> => ::chrono::NaiveDate, ::chrono::NaiveTime, ::chrono::NaiveDateTime;
}

#[cfg(feature = "time")]
casts! {
    ::time::Date => ::time::PrimitiveDateTime, ::time::OffsetDateTime;
    ::time::PrimitiveDateTime => ::time::Date, ::time::Time, ::time::OffsetDateTime;
    ::time::OffsetDateTime => ::time::Date, ::time::Time, ::time::PrimitiveDateTime;
}

#[cfg(feature = "jiff")]
casts! {
    ::jiff::civil::Date => ::jiff::civil::DateTime, ::jiff::Timestamp;
    ::jiff::civil::DateTime => ::jiff::civil::Date, ::jiff::civil::Time, ::jiff::Timestamp;
    ::jiff::Timestamp => ::jiff::civil::Date, ::jiff::civil::Time, ::jiff::civil::DateTime;
}

/// The type that a cast of `X` to `T` has.
type Cast<X, T> =
    <<X as Expression>::Type as Nullability>::Of<<<<X as Expression>::Type as ColumnType>::Bare as CastTo<T>>::Output>;

/// The conversion of an expression to another type.
pub trait Casts: Expression {
    /// The expression as one of the type `T`, where every database makes the same of it (`CAST`).
    ///
    /// | from | to | |
    /// | --- | --- | --- |
    /// | integers | integers, `f32`, `f64`, `Decimal`, `String` | |
    /// | `f32`, `f64` | integers, `f32`, `f64` | the fraction is cut off |
    /// | `Decimal` | `f64`, `String` | |
    /// | `bool` | integers | 0 or 1 |
    /// | `String` | `i64`, `f64` | NULL where the text is no number |
    /// | dates with times, instants | dates, times, each other | in UTC |
    /// | dates | dates with times, instants | at midnight |
    /// | `Uuid` | `String` | |
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Answer { #[column(primary_key)] id: i64, text: String, points: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Answer,)>()?;
    /// Answer::insert_all([Answer::new("42", 3), Answer::new("many", 4)], &db)?;
    /// let rows = Answer::query().select((Answer::TEXT.cast::<i64>(), Answer::POINTS.cast::<f64>() / 2.0));
    /// assert_eq!(rows.order_by(Answer::ID).all(&db)?, [(Some(42), 1.5), (None, 2.0)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn cast<T: ColumnType>(self) -> Computed<Self::Model, Cast<Self, T>>
    where
        Self::Type: Nullability<Bare: CastTo<T>>,
    {
        let depth = 1 + self.depth();
        let function = Function::Cast(<Self::Type as ColumnType>::TYPE, T::TYPE);
        Computed::new(self.into_expr().map(|expr| result::<T>(function, vec![expr])), depth)
    }
}

impl<X: Expression> Casts for X {}
