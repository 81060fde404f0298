use super::{Amount, Integer, Nullability, Of, binary, result, unary};
use crate::query::{Computed, Expression, Numeric, Operand, TimeType};
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

/// What a date is that lies later than another by an amount: NULL where one of them is.
type Later<X, A> = Computed<
    <A as Amount<<X as Expression>::Model>>::Source,
    <<A as Amount<<X as Expression>::Model>>::Type as Nullability>::Of<<X as Expression>::Type>,
>;

fn later<X: Expression<Type: ColumnType>, A: Amount<X::Model>>(
    function: Function,
    expression: X,
    amount: A,
) -> Later<X, A> {
    let depth = 1 + expression.depth().max(amount.depth());
    let call = || Ok(result::<X::Type>(function, vec![expression.into_expr()?, amount.into_amount()?]));
    Computed::new(call(), depth)
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

    /// The date so many days later, or earlier where they are negative, at the same time of day. NULL if one of both is; a
    /// date that is not of the years 0000 to 9999 is an error of the database.
    ///
    /// By a number that is written out, a result of one value has a type that is said, `let due: NaiveDate = query.one(&db)?`, or
    /// the number has: `plus_days(7_i64)`.
    ///
    /// ```
    /// # #[cfg(feature = "chrono")] {
    /// # use chrono::NaiveDate;
    /// use ormcore::prelude::*;
    /// use ormcore::sql::now;
    /// # #[derive(Model)] struct Loan { #[column(primary_key)] id: i64, taken_on: NaiveDate, days: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Loan,)>()?;
    /// # let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap_or_default();
    /// # Loan::new(day(2, 20), 14).insert(&db)?;
    /// let due = Loan::TAKEN_ON.plus_days(Loan::DAYS);
    /// assert_eq!(Loan::query().select((due.clone(), due.clone().plus_days(-7))).one(&db)?, (day(3, 5), day(2, 27)));
    /// assert_eq!(Loan::query().filter(due.lt(now())).count(&db)?, 1);
    /// # }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn plus_days<A: Amount<Self::Model, Type: Integer>>(self, days: A) -> Later<Self, A>
    where
        Self::Type: Dated,
    {
        later(Function::PlusDays(Self::Type::TYPE), self, days)
    }

    /// The date so many months later, at the same time of day, as [`DateFunctions::plus_days`] says. In a month that is too
    /// short it is the last day: a month after the 31 January is the 28 or 29 February.
    ///
    /// ```
    /// # #[cfg(feature = "chrono")] {
    /// # use chrono::NaiveDate;
    /// use ormcore::prelude::*;
    /// # #[derive(Model)] struct Contract { #[column(primary_key)] id: i64, signed_on: NaiveDate }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Contract,)>()?;
    /// # let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap_or_default();
    /// # Contract::new(day(1, 31)).insert(&db)?;
    /// let ends: NaiveDate = Contract::query().select(Contract::SIGNED_ON.plus_months(1)).one(&db)?;
    /// assert_eq!(ends, day(2, 29));
    /// # }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn plus_months<A: Amount<Self::Model, Type: Integer>>(self, months: A) -> Later<Self, A>
    where
        Self::Type: Dated,
    {
        later(Function::PlusMonths(Self::Type::TYPE), self, months)
    }

    /// The moment so many seconds later, as [`DateFunctions::plus_days`] says; fractions count to the microsecond.
    ///
    /// ```
    /// # #[cfg(feature = "chrono")] {
    /// # use chrono::{DateTime, Utc};
    /// use ormcore::prelude::*;
    /// use ormcore::sql::now;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, started_at: DateTime<Utc>, timeout: f64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Job,)>()?;
    /// # Job::new(DateTime::UNIX_EPOCH, 1.5).insert(&db)?;
    /// let late = Job::query().filter(Job::STARTED_AT.plus_seconds(Job::TIMEOUT).lt(now()));
    /// assert_eq!(late.count(&db)?, 1);
    /// # }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn plus_seconds<A: Amount<Self::Model, Type: Numeric>>(self, seconds: A) -> Later<Self, A>
    where
        Self::Type: Moment,
    {
        later(Function::PlusSeconds(Self::Type::TYPE), self, seconds)
    }
}

impl<X: Expression> DateFunctions for X {}
