use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueError};

/// As its digits, zeros at the end included. A zero loses its sign, which databases do not have.
impl ToValue for Decimal {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Decimal(Cow::Owned(without_negative_zero(*self).to_string())))
    }
}

fn without_negative_zero(mut decimal: Decimal) -> Decimal {
    if decimal.is_zero() {
        decimal.set_sign_positive(true);
    }
    decimal
}

/// Digits that [`Decimal`] would round are an error.
impl FromValue for Decimal {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let decimal = match &value {
            Value::Decimal(text) | Value::Text(text) => parse(text),
            Value::Int(value) => Some(Decimal::from(*value)),
            _ => None,
        };
        decimal.ok_or_else(|| ValueError::mismatch("a decimal number of at most 28 digits", &value))
    }
}

fn parse(text: &str) -> Option<Decimal> {
    // `from_str_exact` also skips underscores, which databases do not.
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    Decimal::from_str_exact(text).ok().filter(|_| plain)
}

impl ColumnType for Decimal {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Decimal;

    fn placeholder() -> Self {
        Decimal::ZERO
    }

    fn normalize(&mut self) {
        *self = without_negative_zero(*self);
    }
}

#[cfg(test)]
mod tests;
