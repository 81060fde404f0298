use super::parse::{parse_date, parse_time, parse_timestamp};
use super::*;

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
