use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use super::{FLAGS, decimal, failed, integer, number, text};

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("ormcore_floor", 1, FLAGS, |context| Ok(number(context, 0)?.map(f64::floor)))?;
    connection.create_scalar_function("ormcore_ceiling", 1, FLAGS, |context| Ok(number(context, 0)?.map(f64::ceil)))?;
    connection.create_scalar_function("ormcore_round", 2, FLAGS, |context| {
        let digits = integer(context, 1)?;
        Ok(number(context, 0)?.zip(digits).map(|(number, digits)| round(number, digits)))
    })?;
    connection.create_scalar_function("ormcore_power", 2, FLAGS, |context| {
        let exponent = number(context, 1)?;
        Ok(number(context, 0)?.zip(exponent).and_then(|(base, exponent)| power(base, exponent)))
    })?;
    connection.create_scalar_function("ormcore_square_root", 1, FLAGS, |context| {
        Ok(number(context, 0)?.filter(|number| *number >= 0.0).map(f64::sqrt))
    })?;
    connection.create_scalar_function("ormcore_real", 1, FLAGS, |context| {
        let given = match context.get_raw(0) {
            ValueRef::Text(_) => text(context, 0)?.and_then(as_number),
            ValueRef::Integer(_) | ValueRef::Real(_) => number(context, 0)?,
            _ => None,
        };
        // The column refuses what is no number.
        given.map_or_else(|| context.get_raw(0).try_into().map_err(failed), real)
    })?;
    connection
        .create_scalar_function("ormcore_integer", 1, FLAGS, |context| Ok(text(context, 0)?.and_then(as_integer)))?;
    connection.create_scalar_function("ormcore_number", 1, FLAGS, |context| Ok(text(context, 0)?.and_then(as_number)))
}

/// With the digits of an `f32`.
fn real(number: f64) -> Result<Value> {
    let narrow = f64::from(number as f32);
    if narrow.is_infinite() && number.is_finite() {
        return Err(Error::UserFunctionError("the number is out of the range of f32".into()));
    }
    Ok(Value::Real(narrow))
}

/// As the number is written with the 15 digits that are sure, halves away from 0.
fn round(number: f64, digits: i64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    let written = format!("{number:.14e}");
    let plain = decimal::from_scientific(&written);
    plain.and_then(|plain| decimal::round(&plain, digits)).and_then(|text| text.parse().ok()).unwrap_or(number)
}

fn power(base: f64, exponent: f64) -> Option<f64> {
    let is_undefined = base < 0.0 && exponent != exponent.floor() || base == 0.0 && exponent < 0.0;
    (!is_undefined).then(|| base.powf(exponent))
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn as_integer(text: &str) -> Option<i64> {
    is_digits(without_sign(text), 18).then(|| text.parse().ok()).flatten()
}

fn as_number(text: &str) -> Option<f64> {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number =
        is_digits(without_sign(whole), 100) && is_digits(fraction, 100) && is_digits(without_sign(exponent), 2);
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_they_are_written() {
        for (number, digits, expected) in [
            (2.345, 2, 2.35),
            (1.005, 2, 1.01),
            (0.285, 2, 0.29),
            (-2.5, 0, -3.0),
            (2.5, 0, 3.0),
            (0.49999999999999994, 0, 1.0),
            (1234.5, -2, 1200.0),
            (1250.0, -2, 1300.0),
            (1e300, 2, 1e300),
            (5e-324, 3, 0.0),
            (49.0, -2, 0.0),
            (50.0, -2, 100.0),
            (123.456, 400, 123.456),
        ] {
            assert_eq!(round(number, digits), expected, "{number} {digits}");
        }
        assert_eq!(round(f64::INFINITY, 1), f64::INFINITY);
    }

    #[test]
    fn text_is_a_number_as_a_whole_or_not_at_all() {
        assert_eq!(as_integer("-42"), Some(-42));
        assert_eq!(as_integer("+7"), Some(7));
        for text in ["", "4x", " 4", "1.0", "1234567890123456789", "-"] {
            assert_eq!(as_integer(text), None, "{text}");
        }
        assert_eq!(as_number("-1.5e3"), Some(-1500.0));
        for text in ["", "inf", "NaN", ".5", "1.", "1e", "1e100", "0x1"] {
            assert_eq!(as_number(text), None, "{text}");
        }
    }
}
