//! Every type of column: what goes in comes out, and the row of an insert is the row of a get.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use ormcore::prelude::*;
use ormcore::value::ColumnType;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Color {
    Red,
    DeepBlue,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Nickname(String);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Celsius {
    degrees: f64,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Settings {
    theme: String,
    sizes: Vec<i64>,
    named: BTreeMap<String, Option<bool>>,
}

/// A model with a column of each type, and one of an option of it.
macro_rules! every_type {
    ($($field:ident $option:ident: $ty:ty,)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        struct Every {
            #[column(primary_key)]
            id: i64,
            $(
                #[column(default = <$ty as ColumnType>::placeholder())]
                $field: $ty,
                $option: Option<$ty>,
            )*
        }
    };
}

every_type! {
    a_bool o_bool: bool,
    a_i8 o_i8: i8,
    a_i16 o_i16: i16,
    a_i32 o_i32: i32,
    a_i64 o_i64: i64,
    a_u8 o_u8: u8,
    a_u16 o_u16: u16,
    a_u32 o_u32: u32,
    a_u64 o_u64: u64,
    a_f32 o_f32: f32,
    a_f64 o_f64: f64,
    a_string o_string: String,
    a_bytes o_bytes: Vec<u8>,
    a_enum o_enum: Color,
    a_newtype o_newtype: Nickname,
    a_degrees o_degrees: Celsius,
    a_secret o_secret: Secret<String>,
    a_uuid o_uuid: Uuid,
    a_decimal o_decimal: Decimal,
    a_json o_json: Json<Settings>,
    a_document o_document: serde_json::Value,
    a_date o_date: NaiveDate,
    a_time o_time: NaiveTime,
    a_datetime o_datetime: NaiveDateTime,
    a_timestamp o_timestamp: DateTime<Utc>,
    t_date p_date: time::Date,
    t_time p_time: time::Time,
    t_datetime p_datetime: time::PrimitiveDateTime,
    t_timestamp p_timestamp: time::OffsetDateTime,
    j_date q_date: jiff::civil::Date,
    j_time q_time: jiff::civil::Time,
    j_datetime q_datetime: jiff::civil::DateTime,
    j_timestamp q_timestamp: jiff::Timestamp,
}

/// Seconds since 1970 of the years 0001 to 9999.
const SECONDS: std::ops::Range<i64> = -62_135_596_800..253_402_207_200;

fn text() -> impl Strategy<Value = String> {
    let letter = any::<char>().prop_filter("NUL", |letter| *letter != '\0');
    let any = proptest::collection::vec(letter, 0..12).prop_map(|text| text.into_iter().collect());
    let odd = ["", "'", "\"", "\\", "%_", "é", "e\u{301}", "🦀", "\u{10ffff}", "\r\n", " x ", "NULL", "?", "0"];
    prop_oneof![proptest::sample::select(odd.map(String::from).to_vec()), any]
}

fn double() -> impl Strategy<Value = f64> {
    let odd =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.1, 1e15, 9e18];
    let any = any::<u64>().prop_map(f64::from_bits).prop_filter("NaN", |value| !value.is_nan());
    prop_oneof![proptest::sample::select(odd.to_vec()), any]
}

fn single() -> impl Strategy<Value = f32> {
    let odd =
        [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45, 0.1, 16_777_217.0];
    let any = any::<u32>().prop_map(f32::from_bits).prop_filter("NaN", |value| !value.is_nan());
    prop_oneof![proptest::sample::select(odd.to_vec()), any]
}

fn long_number() -> impl Strategy<Value = i64> {
    prop_oneof![proptest::sample::select(vec![i64::MIN, -1, 0, 1, i64::MAX, 1 << 53]), any::<i64>()]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let odd = vec![Decimal::ZERO, Decimal::MAX, Decimal::MIN, Decimal::new(100, 2), Decimal::new(-1, 28)];
    let any = (any::<i64>(), 0..28_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    prop_oneof![proptest::sample::select(odd), any]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let named = proptest::collection::btree_map(text(), any::<Option<bool>>(), 0..3);
    (text(), proptest::collection::vec(any::<i64>(), 0..4), named).prop_map(|(theme, sizes, named)| Settings {
        theme,
        sizes,
        named,
    })
}

/// A strategy of rows, from one of the values of each column.
macro_rules! rows {
    ($($field:ident $option:ident $values:expr,)*) => {{
        let mut rows = Just(Every::initial()).boxed();
        $(
            let values = $values.boxed();
            let columns = (rows, values.clone(), proptest::option::of(values));
            rows = columns.prop_map(|(row, $field, $option)| Every { $field, $option, ..row }).boxed();
        )*
        rows
    }};
}

/// Rows whose times have no more than the microseconds that databases keep.
fn rows() -> BoxedStrategy<Every> {
    let micros = || (SECONDS, 0..1_000_000_i64).prop_map(|(seconds, micros)| seconds * 1_000_000 + micros);
    let instant = move || micros().prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap());
    let other = move || {
        micros().prop_map(|micros| time::UtcDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap())
    };
    let third = move || micros().prop_map(|micros| jiff::Timestamp::from_microsecond(micros).unwrap());
    let civil = move || third().prop_map(|instant| jiff::tz::TimeZone::UTC.to_datetime(instant));
    rows! {
        a_bool o_bool any::<bool>(),
        a_i8 o_i8 any::<i8>(),
        a_i16 o_i16 any::<i16>(),
        a_i32 o_i32 any::<i32>(),
        a_i64 o_i64 long_number(),
        a_u8 o_u8 any::<u8>(),
        a_u16 o_u16 any::<u16>(),
        a_u32 o_u32 any::<u32>(),
        a_u64 o_u64 0..=i64::MAX as u64,
        a_f32 o_f32 single(),
        a_f64 o_f64 double(),
        a_string o_string text(),
        a_bytes o_bytes proptest::collection::vec(any::<u8>(), 0..40),
        a_enum o_enum proptest::sample::select(vec![Color::Red, Color::DeepBlue]),
        a_newtype o_newtype text().prop_map(Nickname),
        a_degrees o_degrees double().prop_map(|degrees| Celsius { degrees }),
        a_secret o_secret text().prop_map(Secret::new),
        a_uuid o_uuid any::<u128>().prop_map(Uuid::from_u128),
        a_decimal o_decimal decimal(),
        a_json o_json settings().prop_map(Json::new),
        a_document o_document json(),
        a_date o_date instant().prop_map(|instant| instant.date_naive()),
        a_time o_time instant().prop_map(|instant| instant.time()),
        a_datetime o_datetime instant().prop_map(|instant| instant.naive_utc()),
        a_timestamp o_timestamp instant(),
        t_date p_date other().prop_map(|instant| instant.date()),
        t_time p_time other().prop_map(|instant| instant.time()),
        t_datetime p_datetime other().prop_map(|instant| time::PrimitiveDateTime::new(instant.date(), instant.time())),
        t_timestamp p_timestamp other().prop_map(time::OffsetDateTime::from),
        j_date q_date civil().prop_map(|at| at.date()),
        j_time q_time civil().prop_map(|at| at.time()),
        j_datetime q_datetime civil(),
        j_timestamp q_timestamp third(),
    }
}

/// The bits of the floating-point numbers: 0.0 and -0.0 are equal, and not the same.
fn bits(row: &Every) -> (u32, u64, u64) {
    (row.a_f32.to_bits(), row.a_f64.to_bits(), row.a_degrees.degrees.to_bits())
}

/// Runs the test with generated values. The cases are the same in each run, so that a failure is not lost.
fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    test: impl Fn(S::Value) -> ormcore::Result<bool>,
) -> ormcore::Result<()> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let ended = TestRunner::new_with_rng(config, rng).run(&strategy, |value| match test(value) {
        Ok(true) => Ok(()),
        Ok(false) => Err(TestCaseError::fail("not what went in")),
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    });
    ended.map_err(|error| Error::other(error.to_string()))
}

fn the_row_of_an_insert_is_the_row_of_a_get_and_what_went_in(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    check(150, rows(), |row| {
        let inserted = Every::new().with(|draft| *draft = row.clone()).insert(db)?;
        let found = Every::find(inserted.id, db)?;
        Ok(inserted == Every { id: inserted.id, ..row } && found == inserted && bits(&found) == bits(&inserted))
    })
}

fn what_an_update_writes_is_what_a_get_gives(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    let first = Every::new().with(|draft| {
        draft.a_json = Json::new(Settings { theme: String::new(), sizes: Vec::new(), named: BTreeMap::new() });
    });
    let id = first.insert(db)?.id;
    check(60, rows(), |row| {
        let expected = Every { id, ..row };
        let mut updated = expected.clone();
        updated.update(db)?;
        Ok(updated == expected && Every::find(id, db)? == expected)
    })
}

fn the_rows_of_an_insert_of_many_are_those_of_a_query(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    check(10, proptest::collection::vec(rows(), 1..8), |rows| {
        Every::query().delete(db)?;
        let drafts = rows.iter().map(|row| Every::new().with(|draft| *draft = row.clone()));
        let inserted = Every::insert_all(drafts, db)?;
        let found = Every::query().order_by(Every::ID).all(db)?;
        Ok(found == inserted && rows.into_iter().zip(found).all(|(row, found)| Every { id: found.id, ..row } == found))
    })
}

fn a_value_finds_its_row_by_comparison(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    check(60, rows(), |row| {
        let row = Every::new().with(|draft| *draft = row.clone()).insert(db)?;
        let query = Every::query()
            .filter(Every::A_I64.eq(row.a_i64).and(Every::A_U64.le(row.a_u64)).and(Every::A_BOOL.eq(row.a_bool)))
            .filter(
                Every::A_F64.eq(row.a_f64).and(Every::A_F32.is_in([row.a_f32])).and(Every::A_STRING.eq(&row.a_string)),
            )
            .filter(
                Every::A_BYTES
                    .eq(&row.a_bytes)
                    .and(Every::A_ENUM.eq(row.a_enum))
                    .and(Every::A_NEWTYPE.eq(&row.a_newtype)),
            )
            .filter(
                Every::A_UUID.eq(row.a_uuid).and(Every::A_DECIMAL.eq(row.a_decimal)).and(Every::A_DATE.eq(row.a_date)),
            )
            .filter(Every::A_TIMESTAMP.ge(row.a_timestamp).and(Every::T_TIMESTAMP.eq(row.t_timestamp)))
            .filter(Every::J_DATETIME.eq(row.j_datetime).and(Every::A_TIME.eq(row.a_time)))
            .filter(
                Every::O_I64
                    .eq(row.o_i64)
                    .and(Every::O_STRING.eq(row.o_string.clone()))
                    .and(Every::O_DATE.eq(row.o_date)),
            )
            .filter(Every::ID.eq(row.id));
        Ok(query.one_or_none(db)? == Some(row))
    })
}

fn text_with_nul_comes_back_whole_or_is_refused(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    let json = |text: &str| Json::new(Settings { theme: text.into(), sizes: vec![], named: BTreeMap::new() });
    let plain = || Every::new().set(Every::A_JSON, json("\\u0000"));
    let drafts = [
        plain().set(Every::A_STRING, "a\0b"),
        plain().set(Every::A_NEWTYPE, Nickname("\0".into())),
        Every::new().set(Every::A_JSON, json("a\0")),
    ];
    for draft in drafts {
        match draft.insert(db) {
            Ok(row) => assert_eq!(Every::find(row.id, db)?, row),
            Err(error) => assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}"),
        }
    }
    let row = plain().insert(db)?;
    assert_eq!(Every::find(row.id, db)?.a_json, row.a_json);
    Ok(())
}

fn a_zero_has_no_sign_however_it_is_written(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Reading {
        #[column(primary_key)]
        id: i64,
        narrow: f32,
        wide: Option<f64>,
        many: Vec<f64>,
    }
    db.create_tables::<(Reading,)>()?;
    let mut row = Reading::new(-0.0, [-0.0]).set(Reading::WIDE, -0.0).insert(db)?;
    let check = |row: &Reading, way: &str| {
        assert!(row.narrow == 0.0 && row.narrow.is_sign_positive(), "{way}: {row:?}");
        assert!(row.wide.is_some_and(|wide| wide == 0.0 && wide.is_sign_positive()), "{way}: {row:?}");
        assert!(row.many == [0.0] && row.many[0].is_sign_positive(), "{way}: {row:?}");
    };
    check(&row, "the row of an insert");
    check(&Reading::find(row.id, db)?, "an insert");
    (row.narrow, row.wide, row.many) = (-0.0, Some(-0.0), vec![-0.0]);
    row.update(db)?;
    check(&row, "the row of an update");
    check(&Reading::find(row.id, db)?, "an update");
    let set = (Reading::NARROW.set(-0.0), Reading::WIDE.set(-0.0), Reading::MANY.set([-0.0]));
    let written = Reading::query().returning(Reading::all_columns()).update(set, db)?;
    check(&written[0], "the row of an update of many");
    check(&Reading::find(row.id, db)?, "an update of many");
    let upsert = Reading::new(1.0, [1.0]).set(Reading::ID, row.id).on_conflict(Reading::ID);
    let set = (Reading::NARROW.set(-0.0), Reading::WIDE.set(Some(-0.0)), Reading::MANY.set(vec![-0.0]));
    check(&upsert.do_update(set).insert(db)?, "an upsert");
    Ok(())
}

fn large_floats_in_json_come_back_as_floats(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug, PartialEq)]
    struct Document {
        #[column(primary_key)]
        id: i64,
        body: serde_json::Value,
        numbers: Json<Vec<f64>>,
    }
    db.create_tables::<(Document,)>()?;
    let numbers = vec![1e15, 1e16, -1e16, 1.5e17, 9.3e18, 18_446_744_073_709_549_568.0, 1.8446744073709552e19, 1e300];
    let body = serde_json::json!({"floats": numbers, "integers": [i64::MIN, u64::MAX, 10_000_000_000_000_000_u64]});
    let row = Document::new(body, Json::new(numbers)).insert(db)?;
    assert_eq!(Document::find(row.id, db)?, row);
    assert_eq!(Document::query().filter(Document::BODY.eq(&row.body)).one(db)?, row);
    Ok(())
}

fn nulls_come_back_as_none(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    let settings = Json::new(Settings { theme: "dark".into(), sizes: vec![1], named: BTreeMap::new() });
    let row = Every::new().set(Every::A_JSON, settings).insert(db)?;
    let expected = Every { id: row.id, a_json: row.a_json.clone(), ..Every::initial() };
    assert_eq!(Every::find(row.id, db)?, expected);
    let nulls =
        Every::query().filter(Every::O_BOOL.is_null().and(Every::O_JSON.is_null()).and(Every::O_DECIMAL.is_null()));
    assert_eq!(nulls.filter(Every::Q_TIMESTAMP.is_null().and(Every::O_SECRET.is_null())).count(db)?, 1);
    Ok(())
}

fn what_no_database_gives_back_is_refused_and_named(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every,)>()?;
    let drafts = [
        (Every::new().set(Every::A_F64, f64::NAN), "a_f64"),
        (Every::new().set(Every::O_F32, f32::NAN), "o_f32"),
        (Every::new().set(Every::A_DEGREES, Celsius { degrees: f64::NAN }), "a_degrees"),
        (Every::new().set(Every::A_U64, i64::MAX as u64 + 1), "a_u64"),
        (Every::new().set(Every::O_U64, u64::MAX), "o_u64"),
    ];
    let statements = db.record();
    for (draft, column) in drafts {
        let mut row = Every::initial();
        let error = draft.with(|draft| row = draft.clone()).insert(db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { column: refused, .. } if refused == column), "{error:?}");
        let error = row.update(db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { column: refused, .. } if refused == column), "{error:?}");
    }
    assert!(Every::query().filter(Every::A_F64.eq(f64::NAN)).all(db).is_err());
    assert!(Every::query().filter(Every::A_U64.eq(u64::MAX)).all(db).is_err());
    assert!(Every::query().update(Every::A_U64.set(u64::MAX), db).is_err());
    assert!(statements.entries().iter().all(|entry| entry.rows == 0));
    assert_eq!(Every::query().count(db)?, 0);
    Ok(())
}

ormcore_tests::on_every_backend!(
    the_row_of_an_insert_is_the_row_of_a_get_and_what_went_in,
    what_an_update_writes_is_what_a_get_gives,
    the_rows_of_an_insert_of_many_are_those_of_a_query,
    a_value_finds_its_row_by_comparison,
    text_with_nul_comes_back_whole_or_is_refused,
    a_zero_has_no_sign_however_it_is_written,
    large_floats_in_json_come_back_as_floats,
    nulls_come_back_as_none,
    what_no_database_gives_back_is_refused_and_named,
);
