use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::value::temporal::tests::{comes_back, is_refused};
use crate::value::{ColumnType, FromValue, ToValue, Value};

prop_compose! {
    fn any_date()(days in -719_528..=2_932_896_i32) -> Date {
        date(days).unwrap()
    }
}

prop_compose! {
    fn any_time()(seconds in 0..86_400_u32, nanosecond in 0..1_000_000_000_i32) -> Time {
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Time::new(hour as i8, minute as i8, second as i8, nanosecond).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(date in any_date(), time in any_time()) {
        comes_back(&date);
        comes_back(&time);
        comes_back(&DateTime::from_parts(date, time));
    }

    #[test]
    fn instants_come_back(date in any_date(), time in any_time()) {
        // The last day but one of the year 9999 is cut short in jiff.
        if let Ok(at) = TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time)) {
            comes_back(&at);
            prop_assert_eq!(i128::from(instant(at)), at.as_nanosecond().div_euclid(1_000));
        }
    }
}

#[test]
fn what_no_database_holds_is_refused() {
    is_refused(&Timestamp::MIN);
    is_refused(&DateTime::MIN);
    is_refused(&Date::MIN);
    is_refused(&jiff::civil::date(-1, 12, 31));
}

#[test]
fn the_first_and_the_last_day_are_held() {
    comes_back(&Timestamp::MAX);
    comes_back(&DateTime::MAX);
    comes_back(&Date::MAX);
    comes_back(&Time::MAX);
    comes_back(&jiff::civil::date(0, 1, 1));
    comes_back(&jiff::civil::date(0, 1, 1).at(0, 0, 0, 0));
}

#[test]
fn an_instant_after_the_last_of_jiff_is_an_error() {
    let error = Timestamp::from_value(Value::Text("9999-12-31 23:59:59".into())).unwrap_err();
    assert_eq!(error.expected(), "a value in the range of Timestamp");
}

#[test]
fn placeholders_can_be_sent() {
    comes_back(&Timestamp::placeholder());
    comes_back(&DateTime::placeholder());
    comes_back(&Date::placeholder());
    comes_back(&Time::placeholder());
    assert_eq!(Date::placeholder().to_value().unwrap(), Value::Date(0));
}

#[test]
fn other_kinds_are_refused() {
    for value in [Value::Null, Value::Int(0), Value::DateTime(0), Value::Timestamp(i64::MAX)] {
        let error = Timestamp::from_value(value).unwrap_err();
        assert_eq!(error.expected(), "an instant of the years 0000 to 9999");
    }
    assert!(DateTime::from_value(Value::Text("2026-11-22 14:36:31Z".into())).is_err());
    assert!(Date::from_value(Value::Date(i32::MAX)).is_err());
    assert!(Time::from_value(Value::Time(86_400_000_000)).is_err());
}
