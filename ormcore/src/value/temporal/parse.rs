//! Dates and times from the text that this library and others write.

use super::{MICROSECONDS_A_DAY, MICROSECONDS_A_SECOND, civil_from_days};

/// The count of days since 1970-01-01, if there is such a date.
pub(crate) fn days_from_civil(year: i64, month: u8, day: u8) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = i32::try_from(era * 146_097 + day_of_era - 719_468).ok()?;
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Reads ASCII text from its front.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, width: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
    }

    fn take(&mut self, expected: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        expected.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn date(&mut self) -> Option<i32> {
        let year = self.digits(4)?;
        self.take(b"-")?;
        let month = self.digits(2)?;
        self.take(b"-")?;
        let day = self.digits(2)?;
        days_from_civil(year, month as u8, day as u8)
    }

    /// Hours and minutes, then seconds and a fraction if they are there; digits after the sixth are cut.
    fn time(&mut self) -> Option<i64> {
        let hour = self.digits(2)?;
        self.take(b":")?;
        let minute = self.digits(2)?;
        let second = if self.take(b":").is_some() { self.digits(2)? } else { 0 };
        let mut fraction = 0;
        if self.take(b".").is_some() {
            let mut unit = MICROSECONDS_A_SECOND / 10;
            fraction = self.digits(1)? * unit;
            while let Some(digit) = self.take(b"0123456789") {
                unit /= 10;
                fraction += i64::from(digit - b'0') * unit;
            }
        }
        (hour < 24 && minute < 60 && second < 60)
            .then_some(((hour * 60 + minute) * 60 + second) * MICROSECONDS_A_SECOND + fraction)
    }

    /// `Z`, nothing, or `+hh:mm`: microseconds ahead of UTC.
    fn offset(&mut self) -> Option<i64> {
        match self.take(b"Zz+-") {
            None | Some(b'Z' | b'z') => Some(0),
            Some(sign) => {
                let hours = self.digits(2)?;
                let colon = self.take(b":").is_some();
                let minutes = if colon || !self.0.is_empty() { self.digits(2)? } else { 0 };
                let ahead = (hours * 60 + minutes) * 60 * MICROSECONDS_A_SECOND;
                Some(if sign == b'-' { -ahead } else { ahead })
            }
        }
    }

    fn end<T>(&self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}

/// Days since 1970-01-01 of `2026-11-22`.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let mut cursor = Cursor(text.as_bytes());
    let days = cursor.date()?;
    cursor.end(days)
}

/// Microseconds since midnight of `14:36`, `14:36:31` or `14:36:31.123456`.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text.as_bytes());
    let microseconds = cursor.time()?;
    cursor.end(microseconds)
}

/// Microseconds since 1970-01-01 00:00:00 of a date, or of a date and a time. An offset from UTC is refused: to drop it
/// would give another time.
pub(crate) fn parse_datetime(text: &str) -> Option<i64> {
    parse_at(text, |_| Some(0))
}

/// As [`parse_datetime`]; the time may be followed by an offset from UTC, and is in UTC if it is not.
pub(crate) fn parse_timestamp(text: &str) -> Option<i64> {
    parse_at(text, |cursor| cursor.offset())
}

fn parse_at(text: &str, offset: fn(&mut Cursor<'_>) -> Option<i64>) -> Option<i64> {
    let mut cursor = Cursor(text.as_bytes());
    let mut microseconds = i64::from(cursor.date()?) * MICROSECONDS_A_DAY;
    if cursor.take(b" T").is_some() {
        microseconds += cursor.time()?;
        microseconds -= offset(&mut cursor)?;
    }
    cursor.end(microseconds)
}
