//! Decimal numbers as their digits: which are equal, and which comes first.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A decimal of the program's has no more digits behind the point.
pub(crate) const MOST_DECIMALS: u8 = 28;

/// The order of the numbers. What is no decimal number follows all that are, by its bytes.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    match (Decimal::parse(left), Decimal::parse(right)) {
        (Some(left), Some(right)) => left.compare(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// The digits that all equal numbers have: without zeros that say nothing.
pub(crate) fn canonical(text: &str) -> Cow<'_, str> {
    let Some(Decimal { negative, whole, fraction }) = Decimal::parse(text) else { return Cow::Borrowed(text) };
    let (sign, whole) = (if negative { "-" } else { "" }, if whole.is_empty() { "0" } else { whole });
    Cow::Owned(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// The number without a plus sign and zeros in front, and with those behind the point; `None` if it is no decimal number.
pub(crate) fn plain(text: &str) -> Option<String> {
    let Decimal { negative, whole, .. } = Decimal::parse(text)?;
    let (sign, whole) = (if negative { "-" } else { "" }, if whole.is_empty() { "0" } else { whole });
    Some(match text.split_once('.') {
        Some((_, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{whole}"),
    })
}

struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Decimal { negative: negative && !zero, whole, fraction })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let magnitude =
            (self.whole.len(), self.whole, self.fraction).cmp(&(other.whole.len(), other.whole, other.fraction));
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_compare_as_numbers() {
        let ascending = ["-100", "-99.5", "-0.01", "0", "0.009", "0.01", "0.1", "1", "1.5", "2", "10", "100.25"];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(compare(left, right), index.cmp(&other), "{left} {right}");
                assert_eq!(canonical(left) == canonical(right), index == other, "{left} {right}");
            }
        }
    }

    #[test]
    fn other_forms_of_one_number_are_equal() {
        for (left, right) in [("1", "1.000"), ("-0", "0"), ("007", "7"), (".5", "0.50"), ("+3", "3"), ("3.", "3")] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
            assert_eq!(canonical(left), canonical(right));
        }
    }

    #[test]
    fn a_plain_number_keeps_its_fraction() {
        for (text, expected) in
            [("0.00", "0.00"), ("-007.50", "-7.50"), ("+.5", "0.5"), ("3.", "3"), ("-0.0", "0.0"), ("000", "0")]
        {
            assert_eq!(plain(text).as_deref(), Some(expected));
        }
        for text in ["", ".", "1e5", "1 + 1", "--1", "0x10"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_comes_last() {
        assert_eq!(compare("x", "999"), Ordering::Greater);
        assert_eq!(compare("1e5", "."), Ordering::Greater);
    }
}
