//! Dates and times as numbers and as text of fixed width, so that text sorts as time does.
//!
//! The calendar is the proleptic Gregorian one; years run from 0000 to 9999, as in ISO 8601.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) mod column;
mod parse;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt::Write;

#[cfg(any(feature = "jiff", feature = "sqlite"))]
pub(crate) use parse::days_from_civil;
pub(crate) use parse::{parse_date, parse_datetime, parse_time, parse_timestamp};

const MICROSECONDS_A_SECOND: i64 = 1_000_000;
pub(crate) const MICROSECONDS_A_DAY: i64 = 86_400 * MICROSECONDS_A_SECOND;

/// Days since 1970-01-01 of 0000-01-01 and 9999-12-31.
pub(crate) const DATES: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;

/// Microseconds since midnight.
pub(crate) const TIMES: std::ops::Range<i64> = 0..MICROSECONDS_A_DAY;

/// Whether [`format_datetime`] can write it in four digits of year.
pub(crate) fn is_writable(microseconds: i64) -> bool {
    i32::try_from(microseconds.div_euclid(MICROSECONDS_A_DAY)).is_ok_and(|days| DATES.contains(&days))
}

/// Year, month and day of a count of days since 1970-01-01.
pub(crate) fn civil_from_days(days: i32) -> (i64, u8, u8) {
    // Eras of 400 years that begin on 1 March, so that the leap day ends a year.
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn push_digits(text: &mut String, value: i64, width: u32) {
    let mut divisor = 10_i64.pow(width - 1);
    while divisor > 0 {
        text.push(char::from(b'0' + (value / divisor % 10) as u8));
        divisor /= 10;
    }
}

/// `2026-11-22`.
pub(crate) fn format_date(days: i32) -> String {
    let mut text = String::with_capacity(26);
    push_date(&mut text, days);
    text
}

fn push_date(text: &mut String, days: i32) {
    let (year, month, day) = civil_from_days(days);
    if DATES.contains(&days) {
        push_digits(text, year, 4);
    } else {
        // For error messages only. Writing to a String cannot fail.
        let _ = write!(text, "{year:+05}");
    }
    text.push('-');
    push_digits(text, month.into(), 2);
    text.push('-');
    push_digits(text, day.into(), 2);
}

/// Hours, minutes, seconds and microseconds of a time of day.
pub(crate) fn clock(microseconds: i64) -> (i64, i64, i64, i64) {
    let seconds = microseconds / MICROSECONDS_A_SECOND;
    (seconds / 3600, seconds / 60 % 60, seconds % 60, microseconds % MICROSECONDS_A_SECOND)
}

/// `14:36:31.000000`.
pub(crate) fn format_time(microseconds: i64) -> String {
    if !TIMES.contains(&microseconds) {
        return format!("{microseconds} microseconds from midnight");
    }
    let mut text = String::with_capacity(15);
    push_time(&mut text, microseconds);
    text
}

fn push_time(text: &mut String, microseconds: i64) {
    let (hour, minute, second, microsecond) = clock(microseconds);
    push_digits(text, hour, 2);
    text.push(':');
    push_digits(text, minute, 2);
    text.push(':');
    push_digits(text, second, 2);
    text.push('.');
    push_digits(text, microsecond, 6);
}

/// `2026-11-22 14:36:31.000000`: sorts as the time does, and beside SQLite's own `CURRENT_TIMESTAMP`.
pub(crate) fn format_datetime(microseconds: i64) -> String {
    let mut text = String::with_capacity(26);
    push_date(&mut text, microseconds.div_euclid(MICROSECONDS_A_DAY) as i32);
    text.push(' ');
    push_time(&mut text, microseconds.rem_euclid(MICROSECONDS_A_DAY));
    text
}
