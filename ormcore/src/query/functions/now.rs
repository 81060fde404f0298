use super::result;
use crate::query::{Computed, Operand};
use crate::sql::{Expr, Function};
use crate::value::{ColumnType, ValueError};

/// The moment at which a statement runs, by the database's clock, in UTC: what [`now`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Now;

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
    Now
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
    /// The moment as an expression of its own, to be selected.
    pub fn returns<T: TimeType>(self) -> Computed<(), T> {
        Computed::new(Ok(result::<T>(Function::Now(T::TYPE), Vec::new())), 1)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: TimeType> Operand<M, T> for Now {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        Ok(Expr::function(Function::Now(T::TYPE), Vec::new()))
    }
}
