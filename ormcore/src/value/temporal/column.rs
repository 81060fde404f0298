//! What the date and time types of chrono, time and jiff have in common: each is a count of days or microseconds, which
//! travels as a [`Value`] of its own or, on SQLite, as text.

use std::fmt::Display;

use super::{DATES, MICROSECONDS_A_DAY, TIMES, is_writable};
use super::{parse_date, parse_datetime, parse_time, parse_timestamp};
use crate::value::{ColumnType, Value, ValueError};

const DATE: &str = "a date of the years 0000 to 9999";
const TIME: &str = "a time of day";
const DATETIME: &str = "a date and time without a zone, of the years 0000 to 9999";
const TIMESTAMP: &str = "an instant of the years 0000 to 9999";

/// Days since 1970-01-01 of a date as a database gives it.
pub(crate) fn date(value: &Value<'_>) -> Result<i32, ValueError> {
    let days = match value {
        Value::Date(days) => Some(*days).filter(|days| DATES.contains(days)),
        Value::Text(text) => parse_date(text),
        _ => None,
    };
    days.ok_or_else(|| ValueError::mismatch(DATE, value))
}

/// Microseconds since midnight of a time of day as a database gives it.
pub(crate) fn time(value: &Value<'_>) -> Result<i64, ValueError> {
    let microseconds = match value {
        Value::Time(microseconds) => Some(*microseconds).filter(|time| TIMES.contains(time)),
        Value::Text(text) => parse_time(text),
        _ => None,
    };
    microseconds.ok_or_else(|| ValueError::mismatch(TIME, value))
}

/// Microseconds since 1970-01-01 00:00:00 of a date and time as a database gives it.
pub(crate) fn datetime(value: &Value<'_>) -> Result<i64, ValueError> {
    let microseconds = match value {
        Value::DateTime(microseconds) => Some(*microseconds),
        Value::Text(text) => parse_datetime(text),
        _ => None,
    };
    microseconds.filter(|at| is_writable(*at)).ok_or_else(|| ValueError::mismatch(DATETIME, value))
}

/// Microseconds since 1970-01-01 00:00:00 UTC of an instant as a database gives it.
pub(crate) fn timestamp(value: &Value<'_>) -> Result<i64, ValueError> {
    let microseconds = match value {
        Value::Timestamp(microseconds) => Some(*microseconds),
        Value::Text(text) => parse_timestamp(text),
        _ => None,
    };
    microseconds.filter(|at| is_writable(*at)).ok_or_else(|| ValueError::mismatch(TIMESTAMP, value))
}

/// The value if every database can hold it; otherwise an error that shows `original`.
pub(crate) fn checked(value: Value<'static>, original: &dyn Display) -> Result<Value<'static>, ValueError> {
    let expected = match &value {
        Value::Date(days) if !DATES.contains(days) => DATE,
        Value::DateTime(at) if !is_writable(*at) => DATETIME,
        Value::Timestamp(at) if !is_writable(*at) => TIMESTAMP,
        _ => return Ok(value),
    };
    Err(ValueError::new(expected, original.to_string()))
}

/// Cuts a value to what a database gives back. What no database can hold stays, and is an error when it is sent.
pub(crate) fn cut<T: ColumnType>(value: &mut T) {
    if let Ok(cut) = value.to_value().and_then(T::from_value) {
        *value = cut;
    }
}

/// Days since 1970-01-01 and microseconds since midnight, as microseconds since 1970-01-01 00:00:00. What an `i64`
/// cannot hold is out of any database's range, and stays so.
pub(crate) fn join(days: i32, time: i64) -> i64 {
    i64::from(days).saturating_mul(MICROSECONDS_A_DAY).saturating_add(time)
}

/// The reverse of [`join`], for what is in range.
pub(crate) fn split(microseconds: i64) -> (i32, i64) {
    (microseconds.div_euclid(MICROSECONDS_A_DAY) as i32, microseconds.rem_euclid(MICROSECONDS_A_DAY))
}

/// Makes column types of another crate's types: the kind of value, how it is read, how the type turns into a count, how
/// a count in range turns into the type, and the placeholder.
macro_rules! columns {
    ($($type:ty: $kind:ident, $read:ident, $count:expr, $make:expr, $placeholder:expr;)*) => {$(
        impl $crate::value::ToValue for $type {
            fn to_value(&self) -> Result<$crate::value::Value<'_>, $crate::value::ValueError> {
                let count = $count;
                $crate::value::temporal::column::checked($crate::value::Value::$kind(count(*self)), self)
            }
        }

        impl $crate::value::FromValue for $type {
            fn from_value(value: $crate::value::Value<'_>) -> Result<Self, $crate::value::ValueError> {
                let make = $make;
                make($crate::value::temporal::column::$read(&value)?).ok_or_else(|| {
                    let expected = concat!("a value in the range of ", stringify!($type));
                    $crate::value::ValueError::mismatch(expected, &value)
                })
            }
        }

        impl $crate::value::ColumnType for $type {
            type Bare = Self;

            const TYPE: $crate::value::SqlType = $crate::value::SqlType::$kind;

            fn placeholder() -> Self {
                $placeholder
            }

            fn normalize(&mut self) {
                $crate::value::temporal::column::cut(self);
            }
        }
    )*};
}

pub(crate) use columns;
