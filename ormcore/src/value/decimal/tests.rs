use proptest::prelude::*;

use super::*;
use crate::value::temporal::tests::comes_back;

proptest! {
    #[test]
    fn what_is_written_comes_back_with_its_digits(low: u32, mid: u32, high: u32, negative: bool, scale in 0..=28_u32) {
        let decimal = Decimal::from_parts(low, mid, high, negative, scale);
        comes_back(&decimal);
        let read = Decimal::from_value(decimal.to_value().unwrap()).unwrap();
        prop_assert_eq!(read.to_string(), decimal.to_string());
    }

    #[test]
    fn digits_are_read_exactly_or_not_at_all(text in "-?(0|[1-9][0-9]{0,32})(\\.[0-9]{1,32})?") {
        let read = Decimal::from_value(Value::Text(text.as_str().into()));
        if let Ok(decimal) = read {
            let zero = decimal.is_zero();
            prop_assert_eq!(decimal.to_string(), if zero { text.trim_start_matches('-') } else { &text });
        } else {
            prop_assert!(text.len() > 28, "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "[-+0-9._e]{0,64}|.{0,32}") {
        let _ = Decimal::from_value(Value::Decimal(text.into()));
    }
}

#[test]
fn the_largest_decimals_come_back() {
    comes_back(&Decimal::MAX);
    comes_back(&Decimal::MIN);
    comes_back(&Decimal::placeholder());
}

#[test]
fn there_is_no_negative_zero() {
    let mut zero = Decimal::from_parts(0, 0, 0, false, 2);
    zero.set_sign_negative(true);
    comes_back(&zero);
    assert_eq!(zero.to_value(), Ok(Value::Decimal("0.00".into())));
}

#[test]
fn integers_are_read() {
    for value in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(Decimal::from_value(Value::Int(value)), Ok(Decimal::from(value)));
    }
}

#[test]
fn what_would_be_rounded_is_refused() {
    let refused = [
        "79228162514264337593543950336",
        "0.00000000000000000000000000001",
        "1.23456789012345678901234567890123",
        "1_000",
        "1e5",
        "NaN",
        "",
        ".",
        "-",
        " 1",
        "1.2.3",
        "--1",
    ];
    for text in refused {
        let error = Decimal::from_value(Value::Text(text.into())).unwrap_err();
        assert_eq!(error.expected(), "a decimal number of at most 28 digits", "{text}");
    }
    assert!(Decimal::from_value(Value::Float(1.5)).is_err());
    assert!(Decimal::from_value(Value::Null).is_err());
}
