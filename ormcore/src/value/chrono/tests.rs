use proptest::prelude::*;

use super::*;
use crate::value::temporal::tests::{comes_back, is_refused};
use crate::value::{ColumnType, FromValue, ToValue, Value};

prop_compose! {
    fn any_date()(days in -719_528..=2_932_896_i32) -> NaiveDate {
        date(days).unwrap()
    }
}

prop_compose! {
    // The last second of a minute may be a leap second.
    fn any_time()(seconds in 0..86_400_u32, nanosecond in 0..2_000_000_000_u32) -> NaiveTime {
        let nanosecond = if seconds % 60 == 59 { nanosecond } else { nanosecond % 1_000_000_000 };
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanosecond).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(date in any_date(), time in any_time()) {
        comes_back(&date);
        comes_back(&time);
        comes_back(&date.and_time(time));
        comes_back(&date.and_time(time).and_utc());
    }

    #[test]
    fn microseconds_are_those_of_chrono(date in any_date(), time in any_time()) {
        let time = time.with_nanosecond(time.nanosecond() % 1_000_000_000).unwrap();
        let at = date.and_time(time).and_utc();
        prop_assert_eq!(at.to_value().unwrap(), Value::Timestamp(at.timestamp_micros()));
        let naive = at.naive_utc();
        prop_assert_eq!(naive.to_value().unwrap(), Value::DateTime(at.timestamp_micros()));
    }

    #[test]
    fn normalizing_keeps_the_order(date in any_date(), left in any_time(), right in any_time()) {
        let mut both = [date.and_time(left), date.and_time(right)];
        both.sort();
        let [mut left, mut right] = both;
        left.normalize();
        right.normalize();
        prop_assert!(left <= right, "{} {}", left, right);
    }
}

#[test]
fn a_leap_second_becomes_the_last_microsecond_of_its_day() {
    let date = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
    let mut leap = date.and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap().and_utc();
    comes_back(&leap);
    leap.normalize();
    assert_eq!(leap, date.and_hms_micro_opt(23, 59, 59, 999_999).unwrap().and_utc());
}

#[test]
fn fractions_of_microseconds_are_cut_toward_the_past() {
    let mut at = DateTime::from_timestamp(-1, 999_999_999).unwrap();
    assert_eq!(at.to_value().unwrap(), Value::Timestamp(-1));
    at.normalize();
    assert_eq!(at, DateTime::from_timestamp(-1, 999_999_000).unwrap());
}

#[test]
fn what_no_database_holds_is_refused() {
    is_refused(&DateTime::<Utc>::MIN_UTC);
    is_refused(&DateTime::<Utc>::MAX_UTC);
    is_refused(&NaiveDateTime::MIN);
    is_refused(&NaiveDateTime::MAX);
    is_refused(&NaiveDate::MIN);
    is_refused(&NaiveDate::MAX);
    is_refused(&NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap());
    is_refused(&NaiveDate::from_ymd_opt(-1, 12, 31).unwrap());
    let error = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap().to_value().unwrap_err();
    assert_eq!(error.to_string(), "expected a date of the years 0000 to 9999, found +10000-01-01");
}

#[test]
fn the_first_and_the_last_day_are_held() {
    let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999).unwrap();
    for date in [NaiveDate::from_ymd_opt(0, 1, 1).unwrap(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap()] {
        comes_back(&date);
        comes_back(&date.and_time(NaiveTime::MIN));
        comes_back(&date.and_time(last).and_utc());
    }
    comes_back(&last);
}

#[test]
fn placeholders_can_be_sent() {
    comes_back(&DateTime::<Utc>::placeholder());
    comes_back(&NaiveDateTime::placeholder());
    comes_back(&NaiveDate::placeholder());
    comes_back(&NaiveTime::placeholder());
}

#[test]
fn other_kinds_are_refused() {
    let text = |text: &'static str| Value::Text(text.into());
    for value in [Value::Null, Value::Int(0), Value::Date(0), Value::DateTime(0), Value::Timestamp(i64::MIN), text("x")]
    {
        let error = DateTime::<Utc>::from_value(value).unwrap_err();
        assert_eq!(error.expected(), "an instant of the years 0000 to 9999");
    }
    for value in [Value::Timestamp(0), Value::DateTime(i64::MAX), text("2026-11-22 14:36:31+00:00")] {
        assert!(NaiveDateTime::from_value(value).is_err());
    }
    for value in [Value::Time(-1), Value::Time(86_400_000_000), text("24:00:00"), text("23:59:60")] {
        assert!(NaiveTime::from_value(value).is_err());
    }
    for value in [Value::Date(i32::MIN), Value::Date(i32::MAX), text("2026-11-22 00:00:00")] {
        assert!(NaiveDate::from_value(value).is_err());
    }
    assert!(DateTime::<Utc>::from_value(text("0000-01-01 00:00:00+01:00")).is_err());
}
