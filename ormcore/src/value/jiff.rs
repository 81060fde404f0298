//! `jiff`: [`Timestamp`], and [`DateTime`], [`Date`] and [`Time`] of `jiff::civil`.
//!
//! A `Zoned` is no column type: a database keeps the instant and not the time zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::temporal::column::{columns, join, split};
use super::temporal::{civil_from_days, clock, days_from_civil};

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

fn days(date: Date) -> i32 {
    // Every date that jiff can hold has a count.
    days_from_civil(date.year().into(), date.month() as u8, date.day() as u8).unwrap_or(i32::MIN)
}

fn date(days: i32) -> Option<Date> {
    let (year, month, day) = civil_from_days(days);
    Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
}

fn microseconds(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1_000_000 + i64::from(time.subsec_nanosecond() / 1_000)
}

fn time(microseconds: i64) -> Option<Time> {
    let (hour, minute, second, microsecond) = clock(microseconds);
    Time::new(hour as i8, minute as i8, second as i8, microsecond as i32 * 1_000).ok()
}

fn instant(at: Timestamp) -> i64 {
    // jiff cuts toward 1970, and every other time here is cut toward the past.
    let early = at.subsec_nanosecond() % 1_000 < 0;
    at.as_microsecond() - i64::from(early)
}

fn timestamp(microseconds: i64) -> Option<Timestamp> {
    // `Timestamp::from_microsecond` refuses the last second of jiff's range.
    let (second, fraction) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
    Timestamp::new(second, fraction as i32 * 1_000).ok()
}

columns! {
    Timestamp: Timestamp, timestamp, instant, timestamp, Timestamp::UNIX_EPOCH;
    DateTime: DateTime, datetime,
        |at: DateTime| join(days(at.date()), microseconds(at.time())),
        |count| {
            let (days, microseconds) = split(count);
            Some(DateTime::from_parts(date(days)?, time(microseconds)?))
        },
        EPOCH.to_datetime(Time::midnight());
    Date: Date, date, days, date, EPOCH;
    Time: Time, time, microseconds, time, Time::midnight();
}

#[cfg(test)]
mod tests;
