//! Values at the edges of PostgreSQL's types.

use ormcore::backend::Connection;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says};

fn database() -> Option<Fixture> {
    Fixture::postgres()
}

fn is_decode(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Decode { .. })
}

fn is_encode(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Encode { .. })
}

#[test]
fn what_is_infinite_is_no_date() {
    let Some(Fixture { db, .. }) = &database() else { return };
    for value in ["infinity", "-infinity"] {
        let date = db.query_as::<(chrono::NaiveDate,)>(format!("SELECT '{value}'::date"), ()).unwrap_err();
        let at = db.query_as::<(chrono::NaiveDateTime,)>(format!("SELECT '{value}'::timestamp"), ()).unwrap_err();
        let zoned =
            db.query_as::<(chrono::DateTime<chrono::Utc>,)>(format!("SELECT '{value}'::timestamptz"), ()).unwrap_err();
        for error in [date, at, zoned] {
            assert!(is_decode(&error), "{error:?}");
            says(&error, &[value]);
        }
    }
}

#[test]
fn years_far_away_come_through_or_are_refused_in_words() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let date = |year, month, day| chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap();
    for date in [date(9999, 12, 31), date(0, 1, 1), date(1, 1, 1), date(1582, 10, 10)] {
        assert_eq!(db.query_as::<(chrono::NaiveDate,)>("SELECT $1::date", (date,)).unwrap(), [(date,)]);
        let at = date.and_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        assert_eq!(db.query_as::<(chrono::NaiveDateTime,)>("SELECT $1::timestamp", (at,)).unwrap(), [(at,)]);
        let found = db.query_as::<(chrono::DateTime<chrono::Utc>,)>("SELECT $1::timestamptz", (at.and_utc(),));
        assert_eq!(found.unwrap(), [(at.and_utc(),)]);
    }
    for date in [date(10_000, 1, 1), date(-43, 3, 15)] {
        assert!(is_encode(&db.execute("SELECT $1::date", (date,)).unwrap_err()));
    }
    for sql in ["SELECT '10000-01-01'::date", "SELECT '0044-03-15 BC'::date"] {
        let found = db.query_as::<(chrono::NaiveDate,)>(sql, ());
        assert!(found.is_ok() || is_decode(&found.unwrap_err()));
    }
    // Farther than chrono, or than PostgreSQL, goes.
    for sql in ["SELECT '5874897-12-31'::date", "SELECT '4714-11-24 BC'::date", "SELECT '294276-12-31'::date"] {
        let _ = db.query_as::<(chrono::NaiveDate,)>(sql, ());
        let _ = db.query_as::<(jiff::civil::Date,)>(sql, ());
        let _ = db.query_as::<(time::Date,)>(sql, ());
        let _ = db.query_as::<(chrono::NaiveDateTime,)>(format!("{sql}::timestamp"), ());
    }
    let error = db.execute("SELECT $1::date", (chrono::NaiveDate::MIN,)).unwrap_err();
    assert!(!error.to_string().is_empty());
    assert_eq!(one::<(i32,)>(db, "SELECT 1"), (1,));
}

#[test]
fn what_is_no_number_is_a_float_and_no_decimal() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let found = one::<(f64, f64, f32)>(db, "SELECT 'NaN'::float8, '-Infinity'::float8, 'Infinity'::float4");
    assert!(found.0.is_nan() && found.1 == f64::NEG_INFINITY && found.2 == f32::INFINITY);
    let sent = db.query_as::<(f64, f64)>("SELECT $1::float8, -$2::float8", (f64::INFINITY, f64::INFINITY));
    assert_eq!(sent.unwrap(), [(f64::INFINITY, f64::NEG_INFINITY)]);
    assert!(is_encode(&db.execute("SELECT $1::float8", (f64::NAN,)).unwrap_err()));
    for sql in ["SELECT 'NaN'::numeric", "SELECT 'Infinity'::numeric", "SELECT 1e40::numeric"] {
        let error = db.query_as::<(rust_decimal::Decimal,)>(sql, ()).unwrap_err();
        assert!(is_decode(&error), "{error:?}");
    }
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Celsius(f64);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_reading")]
struct Reading {
    #[column(primary_key)]
    id: i64,
    label: String,
    value: f64,
    narrow: Option<f32>,
    many: Vec<Option<f64>>,
    degrees: Celsius,
    hidden: Secret<f64>,
}

/// A reading that another program wrote.
fn strange_reading(db: &Database) -> i64 {
    db.create_tables::<(Reading,)>().unwrap();
    let values = "'a', 'NaN', 'NaN', '{NaN,NULL,1}', 'NaN', 'NaN'";
    let columns = "label, value, narrow, many, degrees, hidden";
    one::<(i64,)>(db, &format!("INSERT INTO pg_reading ({columns}) VALUES ({values}) RETURNING id")).0
}

/// Whether all numbers of the row are as they were written.
fn is_strange(row: &Reading) -> bool {
    let many = matches!(row.many[..], [Some(first), None, Some(1.0)] if first.is_nan());
    let [narrow, degrees] = [row.narrow.map(f64::from).unwrap_or_default(), row.degrees.0];
    many && [row.value, narrow, degrees, *row.hidden.expose()].into_iter().all(f64::is_nan)
}

#[test]
fn what_is_no_number_does_not_keep_a_row_from_being_edited() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let id = strange_reading(db);
    let mut s = db.session().unwrap();
    let row = s.get::<Reading>(id).unwrap().unwrap();
    let _ = &mut s[row];
    s.flush().unwrap();
    s[row].label = "b".into();
    s.flush().unwrap();
    s[row].value = 0.5;
    s.commit().unwrap();
    let row = Reading::find(id, db).unwrap();
    assert_eq!((row.label.as_str(), row.value), ("b", 0.5));
    assert!(is_strange(&Reading { value: f64::NAN, ..row }));
}

#[test]
fn what_is_no_number_comes_back_with_a_rollback() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let id = strange_reading(db);
    let other = Reading::new("c", 1.5, vec![], Celsius(1.5), 1.5).insert(db).unwrap();
    let mut s = db.session().unwrap();
    let (row, other) = (s.get::<Reading>(id).unwrap().unwrap(), s.get::<Reading>(other.id).unwrap().unwrap());
    let edit = |row: &mut Reading| {
        row.label = "b".into();
        (row.value, row.narrow, row.degrees, row.hidden) = (0.5, None, Celsius(0.5), 0.5.into());
        row.many.clear();
    };
    edit(&mut s[row]);
    edit(&mut s[other]);
    s.flush().unwrap();
    s[row].narrow = Some(1.5);
    s.rollback().unwrap();
    assert!(is_strange(&s[row]), "{:?}", s[row]);
    assert_eq!((s[row].label.as_str(), s[other].label.as_str(), s[other].value), ("a", "c", 1.5));
    // What the program makes no number is refused all the same.
    s[other].value = f64::NAN;
    assert!(is_encode(&s.flush().unwrap_err()));
    s.rollback().unwrap();
    s[other].many = vec![Some(f64::NAN)];
    says(&s.flush().unwrap_err(), &["many", "NaN", "index 0"]);
    s.rollback().unwrap();
    assert!(is_strange(&s[row]));
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_station")]
struct Station {
    #[column(primary_key)]
    id: i64,
    height: f64,
    #[relationship]
    probes: HasMany<Probe>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_probe")]
struct Probe {
    #[column(primary_key)]
    id: i64,
    value: f64,
    label: String,
    #[column(foreign_key = Station::ID)]
    station_id: i64,
}

#[test]
fn what_is_no_number_does_not_keep_a_row_from_being_merged() {
    let Some(Fixture { db, .. }) = &database() else { return };
    db.create_tables::<(Station, Probe)>().unwrap();
    db.execute("INSERT INTO pg_station (id, height) VALUES (1, 'NaN')", ()).unwrap();
    db.execute("INSERT INTO pg_probe (id, value, label, station_id) VALUES (1, 'NaN', 'a', 1)", ()).unwrap();
    let read = || Station::query().with(Station::PROBES.selectin()).one(db).unwrap();
    let unflushed = ormcore::SessionOptions::new().autoflush(false);
    let mut s = db.session_with(unflushed).unwrap();
    let probe = s.get::<Probe>(1).unwrap().unwrap();
    // What the session has changed since is as it is in hand.
    s[probe].value = 0.5;
    s.merge(read()).unwrap();
    s[probe].label = "b".into();
    s.commit().unwrap();
    let (station, found) = (read(), Probe::find(1, db).unwrap());
    assert!(station.height.is_nan() && found.value.is_nan() && found.label == "b", "{found:?}");
    // What the database has not is refused all the same.
    Probe::query().update(Probe::VALUE.set(1.5), db).unwrap();
    assert!(is_encode(&s.merge(station).unwrap_err()));
}

#[test]
fn a_nul_in_a_text_is_refused_before_it_is_sent() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let json = |text: &str| serde_json::json!({ "a": [text] });
    let nul = "a\0b".to_string();
    let errors = [
        db.execute("SELECT $1::text", (&nul,)).unwrap_err(),
        db.execute("SELECT $1::text[]", (vec![nul.clone()],)).unwrap_err(),
        db.execute("SELECT $1::varchar", (Secret::new(nul.clone()),)).unwrap_err(),
        db.execute("SELECT $1::jsonb", (Json::new(json("a\0b")),)).unwrap_err(),
    ];
    for error in errors {
        assert!(is_encode(&error), "{error:?}");
        says(&error, &["NUL"]);
    }
    let kept = db.query_as::<(Json<serde_json::Value>,)>("SELECT $1::jsonb", (Json::new(json("a\\u0000b")),)).unwrap();
    assert_eq!(*kept[0].0, json("a\\u0000b"), "a backslash is none");
    assert_eq!(db.query_as::<(Vec<u8>,)>("SELECT $1::bytea", (vec![0_u8, 1],)).unwrap(), [(vec![0, 1],)]);
}

#[test]
fn a_number_that_does_not_fit_its_parameter_is_refused_before_it_is_sent() {
    let Some(Fixture { db, .. }) = &database() else { return };
    for (sql, value) in [("SELECT $1::smallint", 32_768), ("SELECT $1::integer", 1 << 31), ("SELECT $1::oid", -1_i64)] {
        let error = db.execute(sql, (value,)).unwrap_err();
        assert!(is_encode(&error), "{error:?}");
        says(&error, &["$1"]);
    }
    let error = db.execute("SELECT $1::smallint[]", (vec![1_i64, 40_000],)).unwrap_err();
    assert!(is_encode(&error), "{error:?}");
    let error = db.execute("SELECT 'a' || $1", (7,)).unwrap_err();
    says(&error, &["text", "CAST($1 AS bigint)"]);
    assert_eq!(db.query_as::<(String,)>("SELECT 'a' || $1::bigint", (7,)).unwrap(), [("a7".to_string(),)]);
    let error = db.execute("SELECT $1::integer", (Secret::new(1_i64 << 40),)).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("1099511627776"), "{error:?}");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_metric")]
struct Metric {
    #[column(primary_key)]
    id: i64,
    value: f64,
    values: Vec<f64>,
}

#[test]
fn a_number_is_rounded_to_the_digits_of_a_narrow_column_and_never_to_none() {
    let Some(Fixture { db, .. }) = &database() else { return };
    db.execute(
        "CREATE TABLE pg_metric (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, value real, values real[])",
        (),
    )
    .unwrap();
    for value in [1e300, -1e300, 3.5e38, 1e-60, -1e-60] {
        let many = Metric::insert_all([Metric::new(1.0, vec![]), Metric::new(value, vec![])], db).unwrap_err();
        let errors = [
            Metric::new(value, vec![]).insert(db).unwrap_err(),
            Metric::new(1.0, vec![2.0, value]).insert(db).unwrap_err(),
            many,
        ];
        for error in errors {
            assert!(is_encode(&error), "{error:?}");
            says(&error, &["real"]);
        }
    }
    assert_eq!(Metric::query().count(db).unwrap(), 0);
    // As an `f32` has them.
    let largest = f64::from(f32::MAX);
    for (sent, kept) in [
        (0.5, 0.5),
        (0.1, 0.100_000_001_490_116_12),
        (16_777_217.0, 16_777_216.0),
        (largest, largest),
        (f64::NEG_INFINITY, f64::NEG_INFINITY),
        (0.0, 0.0),
    ] {
        let id = Metric::new(sent, vec![sent]).insert(db).unwrap().id;
        let found = Metric::find(id, db).unwrap();
        assert_eq!((found.value, found.values), (kept, vec![kept]), "{sent}");
    }
    let narrow = [f32::MIN_POSITIVE, 1e-45, 0.1, f32::MAX, f32::INFINITY];
    for value in narrow {
        let found = db.query_as::<(f32, f32)>("SELECT $1::real, $1", (value,)).unwrap();
        assert_eq!(found, [(value, value)]);
    }
}

#[test]
fn types_of_the_databases_own_travel_as_text() {
    let Some(Fixture { db, .. }) = &database() else { return };
    db.execute("CREATE TYPE mood AS ENUM ('sad', 'so \"so\", {}', 'NULL', '')", ()).unwrap();
    db.execute("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)", ()).unwrap();
    db.execute("CREATE DOMAIN moods AS mood[]", ()).unwrap();
    db.execute("CREATE TABLE person (mood mood, moods mood[], age positive, ages positive[])", ()).unwrap();
    let moods: Vec<String> = ["sad", "so \"so\", {}", "NULL", ""].map(str::to_string).into();
    db.execute("INSERT INTO person VALUES ($1, $2, $3, $4)", ("sad", moods.clone(), 7, vec![1, 2])).unwrap();
    type Person = (String, Vec<String>, i32, Vec<i32>);
    let found = one::<Person>(db, "SELECT mood, moods, age, ages FROM person");
    assert_eq!(found, ("sad".to_string(), moods.clone(), 7, vec![1, 2]));
    let text = db.query_as::<(Vec<Option<String>>,)>("SELECT ARRAY['sad', NULL]::mood[]", ()).unwrap();
    assert_eq!(text, [(vec![Some("sad".to_string()), None],)]);
    assert_eq!(db.query_as::<(Vec<String>,)>("SELECT $1::moods", (moods.clone(),)).unwrap(), [(moods,)]);
    let error = db.execute("INSERT INTO person (age) VALUES ($1)", (-1,)).unwrap_err();
    assert!(error.is_check_violation(), "{error:?}");
    let error = db.execute("INSERT INTO person (mood) VALUES ($1)", (Secret::new("hunter2".to_string()),)).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let shown =
        "SELECT '1 day'::interval::text, '10.0.0.1'::inet::text, '(1,2)'::point::text, '[1,3)'::int4range::text";
    assert_eq!(one::<(String, String, String, String)>(db, shown).0, "1 day");
    let raw = one::<(String, String, String, String)>(db, &shown.replace("::text", ""));
    assert_eq!((raw.0.as_str(), raw.2.as_str(), raw.3.as_str()), ("1 day", "(1,2)", "[1,3)"));
}

#[test]
fn arrays_of_any_type_are_arrays() {
    let Some(Fixture { db, .. }) = &database() else { return };
    for (of, text) in [
        ("inet", "10.0.0.1"),
        ("cidr", "10.0.0.0/8"),
        ("interval", "1 day"),
        ("int4range", "[1,3)"),
        ("money", "$1.00"),
        ("point", "(1,2)"),
        ("xml", "<a/>"),
    ] {
        let texts = vec![Some(text.to_string()), None];
        let found = db.query_as::<(Vec<Option<String>>,)>(format!("SELECT $1::{of}[]"), (texts.clone(),)).expect(of);
        assert_eq!(found, [(texts,)], "{of}");
    }
    // These are written in another way.
    for (sql, text) in
        [("'1 2'::int2vector", "1 2"), ("'{(1,1),(0,0);(3,3),(2,2)}'::box[]", "{(1,1),(0,0);(3,3),(2,2)}")]
    {
        assert_eq!(db.query_as::<String>(format!("SELECT {sql}"), ()).unwrap(), [text]);
    }
    db.execute_script("CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE DOMAIN digit AS positive").unwrap();
    let found = db.query_as::<(Vec<i32>, i32)>("SELECT $1::digit[], 7::digit", (vec![1, 2],));
    assert_eq!(found.unwrap(), [(vec![1, 2], 7)]);
}

#[test]
fn a_date_that_travels_as_text_may_be_of_the_year_0() {
    let Some(Fixture { db, .. }) = &database() else { return };
    db.execute_script(
        "CREATE DOMAIN day AS date; CREATE DOMAIN moment AS timestamp; CREATE DOMAIN instant AS timestamptz; \
         CREATE TABLE early (day day, at moment, instant instant)",
    )
    .unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(0, 2, 29).unwrap();
    let at = day.and_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    db.execute("INSERT INTO early VALUES ($1, $2, $3)", (day, at, at.and_utc())).unwrap();
    type Early = (chrono::NaiveDate, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>);
    assert_eq!(one::<Early>(db, "SELECT * FROM early"), (day, at, at.and_utc()));
}

#[test]
fn arrays_of_other_shapes_are_refused_in_words() {
    let Some(Fixture { db, .. }) = &database() else { return };
    for sql in ["SELECT '{{1,2},{3,4}}'::int[]", "SELECT '{{1.5},{2.5}}'::numeric[]::int[]"] {
        assert!(is_decode(&db.query_as::<(Vec<i32>,)>(sql, ()).unwrap_err()), "{sql}");
    }
    assert_eq!(one::<(Vec<i32>,)>(db, "SELECT '[5:6]={1,2}'::int[]"), (vec![1, 2],), "they are counted anew");
    let bounds = db.query_as::<(Vec<rust_decimal::Decimal>,)>("SELECT '[5:6]={1,2}'::numeric[]", ());
    assert!(bounds.is_ok() || is_decode(&bounds.unwrap_err()));
    assert_eq!(one::<(Vec<String>,)>(db, "SELECT '{}'::text[]"), (Vec::new(),));
}

#[test]
fn fifty_megabytes_are_a_value() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let bytes: Vec<u8> = (0..50_u32 << 20).map(|byte| byte as u8).collect();
    let text = "é".repeat(25 << 20);
    db.execute("CREATE TABLE large (bytes bytea, text text)", ()).unwrap();
    db.execute("ALTER TABLE large ALTER bytes SET STORAGE EXTERNAL, ALTER text SET STORAGE EXTERNAL", ()).unwrap();
    db.execute("INSERT INTO large VALUES ($1, $2)", (&bytes, &text)).unwrap();
    let found = one::<(Vec<u8>, String)>(db, "SELECT bytes, text FROM large");
    assert!(found.0 == bytes && found.1 == text);
    assert_eq!(one::<(i32,)>(db, "SELECT 1"), (1,));
}

#[test]
fn as_many_columns_and_parameters_as_there_can_be() {
    let Some(Fixture { db, .. }) = &database() else { return };
    let columns = |of: &dyn Fn(usize) -> String| (1..=1600).map(of).collect::<Vec<_>>().join(", ");
    db.execute(format!("CREATE TABLE wide ({})", columns(&|n| format!("c{n} integer"))), ()).unwrap();
    db.execute(format!("INSERT INTO wide VALUES ({})", columns(&|n| n.to_string())), ()).unwrap();
    let error = db.query_as::<(i32,)>("SELECT * FROM wide", ()).unwrap_err();
    says(&error, &["1600 columns"]);
    assert_eq!(one::<(i32, i32)>(db, "SELECT c1, c1600 FROM wide"), (1, 1600));
    assert!(db.query_as::<(i32,)>("SELECT c1 FROM wide WHERE false", ()).unwrap().is_empty());
    assert_eq!(db.execute("SELECT * FROM wide", ()).unwrap(), 0);
}

#[test]
fn a_row_without_columns_is_a_row() {
    let Some(Fixture { db, .. }) = &database() else { return };
    db.execute("CREATE TABLE nothing ()", ()).unwrap();
    assert_eq!(db.execute("INSERT INTO nothing DEFAULT VALUES", ()).unwrap(), 1);
    assert_eq!(db.execute("SELECT FROM nothing", ()).unwrap(), 0);
    assert_eq!(one::<(i64,)>(db, "SELECT count(*) FROM nothing"), (1,));
    db.with_driver(|connection: &mut PostgresConnection| connection.execute_script("SELECT; SELECT FROM nothing;;"))
        .unwrap()
        .unwrap();
}
