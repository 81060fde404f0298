//! Defaults of the database that are literals or the clock: stored as the program stores such values, and found again.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use ormcore::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_time")]
struct Time {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "'2024-01-01 00:00:00'")]
    since: NaiveDateTime,
    #[column(server_default = "'2024-01-01'")]
    midnight: NaiveDateTime,
    #[column(server_default = "'2024-01-01T12:30+02:00'")]
    instant: DateTime<Utc>,
    #[column(server_default = "'2024-01-01 12:30'")]
    in_utc: Option<DateTime<Utc>>,
    #[column(server_default = " '12:00' ")]
    noon: NaiveTime,
    #[column(server_default = "'2024-02-29'")]
    leap: NaiveDate,
}

fn a_time_written_out_is_found_again(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Time,)>()?;
    let time = Time::new().insert(db)?;
    let at = |hour, minute| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap().and_hms_opt(hour, minute, 0).unwrap();
    assert_eq!((time.since, time.midnight), (at(0, 0), at(0, 0)));
    assert_eq!((time.instant, time.in_utc), (at(10, 30).and_utc(), Some(at(12, 30).and_utc())));
    assert_eq!((time.noon, time.leap.to_string().as_str()), (at(12, 0).time(), "2024-02-29"));
    for condition in [
        Time::SINCE.eq(time.since),
        Time::MIDNIGHT.eq(time.midnight),
        Time::INSTANT.eq(time.instant),
        Time::IN_UTC.eq(at(12, 30).and_utc()),
        Time::NOON.eq(time.noon),
        Time::LEAP.eq(time.leap),
    ] {
        assert_eq!(Time::query().filter(condition).one(db)?, time);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_early")]
struct Early {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "'0000-02-29'")]
    day: NaiveDate,
    #[column(server_default = "'0000-02-29 12:30'")]
    local: NaiveDateTime,
    #[column(server_default = "'0000-02-29 12:30'")]
    instant: DateTime<Utc>,
    #[column(server_default = "'[\"0000-02-29\"]'")]
    days: Vec<NaiveDate>,
}

fn the_year_0_is_a_year(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Early,)>()?;
    let early = Early::new().insert(db)?;
    let day = NaiveDate::from_ymd_opt(0, 2, 29).unwrap();
    let at = day.and_hms_opt(12, 30, 0).unwrap();
    assert_eq!(early, Early { id: early.id, day, local: at, instant: at.and_utc(), days: vec![day] });
    let found = Early::query().filter_by(Early::DAY, day).filter_by(Early::LOCAL, at);
    assert_eq!(found.filter_by(Early::INSTANT, at.and_utc()).one(db)?, early);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_clock")]
struct Clock {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    day: NaiveDate,
    #[column(server_default = "current_timestamp")]
    time: NaiveTime,
    #[column(server_default = "CURRENT_DATE")]
    midnight: DateTime<Utc>,
    #[column(server_default = "CURRENT_DATE")]
    local_midnight: NaiveDateTime,
}

fn each_word_of_the_clock_fits_each_type_that_it_can(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Clock,)>()?;
    let before = Utc::now().date_naive();
    let clock = Clock::new().insert(db)?;
    assert!(before <= clock.day && clock.day <= Utc::now().date_naive());
    let midnight = clock.day.and_hms_opt(0, 0, 0).unwrap();
    assert_eq!((clock.midnight, clock.local_midnight), (midnight.and_utc(), midnight));
    let passed = Utc::now().naive_utc() - clock.day.and_time(clock.time);
    assert!(passed > TimeDelta::seconds(-1) && passed < TimeDelta::minutes(5), "{passed}");
    for condition in [
        Clock::DAY.eq(clock.day),
        Clock::TIME.eq(clock.time),
        Clock::MIDNIGHT.eq(clock.midnight),
        Clock::LOCAL_MIDNIGHT.eq(clock.local_midnight),
    ] {
        assert_eq!(Clock::query().filter(condition).count(db)?, 1);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_key")]
struct Keyed {
    #[column(primary_key, server_default = "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'")]
    id: Uuid,
    #[column(server_default = "'{6ba7b8109dad11d180b400c04fd430c8}'")]
    token: Uuid,
    #[column(server_default = r#"'{ "note": "it''s  \" so", "tags": [1, 2] }'"#)]
    settings: serde_json::Value,
    #[column(server_default = "'1.50'")]
    price: Decimal,
    #[column(server_default = "'true'")]
    is_open: bool,
    #[column(server_default = "'7'")]
    number: i32,
    #[column(server_default = "'0.1'")]
    narrow: f32,
    #[column(server_default = "'-Infinity'")]
    least: f64,
}

fn a_value_written_out_has_the_form_of_its_column(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Keyed,)>()?;
    let row = Keyed::new().insert(db)?;
    assert_eq!(Keyed::find(row.id, db)?, row);
    assert_eq!(row.settings, serde_json::json!({"note": "it's  \" so", "tags": [1, 2]}));
    assert_eq!((row.price.to_string().as_str(), row.is_open, row.number), ("1.50", true, 7));
    assert_eq!((row.narrow, row.least), (0.1, f64::NEG_INFINITY));
    for condition in [
        Keyed::TOKEN.eq(row.id),
        Keyed::SETTINGS.eq(&row.settings),
        Keyed::PRICE.eq(row.price),
        Keyed::IS_OPEN.eq(true),
        Keyed::NUMBER.eq(7),
        Keyed::NARROW.eq(0.1),
        Keyed::LEAST.eq(f64::NEG_INFINITY),
    ] {
        assert_eq!(Keyed::query().filter(condition).count(db)?, 1);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_list")]
struct Lists {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "'[]'")]
    none: Vec<i64>,
    #[column(server_default = "'[1, null]'")]
    numbers: Vec<Option<i32>>,
    #[column(server_default = r#"'["a", "it''s, {\"so\"} \\ "]'"#)]
    texts: Vec<String>,
    #[column(server_default = "'[\"2024-01-01\"]'")]
    days: Vec<NaiveDate>,
    #[column(server_default = "'[1, 2.5]'")]
    floats: Vec<f64>,
    #[column(server_default = "'[true]'")]
    answers: Option<Vec<bool>>,
    #[column(server_default = "'[\"1.50\", 2]'")]
    prices: Vec<Decimal>,
}

fn a_list_is_written_as_json_on_every_database(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Lists,)>()?;
    let row = Lists::new().insert(db)?;
    assert_eq!(row.none, [0; 0]);
    assert_eq!(row.numbers, [Some(1), None]);
    assert_eq!(row.texts, ["a", "it's, {\"so\"} \\ "]);
    assert_eq!(row.days, [NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()]);
    assert_eq!(row.floats, [1.0, 2.5]);
    assert_eq!(row.answers, Some(vec![true]));
    assert_eq!(row.prices, [Decimal::new(150, 2), Decimal::from(2)]);
    for condition in [
        Lists::NONE.eq(&row.none),
        Lists::NUMBERS.eq(&row.numbers),
        Lists::TEXTS.eq(&row.texts),
        Lists::DAYS.eq(&row.days),
        Lists::FLOATS.eq(&row.floats),
        Lists::ANSWERS.eq(vec![true]),
        Lists::PRICES.eq(&row.prices),
    ] {
        assert_eq!(Lists::query().filter(condition).count(db)?, 1);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_document")]
struct Document {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = r#"'{"path": "\u0061\/b", "rates": [1.50, 1e2, -0.0], "top": 1e16}'"#)]
    settings: serde_json::Value,
}

fn a_document_is_found_again_however_it_is_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Document,)>()?;
    let row = Document::new().insert(db)?;
    assert_eq!(row.settings, serde_json::json!({"path": "a/b", "rates": [1.5, 100.0, -0.0], "top": 1e16}));
    assert_eq!(Document::query().filter(Document::SETTINGS.eq(&row.settings)).one(db)?, row);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "default_bytes")]
struct Bytes {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "''")]
    none: Vec<u8>,
    #[column(server_default = "x'00ff'")]
    hexadecimal: Vec<u8>,
    #[column(server_default = " X'0aFF' ")]
    capital: Vec<u8>,
    #[column(server_default = r"'\x00Ff'")]
    escaped: Option<Vec<u8>>,
}

fn bytes_are_written_in_the_way_of_either_database(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Bytes,)>()?;
    let row = Bytes::new().insert(db)?;
    assert_eq!((row.none.as_slice(), row.hexadecimal.as_slice()), (&[][..], &[0, 255][..]));
    assert_eq!((row.capital.as_slice(), row.escaped.as_deref()), (&[10, 255][..], Some(&[0, 255][..])));
    for condition in [
        Bytes::NONE.eq(vec![]),
        Bytes::HEXADECIMAL.eq(vec![0, 255]),
        Bytes::CAPITAL.eq(vec![10, 255]),
        Bytes::ESCAPED.eq(vec![0, 255]),
    ] {
        assert_eq!(Bytes::query().filter(condition).one(db)?, row);
    }
    Ok(())
}

/// A model whose one column has a default that is none, and what is said of it.
macro_rules! refused {
    ($($ty:ty, $default:literal => $said:literal;)*) => {$({
        #[derive(Model, Debug)]
        #[model(table = "default_wrong")]
        struct Wrong {
            #[column(primary_key)]
            id: i64,
            #[column(server_default = $default)]
            value: $ty,
        }
        for fixture in ormcore_tests::every_database() {
            let error = fixture.db.create_tables::<(Wrong,)>().unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
            let said = concat!("the default `", $default, "` of `default_wrong.value` is not ", $said);
            assert_eq!(error.to_string(), said);
        }
    })*};
}

#[test]
fn a_literal_that_is_no_value_of_its_column_is_refused_in_words() {
    refused! {
        NaiveDate, "'2024-13-01'" => "a date, such as `2024-01-31`";
        NaiveTime, "'noon'" => "a time of day, such as `12:30:00`";
        NaiveTime, "CURRENT_DATE" => "a time of day, such as `12:30:00`";
        NaiveDateTime, "'2024-01-01 00:00+01:00'" => "a date and time without a zone, such as `2024-01-31 12:30:00`";
        DateTime<Utc>, "CURRENT_TIME" => "a date and time, such as `2024-01-31 12:30:00+00:00`";
        Uuid, "'6ba7b810'" => "a UUID";
        serde_json::Value, "'{'" => "JSON";
        Vec<i64>, "'{}'" => "a JSON array, such as `[]` or `[null]`, each element an integer of 64 bits";
        Vec<i64>, "'[1, \"b\"]'" => "a JSON array, such as `[]` or `[null]`, each element an integer of 64 bits";
        Vec<i16>, "'[40000]'" => "a JSON array, such as `[]` or `[null]`, each element an integer of 16 bits";
        Vec<Decimal>, "'[1.50]'" =>
            "a JSON array, such as `[]` or `[null]`, each element a decimal number, such as `1.50`, in quotation marks";
        Vec<serde_json::Value>, "'[{}]'" =>
            "a JSON array, such as `[]` or `[null]`, each element JSON, in quotation marks";
        Vec<String>, "'[1]'" => "a JSON array of texts, such as `[\"a\", \"b\"]`";
        Decimal, "'1e3'" => "a decimal number, such as `1.50`";
        bool, "'yes'" => "`true` or `false`";
        i64, "'many'" => "an integer of 64 bits";
        i16, "'70000'" => "an integer of 16 bits";
        i16, "-32769" => "an integer of 16 bits";
        i32, "'2147483648'" => "an integer of 32 bits";
        i64, "9223372036854775808" => "an integer of 64 bits";
        u32, "-1" => "an integer from 0 to 4294967295";
        Option<u8>, "'256'" => "an integer from 0 to 255";
        i8, " 128 " => "an integer from -128 to 127";
        u64, "9223372036854775808" => "an integer from 0 to 9223372036854775807";
        f32, "'1e300'" => "a number of 32 bits";
        f32, " 1e300 " => "a number of 32 bits";
        Vec<f32>, "'[1e300]'" => "a JSON array, such as `[]` or `[null]`, each element a number of 32 bits";
        f64, "'NaN'" => "a number of 64 bits";
        f64, "'1e400'" => "a number of 64 bits";
        Vec<u8>, "'text'" => "bytes in hexadecimal, such as `x'00ff'`";
        Vec<u8>, "'\\x0'" => "bytes in hexadecimal, such as `x'00ff'`";
        Vec<u8>, "x'0g'" => "bytes in hexadecimal, such as `x'00ff'`";
        Vec<u8>, "0" => "bytes in hexadecimal, such as `x'00ff'`";
    }
}

ormcore_tests::on_every_backend!(
    a_time_written_out_is_found_again,
    the_year_0_is_a_year,
    each_word_of_the_clock_fits_each_type_that_it_can,
    a_value_written_out_has_the_form_of_its_column,
    a_list_is_written_as_json_on_every_database,
    a_document_is_found_again_however_it_is_written,
    bytes_are_written_in_the_way_of_either_database,
);
