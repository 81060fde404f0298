//! Dates and times as numbers and as text of fixed width, so that text sorts as time does.
//!
//! The calendar is the proleptic Gregorian one; years run from 0000 to 9999, as in ISO 8601.

const MICROSECONDS_A_SECOND: i64 = 1_000_000;
pub(crate) const MICROSECONDS_A_DAY: i64 = 86_400 * MICROSECONDS_A_SECOND;

/// Days since 1970-01-01 of 0000-01-01 and 9999-12-31.
pub(crate) const DATES: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;

/// Whether [`format_datetime`] can write it in four digits of year.
pub(crate) fn is_writable(microseconds: i64) -> bool {
    i32::try_from(microseconds.div_euclid(MICROSECONDS_A_DAY)).is_ok_and(|days| DATES.contains(&days))
}

/// Year, month and day of a count of days since 1970-01-01.
fn civil_from_days(days: i32) -> (i64, u8, u8) {
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

/// The count of days since 1970-01-01, if there is such a date.
fn days_from_civil(year: i64, month: u8, day: u8) -> Option<i32> {
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
    push_digits(text, year, 4);
    text.push('-');
    push_digits(text, month.into(), 2);
    text.push('-');
    push_digits(text, day.into(), 2);
}

/// `14:36:31.000000`.
pub(crate) fn format_time(microseconds: i64) -> String {
    let mut text = String::with_capacity(15);
    push_time(&mut text, microseconds);
    text
}

fn push_time(text: &mut String, microseconds: i64) {
    let seconds = microseconds / MICROSECONDS_A_SECOND;
    push_digits(text, seconds / 3600, 2);
    text.push(':');
    push_digits(text, seconds / 60 % 60, 2);
    text.push(':');
    push_digits(text, seconds % 60, 2);
    text.push('.');
    push_digits(text, microseconds % MICROSECONDS_A_SECOND, 6);
}

/// `2026-11-22 14:36:31.000000`: sorts as the time does, and beside SQLite's own `CURRENT_TIMESTAMP`.
pub(crate) fn format_datetime(microseconds: i64) -> String {
    let mut text = String::with_capacity(26);
    push_date(&mut text, microseconds.div_euclid(MICROSECONDS_A_DAY) as i32);
    text.push(' ');
    push_time(&mut text, microseconds.rem_euclid(MICROSECONDS_A_DAY));
    text
}

/// Reads ASCII text from its front.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, width: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
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

/// Microseconds since 1970-01-01 00:00:00 of a date, a date and a time, or these with an offset from UTC.
pub(crate) fn parse_timestamp(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text.as_bytes());
    let mut microseconds = i64::from(cursor.date()?) * MICROSECONDS_A_DAY;
    if cursor.take(b" T").is_some() {
        microseconds += cursor.time()?;
        microseconds -= cursor.offset()?;
    }
    cursor.end(microseconds)
}

#[cfg(test)]
mod tests;
