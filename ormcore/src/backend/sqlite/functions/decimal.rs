//! Decimal numbers as text, computed with digit by digit: exact, however long they are.

mod aggregate;

use rusqlite::{Connection, Result};

use super::{FLAGS, integer, text};

pub(super) fn add(connection: &Connection) -> Result<()> {
    let scalar = |name: &str, function: fn(&str) -> Option<String>| {
        connection.create_scalar_function(name, 1, FLAGS, move |context| Ok(text(context, 0)?.and_then(function)))
    };
    scalar("ormcore_decimal_absolute", |text| Number::parse(text).map(|number| number.signed(false).to_string()))?;
    scalar("ormcore_decimal_floor", |text| Number::parse(text).map(|number| number.whole(true).to_string()))?;
    scalar("ormcore_decimal_ceiling", |text| Number::parse(text).map(|number| number.whole(false).to_string()))?;
    connection.create_scalar_function("ormcore_decimal_round", 2, FLAGS, |context| {
        let digits = integer(context, 1)?;
        Ok(text(context, 0)?.zip(digits).and_then(|(text, digits)| round(text, digits)))
    })?;
    aggregate::add(connection)
}

/// The number rounded to so many digits behind the point, halves away from 0.
pub(super) fn round(text: &str, digits: i64) -> Option<String> {
    Number::parse(text).map(|number| number.rounded(digits.clamp(-MOST_DIGITS, MOST_DIGITS)).to_string())
}

const MOST_DIGITS: i64 = 1000;

/// `1.25e-1` as `0.125`.
pub(super) fn from_scientific(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once('e')?;
    let mut number = Number::parse(mantissa)?;
    let exponent: i64 = exponent.parse().ok()?;
    let scale = number.scale as i64 - exponent;
    if scale < 0 {
        number.digits.resize(number.digits.len() + scale.unsigned_abs() as usize, 0);
    }
    number.scale = scale.max(0) as usize;
    Some(number.to_string())
}

/// A sign, digits from the first to the last, and how many of them are behind the point.
#[derive(Debug, Clone)]
struct Number {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Number {
    fn parse(text: &str) -> Option<Number> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|byte| byte.wrapping_sub(b'0')).collect();
        let is_number = !digits.is_empty() && digits.iter().all(|digit| *digit < 10);
        is_number.then(|| Number { negative: text.starts_with('-'), digits, scale: fraction.len() })
    }

    fn signed(mut self, negative: bool) -> Number {
        self.negative = negative;
        self
    }

    /// With so many digits behind the point, in front of it where there are fewer than none.
    fn rounded(self, digits: i64) -> Number {
        let dropped = self.scale as i64 - digits;
        if dropped <= 0 {
            return self;
        }
        let (kept, rest) = self.split(dropped as usize);
        let up = rest.first().is_some_and(|digit| *digit >= 5);
        let mut number = if up { kept.larger() } else { kept };
        let zeros = if digits < 0 { digits.unsigned_abs() as usize } else { 0 };
        number.digits.resize(number.digits.len() + zeros, 0);
        number.scale = digits.max(0) as usize;
        number
    }

    /// The whole number below it, or above it.
    fn whole(self, below: bool) -> Number {
        let (negative, scale) = (self.negative, self.scale);
        let (mut kept, rest) = self.split(scale);
        kept.scale = 0;
        let is_whole = rest.iter().all(|digit| *digit == 0);
        if is_whole || negative != below { kept } else { kept.larger() }
    }

    fn padded(mut self, scale: usize) -> Number {
        self.digits.resize(self.digits.len() + scale.saturating_sub(self.scale), 0);
        self.scale = self.scale.max(scale);
        self
    }

    /// The number without so many of its last digits, and these.
    fn split(mut self, dropped: usize) -> (Number, Vec<u8>) {
        if dropped > self.digits.len() {
            self.digits.splice(0..0, vec![0; dropped - self.digits.len()]);
        }
        let rest = self.digits.split_off(self.digits.len() - dropped);
        (self, rest)
    }

    /// With the last digit one higher.
    fn larger(mut self) -> Number {
        for digit in self.digits.iter_mut().rev() {
            *digit = (*digit + 1) % 10;
            if *digit > 0 {
                return self;
            }
        }
        self.digits.insert(0, 1);
        self
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = self.digits.len().saturating_sub(self.scale);
        let first = self.digits[..whole].iter().position(|digit| *digit > 0).unwrap_or(whole);
        let is_zero = self.digits.iter().all(|digit| *digit == 0);
        let mut text = String::with_capacity(self.digits.len() + 3);
        if self.negative && !is_zero {
            text.push('-');
        }
        if first == whole {
            text.push('0');
        }
        text.extend(self.digits[first..whole].iter().map(|digit| char::from(b'0' + digit)));
        if self.scale > 0 {
            text.push('.');
            text.extend(std::iter::repeat_n('0', self.scale.saturating_sub(self.digits.len())));
            text.extend(self.digits[whole..].iter().map(|digit| char::from(b'0' + digit)));
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (text, digits, expected) in [
            ("2.345", 2, "2.35"),
            ("-2.345", 2, "-2.35"),
            ("9.995", 2, "10.00"),
            ("1.5", 3, "1.5"),
            ("150", -2, "200"),
            ("149.99", -2, "100"),
            ("-0.4", 0, "0"),
            ("5", -1, "10"),
            ("4", -3, "0"),
            (".5", 0, "1"),
            ("79228162514264337593543950335.5", 0, "79228162514264337593543950336"),
        ] {
            assert_eq!(round(text, digits).as_deref(), Some(expected), "{text} {digits}");
        }
        assert_eq!(round("1e5", 0), None);
        assert_eq!(round("", 0), None);
    }

    #[test]
    fn whole_numbers_lie_below_and_above() {
        let whole = |text: &str, below| Number::parse(text).unwrap().whole(below).to_string();
        for (text, floor, ceiling) in
            [("1.5", "1", "2"), ("-1.5", "-2", "-1"), ("-0.5", "-1", "0"), ("9.01", "9", "10"), ("3.00", "3", "3")]
        {
            assert_eq!((whole(text, true).as_str(), whole(text, false).as_str()), (floor, ceiling), "{text}");
        }
    }

    #[test]
    fn an_exponent_moves_the_point() {
        for (text, expected) in [("1.25e-1", "0.125"), ("1.25e1", "12.5"), ("1.25e4", "12500"), ("-5e-4", "-0.0005")] {
            assert_eq!(from_scientific(text).as_deref(), Some(expected), "{text}");
        }
    }
}
