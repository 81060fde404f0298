use std::fmt::Debug;

use proptest::prelude::*;

use super::*;
use super::{parse_date, parse_datetime, parse_time, parse_timestamp};
use crate::value::{ColumnType, Value, format_uuid};

/// The value as SQLite gives it back: the text that `backend::sqlite` sends.
fn on_sqlite(value: &Value<'_>) -> Value<'static> {
    Value::Text(match value {
        Value::Date(days) => format_date(*days).into(),
        Value::Time(time) => format_time(*time).into(),
        Value::DateTime(at) | Value::Timestamp(at) => format_datetime(*at).into(),
        Value::Uuid(bytes) => format_uuid(bytes).into(),
        Value::Decimal(text) | Value::Json(text) => text.clone().into_owned().into(),
        other => panic!("{other:?} is not sent as text"),
    })
}

/// Checks that what is written is read as equal, from both forms, and that a value goes out as if it was normalized.
#[allow(dead_code, reason = "used by the tests of the features")]
pub(crate) fn comes_back<T: ColumnType + Clone + Debug + PartialEq>(original: &T) {
    let mut normal = original.clone();
    normal.normalize();
    let sent = normal.to_value().unwrap();
    assert_eq!(original.to_value().unwrap(), sent);
    assert_eq!(T::from_value(sent.borrowed()).unwrap(), normal);
    assert_eq!(T::from_value(on_sqlite(&sent)).unwrap(), normal);
    let mut again = normal.clone();
    again.normalize();
    assert_eq!(again, normal);
}

/// Checks that what no database holds is an error when it is sent or read, and stays as it is.
#[allow(dead_code, reason = "used by the tests of the features")]
pub(crate) fn is_refused<T: ColumnType + Clone + Debug + PartialEq>(original: &T) {
    let mut normal = original.clone();
    normal.normalize();
    assert_eq!(&normal, original);
    let error = original.to_value().unwrap_err();
    assert!(error.expected().contains("of the years 0000 to 9999"), "{error}");
}

#[test]
fn every_date_of_ten_thousand_years_comes_back() {
    for days in DATES {
        assert_eq!(parse_date(&format_date(days)), Some(days));
    }
}

#[test]
fn known_dates() {
    assert_eq!(format_date(0), "1970-01-01");
    assert_eq!(format_date(11_016), "2000-02-29");
    assert_eq!(format_date(*DATES.start()), "0000-01-01");
    assert_eq!(format_date(*DATES.end()), "9999-12-31");
    assert_eq!(format_datetime(-1), "1969-12-31 23:59:59.999999");
    assert_eq!(format_datetime(1_795_358_191_000_123), "2026-11-22 14:36:31.000123");
}

#[test]
fn impossible_dates_are_refused() {
    for text in ["2025-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "2025-1-1", "", "2025-01-01x", "२०२५-01-01"]
    {
        assert_eq!(parse_date(text), None, "{text}");
    }
    for text in ["24:00:00", "12:60", "12:00:60", "12", "12:00:00.", "1:00"] {
        assert_eq!(parse_time(text), None, "{text}");
    }
}

#[test]
fn the_forms_that_other_programs_write_are_read() {
    let expected = parse_timestamp("2026-11-22 14:36:31.000000");
    for text in [
        "2026-11-22 14:36:31",
        "2026-11-22T14:36:31Z",
        "2026-11-22T14:36:31.0000009",
        "2026-11-22 16:36:31+02:00",
        "2026-11-22 12:36:31-0200",
        "2026-11-22 12:36:31-02",
    ] {
        assert_eq!(parse_timestamp(text), expected, "{text}");
    }
    assert_eq!(parse_timestamp("2026-11-22"), parse_timestamp("2026-11-22 00:00"));
}

#[test]
fn an_offset_is_read_for_instants_only() {
    assert_eq!(parse_datetime("2026-11-22 14:36"), parse_timestamp("2026-11-22 14:36Z"));
    for text in ["2026-11-22 14:36Z", "2026-11-22 14:36+02:00", "2026-11-22Z"] {
        assert_eq!(parse_datetime(text), None, "{text}");
    }
}

#[test]
fn what_is_out_of_range_can_be_shown() {
    for value in [
        Value::Date(i32::MIN),
        Value::Date(i32::MAX),
        Value::Time(-1),
        Value::Time(i64::MAX),
        Value::Time(i64::MIN),
        Value::Timestamp(i64::MIN),
        Value::DateTime(i64::MAX),
    ] {
        assert!(!value.to_string().is_empty());
    }
    assert_eq!(format_date(DATES.start() - 1), "-0001-12-31");
    assert_eq!(format_date(DATES.end() + 1), "+10000-01-01");
    assert_eq!(format_time(-1), "-1 microseconds from midnight");
}

fn any_datetime() -> impl Strategy<Value = i64> {
    let day = MICROSECONDS_A_DAY;
    i64::from(*DATES.start()) * day..(i64::from(*DATES.end()) + 1) * day
}

proptest! {
    #[test]
    fn text_sorts_as_time_does(left in any_datetime(), right in any_datetime(), near in -2_000_000..2_000_000_i64) {
        prop_assert_eq!(format_datetime(left).cmp(&format_datetime(right)), left.cmp(&right));
        let near = left.saturating_add(near);
        if is_writable(near) {
            prop_assert_eq!(format_datetime(left).cmp(&format_datetime(near)), left.cmp(&near));
        }
        let (left, right) = (left.rem_euclid(MICROSECONDS_A_DAY), right.rem_euclid(MICROSECONDS_A_DAY));
        prop_assert_eq!(format_time(left).cmp(&format_time(right)), left.cmp(&right));
    }

    #[test]
    fn dates_sort_as_text(left in DATES, right in DATES) {
        prop_assert_eq!(format_date(left).cmp(&format_date(right)), left.cmp(&right));
    }

    #[test]
    fn every_time_comes_back(at in any_datetime()) {
        prop_assert_eq!(parse_datetime(&format_datetime(at)), Some(at));
        prop_assert_eq!(parse_timestamp(&format_datetime(at)), Some(at));
        let time = at.rem_euclid(MICROSECONDS_A_DAY);
        prop_assert_eq!(parse_time(&format_time(time)), Some(time));
    }

    #[test]
    fn no_text_panics(text in "[-0-9:. TZ+]{0,32}|.{0,32}") {
        let _ = (parse_date(&text), parse_time(&text), parse_datetime(&text), parse_timestamp(&text));
    }

    #[test]
    fn any_count_can_be_shown(count: i64, days: i32) {
        let _ = (format_datetime(count), format_time(count), format_date(days));
    }
}
