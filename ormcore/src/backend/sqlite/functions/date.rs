//! Dates that lie so much later than others: SQLite's own functions cut times to milliseconds, and give the text of dates
//! beyond their years as NULL.

use rusqlite::functions::Context;
use rusqlite::{Connection, Error, Result};

use super::{FLAGS, integer, number, text};
use crate::value::temporal::{
    DATES, MICROSECONDS_A_DAY, civil_from_days, days_from_civil, format_date, format_datetime, is_writable, parse_date,
    parse_timestamp,
};

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("ormcore_date_plus_days", 2, FLAGS, |context| date(context, plus_days))?;
    connection.create_scalar_function("ormcore_date_plus_months", 2, FLAGS, |context| date(context, plus_months))?;
    connection.create_scalar_function("ormcore_plus_days", 2, FLAGS, |context| moment(context, plus_days))?;
    connection.create_scalar_function("ormcore_plus_months", 2, FLAGS, |context| moment(context, plus_months))?;
    connection.create_scalar_function("ormcore_plus_seconds", 2, FLAGS, |context| {
        let Some((at, seconds)) = text(context, 0)?.zip(number(context, 1)?) else { return Ok(None) };
        written(parsed(at, parse_timestamp)?.checked_add(microseconds(seconds)))
    })
}

/// A date later than another, counted in days since 1970-01-01; none where there is no such date.
type Later = fn(i32, i64) -> Option<i32>;

fn date(context: &Context<'_>, later: Later) -> Result<Option<String>> {
    let Some((day, count)) = text(context, 0)?.zip(integer(context, 1)?) else { return Ok(None) };
    later(parsed(day, parse_date)?, count).map(format_date).ok_or_else(beyond).map(Some)
}

/// At the same time of the day.
fn moment(context: &Context<'_>, later: Later) -> Result<Option<String>> {
    let Some((at, count)) = text(context, 0)?.zip(integer(context, 1)?) else { return Ok(None) };
    let at = parsed(at, parse_timestamp)?;
    let day = i32::try_from(at.div_euclid(MICROSECONDS_A_DAY)).ok().and_then(|day| later(day, count));
    written(day.map(|day| i64::from(day) * MICROSECONDS_A_DAY + at.rem_euclid(MICROSECONDS_A_DAY)))
}

fn parsed<T>(text: &str, parse: fn(&str) -> Option<T>) -> Result<T> {
    let words =
        "what is to be moved is no date as columns hold it, year-month-day with or without a time: mend the row";
    parse(text).ok_or_else(|| Error::UserFunctionError(words.into()))
}

fn written(at: Option<i64>) -> Result<Option<String>> {
    at.filter(|at| is_writable(*at)).map(format_datetime).ok_or_else(beyond).map(Some)
}

fn beyond() -> Error {
    Error::UserFunctionError("the date is not of the years 0000 to 9999".into())
}

fn plus_days(day: i32, count: i64) -> Option<i32> {
    let day = i64::from(day).checked_add(count)?;
    i32::try_from(day).ok().filter(|day| DATES.contains(day))
}

/// On the last day of a month that is too short.
fn plus_months(day: i32, count: i64) -> Option<i32> {
    let (year, month, day) = civil_from_days(day);
    let months = (year * 12 + i64::from(month) - 1).checked_add(count)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u8 + 1);
    (0..=9999).contains(&year).then(|| (1..=day).rev().find_map(|day| days_from_civil(year, month, day))).flatten()
}

/// Halves are rounded to even ones. What an `i64` cannot hold is the largest or the smallest that it can; both lie beyond
/// all dates.
fn microseconds(seconds: f64) -> i64 {
    (seconds * 1e6).round_ties_even() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_on_their_last_day() {
        for (from, months, expected) in [
            ("2024-01-31", 1, Some("2024-02-29")),
            ("2023-01-31", 1, Some("2023-02-28")),
            ("2024-02-29", 12, Some("2025-02-28")),
            ("2024-03-31", -1, Some("2024-02-29")),
            ("2024-12-31", -2, Some("2024-10-31")),
            ("0000-01-31", -1, None),
            ("0000-01-31", 1, Some("0000-02-29")),
            ("9999-12-01", 1, None),
            ("9999-11-30", 1, Some("9999-12-30")),
            ("2024-01-01", i64::MAX, None),
            ("2024-01-01", i64::MIN, None),
        ] {
            let later = plus_months(parse_date(from).unwrap(), months);
            assert_eq!(later.map(format_date).as_deref(), expected, "{from} {months}");
        }
    }

    #[test]
    fn seconds_are_whole_microseconds() {
        for (seconds, expected) in
            [(1.5, 1_500_000), (0.0000005, 0), (0.0000015, 2), (-0.000_001, -1), (3e11, 300_000_000_000_000_000)]
        {
            assert_eq!(microseconds(seconds), expected, "{seconds}");
        }
        assert_eq!((microseconds(f64::INFINITY), microseconds(-1e300)), (i64::MAX, i64::MIN));
    }
}
