//! Values of every type: mostly of a few that meet each other, at the edges of what databases hold.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::models::{Level, Mood};

pub(crate) fn truth() -> impl Strategy<Value = bool> {
    any::<bool>()
}

pub(crate) fn short() -> impl Strategy<Value = i16> {
    prop_oneof![4 => select(vec![i16::MIN, -7, -1, 0, 1, 7, i16::MAX]), 1 => any::<i16>()]
}

pub(crate) fn int() -> impl Strategy<Value = i32> {
    prop_oneof![4 => select(vec![i32::MIN, -7, -1, 0, 1, 7, i32::MAX]), 1 => any::<i32>()]
}

pub(crate) fn long() -> impl Strategy<Value = i64> {
    let odd = vec![i64::MIN, i64::MIN + 1, -(1 << 53) - 1, -1, 0, 1, (1 << 53) + 1, 1 << 53, i64::MAX - 1, i64::MAX];
    prop_oneof![4 => select(odd), 1 => any::<i64>()]
}

pub(crate) fn count() -> impl Strategy<Value = u32> {
    prop_oneof![4 => select(vec![0, 1, 7, u32::MAX - 1, u32::MAX]), 1 => any::<u32>()]
}

/// Numbers whose sums and products are far from any limit, for arithmetic.
pub(crate) fn small() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -7..8_i64, 1 => -1000..1000_i64]
}

pub(crate) fn single() -> impl Strategy<Value = f32> {
    let odd = vec![
        0.0,
        -0.0,
        1.5,
        -1.5,
        0.1,
        16_777_216.0,
        f32::MIN,
        f32::MAX,
        f32::MIN_POSITIVE,
        1e-45,
        -1e-45,
        f32::INFINITY,
        f32::NEG_INFINITY,
    ];
    let any = any::<u32>().prop_map(f32::from_bits).prop_filter("no database keeps NaN", |value| !value.is_nan());
    prop_oneof![4 => select(odd), 1 => any]
}

pub(crate) fn double() -> impl Strategy<Value = f64> {
    let odd = vec![
        0.0,
        -0.0,
        1.5,
        -1.5,
        0.1,
        9_007_199_254_740_993.0,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let any = any::<u64>().prop_map(f64::from_bits).prop_filter("no database keeps NaN", |value| !value.is_nan());
    prop_oneof![4 => select(odd), 1 => any]
}

/// Letters of which each has one lower case in every locale: `ς`, `İ` and their like are a difference that remains.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "a",
        "A",
        "aa",
        "aA ",
        "a b",
        "Ab%",
        "a_b",
        "a\\b",
        "\\",
        "\\%",
        "%",
        "_",
        "'",
        "\"",
        "é",
        "É",
        "e\u{301}",
        "я",
        "Я",
        "Ω",
        "ß",
        "ẞ",
        "Å",
        "K",
        "🦀",
        "a🦀b",
        "\u{10ffff}",
        "\u{ffff}",
        "\r\n",
        "NULL",
        "0",
        "10",
        "9",
        "?",
        "$1",
        "日本",
    ];
    let cases = ["a", "A", "aA", "é", "É", "я", "Я"];
    prop_oneof![
        3 => select(cases.map(String::from).to_vec()),
        3 => select(odd.map(String::from).to_vec()),
        1 => "[aAbB%_\\\\'\"éÉяЯ🦀 ]{0,6}",
    ]
}

/// Patterns, of which some end in the middle of an escape.
pub(crate) fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![text(), "[aAéÉяЯ_%]{1,2}", "[aAbB%_\\\\éÉяЯ🦀 ]{0,6}", text().prop_map(|text| format!("%{text}%")),]
}

pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let odd =
        [b"".to_vec(), b"\0".to_vec(), b"\0\0".to_vec(), b"a".to_vec(), b"A".to_vec(), vec![0xff], b"\\x61".to_vec()];
    prop_oneof![4 => select(odd.to_vec()), 1 => proptest::collection::vec(any::<u8>(), 0..4)]
}

pub(crate) fn level() -> impl Strategy<Value = Level> {
    select(vec![Level::Low, Level::High, Level::Odd])
}

pub(crate) fn mood() -> impl Strategy<Value = Mood> {
    select(vec![Mood::Sad, Mood::Fine])
}

pub(crate) fn uuid() -> impl Strategy<Value = Uuid> {
    let odd =
        vec![Uuid::nil(), Uuid::from_u128(1), Uuid::from_u128(1 << 127), Uuid::from_u128(0xab << 64), Uuid::max()];
    prop_oneof![4 => select(odd), 1 => any::<u128>().prop_map(Uuid::from_u128)]
}

pub(crate) fn decimal() -> impl Strategy<Value = Decimal> {
    let odd = vec![
        Decimal::ZERO,
        Decimal::new(0, 5),
        Decimal::new(1, 0),
        Decimal::new(100, 2),
        Decimal::new(-100, 2),
        Decimal::new(95, 1),
        Decimal::new(10, 0),
        Decimal::new(1, 28),
        Decimal::new(-1, 28),
        Decimal::MAX,
        Decimal::MIN,
    ];
    let any = (any::<i64>(), 0..28_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    prop_oneof![4 => select(odd), 1 => any]
}

/// Documents in the one form that both keep: PostgreSQL writes 1e3 as 1000 and knows that 1.0 is 1, SQLite keeps the text.
pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let odd = vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(5e-324),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("null"),
        json!("é🦀\"\\'"),
        json!([]),
        json!({}),
        json!([1, [2], {"a": null}]),
        json!({"b": 1, "a": {"c": [true]}}),
        json!({"a": {"c": [true]}, "b": 1}),
    ];
    select(odd)
}

/// Microseconds around the beginnings of eras, of which each type takes its part.
fn micros() -> impl Strategy<Value = i64> {
    const DAY: i64 = 86_400_000_000;
    let edges = vec![
        0,               // 1970, SQLite's and Unix's
        10_957 * DAY,    // 2000, PostgreSQL's
        -719_162 * DAY,  // the year 1
        2_932_896 * DAY, // the last day of 9999
        19_782 * DAY,    // a 29th of February
        -25_567 * DAY,   // 1900
    ];
    let around = select(vec![0, 1, -1, 1_000_000, -1_000_000, 999_999, DAY - 1, DAY / 2]);
    let near = (select(edges), around).prop_map(|(edge, around)| edge + around);
    let any = -719_162 * DAY..2_932_896 * DAY;
    prop_oneof![4 => near, 1 => any].prop_map(|micros| micros.clamp(-719_162 * DAY, 2_932_897 * DAY - 1))
}

pub(crate) fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    micros().prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

pub(crate) fn datetime() -> impl Strategy<Value = NaiveDateTime> {
    instant().prop_map(|instant| instant.naive_utc())
}

pub(crate) fn date() -> impl Strategy<Value = NaiveDate> {
    instant().prop_map(|instant| instant.date_naive())
}

pub(crate) fn time() -> impl Strategy<Value = NaiveTime> {
    instant().prop_map(|instant| instant.time())
}

pub(crate) fn longs() -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(select(vec![i64::MIN, -1, 0, 1, i64::MAX]), 0..3)
}

pub(crate) fn texts() -> impl Strategy<Value = Vec<String>> {
    let odd = ["", "a", "A", "NULL", "a,b", "{a}", "\"", "\\", "é🦀"];
    proptest::collection::vec(select(odd.map(String::from).to_vec()), 0..3)
}
