use super::{Nullability, Of, binary, unary};
use crate::query::{Computed, Expression, Operand, TimeType};
use crate::sql::{DatePart, DateUnit, Function};
use crate::value::ColumnType;

/// A type whose columns hold dates, with a time of day or without.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no dates",
    label = "only columns of dates and instants have this function"
)]
pub trait Dated: Nullability {}

/// A type whose columns hold times of day, with a date or without.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no times of day",
    label = "only columns of times and instants have this function"
)]
pub trait Timed: Nullability {}

/// A type whose columns hold dates with a time of day.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no dates with times",
    label = "only columns of dates with times, and of instants, have this function"
)]
pub trait Moment: Nullability + TimeType {}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! kinds {
    ($($kind:ident: $($time:ty),*;)*) => {$($(
        impl $kind for $time {}
        impl $kind for Option<$time> {}
    )*)*};
}

#[cfg(feature = "chrono")]
kinds! {
    Dated: ::chrono::NaiveDate, ::chrono::NaiveDateTime, ::chrono::DateTime<::chrono::Utc>;
    Timed: ::chrono::NaiveTime, ::chrono::NaiveDateTime, ::chrono::DateTime<::chrono::Utc>;
    Moment: ::chrono::NaiveDateTime, ::chrono::DateTime<::chrono::Utc>;
}

#[cfg(feature = "time")]
kinds! {
    Dated: ::time::Date, ::time::PrimitiveDateTime, ::time::OffsetDateTime;
    Timed: ::time::Time, ::time::PrimitiveDateTime, ::time::OffsetDateTime;
    Moment: ::time::PrimitiveDateTime, ::time::OffsetDateTime;
}

#[cfg(feature = "jiff")]
kinds! {
    Dated: ::jiff::civil::Date, ::jiff::civil::DateTime, ::jiff::Timestamp;
    Timed: ::jiff::civil::Time, ::jiff::civil::DateTime, ::jiff::Timestamp;
    Moment: ::jiff::civil::DateTime, ::jiff::Timestamp;
}

fn part<X: Expression<Type: Nullability>>(expression: X, part: DatePart) -> Computed<X::Model, Of<X, i32>> {
    unary(Function::DatePart(part, X::Type::TYPE), expression)
}

/// Functions of dates and times; of instants, in UTC.
///
/// ```
/// # #[cfg(feature = "chrono")] {
/// use chrono::NaiveDate;
/// use ormcore::prelude::*;
/// use ormcore::sql::{DateUnit, count};
///
/// #[derive(Model)]
/// struct Sale {
///     #[column(primary_key)]
///     id: i64,
///     sold_on: NaiveDate,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Sale,)>()?;
/// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
/// Sale::insert_all([day(1, 3), day(1, 20), day(2, 1)].map(Sale::new), &db)?;
///
/// let month = Sale::SOLD_ON.date_trunc(DateUnit::Month);
/// let sales = Sale::query().group_by(month.clone()).select((month.clone(), count())).order_by(month);
/// assert_eq!(sales.all(&db)?, [(day(1, 1), 2), (day(2, 1), 1)]);
/// let in_spring = Sale::query().filter(Sale::SOLD_ON.month().between(3, 5));
/// assert_eq!(in_spring.count(&db)?, 0);
/// # }
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait DateFunctions: Expression {
    /// The year, from 0 to 9999.
    fn year(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Dated,
    {
        part(self, DatePart::Year)
    }

    /// The month, from 1 to 12.
    fn month(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Dated,
    {
        part(self, DatePart::Month)
    }

    /// The day of the month, from 1 to 31.
    fn day(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Dated,
    {
        part(self, DatePart::Day)
    }

    /// The day of the year, from 1 to 366.
    fn day_of_year(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Dated,
    {
        part(self, DatePart::DayOfYear)
    }

    /// The day of the week, from 1 (Monday) to 7 (Sunday).
    fn day_of_week(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Dated,
    {
        part(self, DatePart::DayOfWeek)
    }

    /// The hour, from 0 to 23.
    fn hour(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Timed,
    {
        part(self, DatePart::Hour)
    }

    /// The minute, from 0 to 59.
    fn minute(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Timed,
    {
        part(self, DatePart::Minute)
    }

    /// The second, from 0 to 59, without its fraction.
    fn second(self) -> Computed<Self::Model, Of<Self, i32>>
    where
        Self::Type: Timed,
    {
        part(self, DatePart::Second)
    }

    /// The start of the year, month, week, day, hour or minute, of the same type.
    fn date_trunc(self, unit: DateUnit) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Dated,
    {
        unary(Function::Truncate(unit, Self::Type::TYPE), self)
    }

    /// How many days lie between the date and another, whatever the time of day: 1 from yesterday, -1 from tomorrow.
    fn days_since<O: Operand<Self::Model, Self::Type>>(self, other: O) -> Computed<O::Source, Of<Self, i64>>
    where
        Self::Type: Dated,
    {
        binary::<_, Self::Type, _, _>(Function::DaysSince(Self::Type::TYPE), self, other)
    }

    /// How many seconds lie between the moment and another, with a fraction to the microsecond.
    fn seconds_since<O: Operand<Self::Model, Self::Type>>(self, other: O) -> Computed<O::Source, Of<Self, f64>>
    where
        Self::Type: Moment,
    {
        binary::<_, Self::Type, _, _>(Function::SecondsSince, self, other)
    }
}

impl<X: Expression> DateFunctions for X {}
