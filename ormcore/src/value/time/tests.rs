use proptest::prelude::*;
use time::{Month, UtcOffset};

use super::*;
use crate::value::temporal::tests::{comes_back, is_refused};
use crate::value::{ColumnType, FromValue, Value};

prop_compose! {
    fn any_date()(days in -719_528..=2_932_896_i32) -> Date {
        date(days).unwrap()
    }
}

prop_compose! {
    fn any_time()(seconds in 0..86_400_u32, nanosecond in 0..1_000_000_000_u32) -> Time {
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Time::from_hms_nano(hour as u8, minute as u8, second as u8, nanosecond).unwrap()
    }
}

prop_compose! {
    fn any_offset()(seconds in -86_399..=86_399) -> UtcOffset {
        UtcOffset::from_whole_seconds(seconds).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(date in any_date(), time in any_time()) {
        comes_back(&date);
        comes_back(&time);
        comes_back(&PrimitiveDateTime::new(date, time));
        comes_back(&PrimitiveDateTime::new(date, time).assume_utc());
    }

    #[test]
    fn an_instant_comes_back_in_utc(date in any_date(), time in any_time(), offset in any_offset()) {
        let at = PrimitiveDateTime::new(date, time).assume_offset(offset);
        if at.checked_to_offset(UtcOffset::UTC).is_some_and(|at| (0..=9999).contains(&at.year())) {
            comes_back(&at);
            let mut normal = at;
            normal.normalize();
            prop_assert_eq!(normal.offset(), UtcOffset::UTC);
            prop_assert_eq!(i128::from(instant(at)), at.unix_timestamp_nanos().div_euclid(1_000));
        } else {
            is_refused(&at);
        }
    }
}

#[test]
fn what_no_database_holds_is_refused() {
    is_refused(&Date::MIN);
    is_refused(&PrimitiveDateTime::MIN);
    is_refused(&PrimitiveDateTime::MIN.assume_utc());
    let west = UtcOffset::from_hms(-1, 0, 0).unwrap();
    is_refused(&PrimitiveDateTime::MAX.assume_offset(west));
    let east = UtcOffset::from_hms(1, 0, 0).unwrap();
    let first = Date::from_calendar_date(0, Month::January, 1).unwrap();
    is_refused(&first.midnight().assume_offset(east));
}

#[test]
fn the_first_and_the_last_day_are_held() {
    for date in [Date::from_calendar_date(0, Month::January, 1).unwrap(), Date::from_julian_day(5_373_484).unwrap()] {
        comes_back(&date);
        comes_back(&date.midnight());
        comes_back(&PrimitiveDateTime::new(date, Time::MAX).assume_utc());
    }
    comes_back(&Time::MAX);
}

#[test]
fn placeholders_can_be_sent() {
    comes_back(&OffsetDateTime::placeholder());
    comes_back(&PrimitiveDateTime::placeholder());
    comes_back(&Date::placeholder());
    comes_back(&Time::placeholder());
}

#[test]
fn other_kinds_are_refused() {
    for value in [Value::Null, Value::Int(0), Value::DateTime(0), Value::Timestamp(i64::MAX)] {
        let error = OffsetDateTime::from_value(value).unwrap_err();
        assert_eq!(error.expected(), "an instant of the years 0000 to 9999");
    }
    assert!(PrimitiveDateTime::from_value(Value::Text("2026-11-22 14:36:31Z".into())).is_err());
    assert!(Date::from_value(Value::Date(i32::MAX)).is_err());
    assert!(Time::from_value(Value::Time(86_400_000_000)).is_err());
}
