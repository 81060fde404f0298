use super::{Amount, Integer};
use crate::query::comparison::bounded;
use crate::query::{Computed, Numeric, Operand};
use crate::sql::{Expr, Function};
use crate::value::{ColumnType, SqlType, ValueError};

/// The moment at which a statement runs, by the database's clock, in UTC, or one that lies so much later: what [`now`] gives.
#[derive(Debug, Clone)]
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Now {
    /// The instant, where it is another.
    moved: Option<Result<Expr, ValueError>>,
    depth: usize,
}

/// The moment at which the statement runs, by the database's clock: to compare with or to set columns of dates, times and
/// instants to. It is of the column's type, in UTC; SQLite's clock gives milliseconds.
///
/// ```
/// # #[cfg(feature = "chrono")] {
/// use chrono::{DateTime, NaiveDate, Utc};
/// use ormcore::prelude::*;
/// use ormcore::sql::now;
///
/// #[derive(Model)]
/// struct Job {
///     #[column(primary_key)]
///     id: i64,
///     due: NaiveDate,
///     done_at: Option<DateTime<Utc>>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Job,)>()?;
/// Job::new(NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default()).insert(&db)?;
/// Job::query().filter(Job::DUE.lt(now())).update(Job::DONE_AT.set(now()), &db)?;
/// assert!(Job::query().filter(Job::DONE_AT.le(now())).exists(&db)?);
/// # }
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn now() -> Now {
    Now { moved: None, depth: 1 }
}

/// A type whose columns hold dates, times of day or instants.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no dates or times",
    label = "only columns of dates, times and instants are compared with or set to `now()`"
)]
pub trait TimeType: ColumnType {}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! time_types {
    ($($time:ty),* $(,)?) => {$(
        impl TimeType for $time {}
        impl TimeType for Option<$time> {}
    )*};
}

#[cfg(feature = "chrono")]
time_types!(::chrono::NaiveDate, ::chrono::NaiveTime, ::chrono::NaiveDateTime, ::chrono::DateTime<::chrono::Utc>);

#[cfg(feature = "time")]
time_types!(::time::Date, ::time::Time, ::time::PrimitiveDateTime, ::time::OffsetDateTime);

#[cfg(feature = "jiff")]
time_types!(::jiff::civil::Date, ::jiff::civil::Time, ::jiff::civil::DateTime, ::jiff::Timestamp);

impl Now {
    /// The moment so many days later, or earlier where they are negative; beside a column of dates, the date of that moment. One
    /// that is not of the years 0000 to 9999 is an error of the database.
    ///
    /// Where a column says how many, it has a type first: `now().returns::<DateTime<Utc>>().plus_days(of(Job::DAYS))`.
    ///
    /// ```
    /// # #[cfg(feature = "chrono")] {
    /// # use chrono::NaiveDate;
    /// use ormcore::prelude::*;
    /// use ormcore::sql::now;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, due: NaiveDate }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Job,)>()?;
    /// # Job::new(NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default()).insert(&db)?;
    /// let overdue = Job::query().filter(Job::DUE.lt(now().plus_days(-30)));
    /// assert_eq!(overdue.count(&db)?, 1);
    /// # }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn plus_days<A>(self, days: A) -> Self
    where
        A: Amount<(), Source = ()>,
        A::Type: Integer + ColumnType<Bare = A::Type>,
    {
        self.plus(Function::PlusDays, days)
    }

    /// The moment so many months later, in UTC, on the last day of a month that is too short.
    pub fn plus_months<A>(self, months: A) -> Self
    where
        A: Amount<(), Source = ()>,
        A::Type: Integer + ColumnType<Bare = A::Type>,
    {
        self.plus(Function::PlusMonths, months)
    }

    /// The moment so many seconds later; fractions count to the microsecond.
    pub fn plus_seconds<A>(self, seconds: A) -> Self
    where
        A: Amount<(), Source = ()>,
        A::Type: Numeric + ColumnType<Bare = A::Type>,
    {
        self.plus(Function::PlusSeconds, seconds)
    }

    fn plus(self, function: fn(SqlType) -> Function, amount: impl Amount<()>) -> Self {
        const INSTANT: SqlType = SqlType::Timestamp;
        let depth = 1 + self.depth.max(amount.depth());
        let moment = self.moved.unwrap_or_else(|| Ok(Expr::function(Function::Now(INSTANT), Vec::new())));
        let later = || Ok(Expr::function(function(INSTANT), vec![moment?, amount.into_amount()?]));
        Now { moved: Some(bounded(later(), depth)), depth }
    }

    /// The moment as an expression of its own, to be selected.
    pub fn returns<T: TimeType>(self) -> Computed<(), T> {
        let depth = 1 + self.depth;
        Computed::new(self.into_moment::<T>(), depth)
    }

    fn into_moment<T: TimeType>(self) -> Result<Expr, ValueError> {
        Ok(match (self.moved, T::TYPE) {
            (None, sql_type) => Expr::function(Function::Now(sql_type), Vec::new()),
            (Some(moment), SqlType::Timestamp) => moment?,
            (Some(moment), other) => Expr::function(Function::Cast(SqlType::Timestamp, other), vec![moment?]),
        })
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: TimeType> Operand<M, T> for Now {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_moment::<T>()
    }

    fn depth(&self) -> usize {
        1 + self.depth
    }
}
