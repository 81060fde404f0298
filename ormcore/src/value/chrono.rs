//! `chrono`: [`DateTime<Utc>`], [`NaiveDateTime`], [`NaiveDate`], [`NaiveTime`].
//!
//! `DateTime<FixedOffset>` and `DateTime<Local>` are no column types: a database keeps the instant and not the offset,
//! so the row that is read would differ from the one that was written.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::temporal::column::{columns, join, split};

/// From 0001-01-01, chrono's day 1, to 1970-01-01.
const DAYS_TO_1970: i32 = 719_163;

fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - DAYS_TO_1970
}

fn date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days + DAYS_TO_1970)
}

fn microseconds(time: NaiveTime) -> i64 {
    // A leap second has nanoseconds from 10^9 on. As the last microsecond before its end it stays on its day and sorts
    // before the next second.
    let nanoseconds = time.nanosecond().min(999_999_999);
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(nanoseconds / 1_000)
}

fn time(microseconds: i64) -> Option<NaiveTime> {
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, fraction as u32 * 1_000)
}

fn count(at: NaiveDateTime) -> i64 {
    join(days(at.date()), microseconds(at.time()))
}

fn datetime(count: i64) -> Option<NaiveDateTime> {
    let (days, microseconds) = split(count);
    Some(NaiveDateTime::new(date(days)?, time(microseconds)?))
}

columns! {
    DateTime<Utc>: Timestamp, timestamp,
        |at: DateTime<Utc>| count(at.naive_utc()), |at| datetime(at).map(|at| at.and_utc()), DateTime::UNIX_EPOCH;
    NaiveDateTime: DateTime, datetime, count, datetime, DateTime::UNIX_EPOCH.naive_utc();
    NaiveDate: Date, date, days, date, DateTime::UNIX_EPOCH.date_naive();
    NaiveTime: Time, time, microseconds, time, NaiveTime::MIN;
}

#[cfg(test)]
mod tests;
