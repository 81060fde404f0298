//! `time`: [`OffsetDateTime`], [`PrimitiveDateTime`], [`Date`], [`Time`].
//!
//! An [`OffsetDateTime`] comes back in UTC. It is equal to the one that was written, because `time` compares instants.

use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use super::temporal::clock;
use super::temporal::column::{columns, join, split};

/// The Julian day that begins at noon of 1970-01-01.
const JULIAN_DAY_OF_1970: i32 = 2_440_588;

fn days(date: Date) -> i32 {
    date.to_julian_day() - JULIAN_DAY_OF_1970
}

fn date(days: i32) -> Option<Date> {
    Date::from_julian_day(days + JULIAN_DAY_OF_1970).ok()
}

fn microseconds(time: Time) -> i64 {
    let (hour, minute, second, microsecond) = time.as_hms_micro();
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    seconds * 1_000_000 + i64::from(microsecond)
}

fn time(microseconds: i64) -> Option<Time> {
    let (hour, minute, second, microsecond) = clock(microseconds);
    Time::from_hms_micro(hour as u8, minute as u8, second as u8, microsecond as u32).ok()
}

fn instant(at: OffsetDateTime) -> i64 {
    // With the feature `large-dates` of `time`, more than an i64 holds.
    at.unix_timestamp().saturating_mul(1_000_000).saturating_add(i64::from(at.microsecond()))
}

fn datetime(count: i64) -> Option<PrimitiveDateTime> {
    let (days, microseconds) = split(count);
    Some(PrimitiveDateTime::new(date(days)?, time(microseconds)?))
}

columns! {
    OffsetDateTime: Timestamp, timestamp,
        instant, |at| datetime(at).map(|at| at.assume_utc()), OffsetDateTime::UNIX_EPOCH;
    PrimitiveDateTime: DateTime, datetime,
        |at: PrimitiveDateTime| join(days(at.date()), microseconds(at.time())), datetime,
        PrimitiveDateTime::new(OffsetDateTime::UNIX_EPOCH.date(), Time::MIDNIGHT);
    Date: Date, date, days, date, OffsetDateTime::UNIX_EPOCH.date();
    Time: Time, time, microseconds, time, Time::MIDNIGHT;
}

#[cfg(test)]
mod tests;
