//! Functions of expressions, as text.

use ormcore::Value::{Float, Int};
use ormcore::prelude::*;
use ormcore::sql::{DateUnit, Postgres, Sqlite, coalesce, func, greatest, least, now, nullif};

use crate::text;

#[derive(Model, Debug, Clone)]
struct Item {
    #[column(primary_key)]
    id: i64,
    name: String,
    size: i32,
    score: f64,
    price: rust_decimal::Decimal,
    day: chrono::NaiveDate,
    clock: chrono::NaiveTime,
    local: chrono::NaiveDateTime,
    at: chrono::DateTime<chrono::Utc>,
    labels: Vec<String>,
    prices: Vec<rust_decimal::Decimal>,
    meta: serde_json::Value,
    token: uuid::Uuid,
    open: bool,
}

/// Checks what is selected, on SQLite and on PostgreSQL; in both `name` stands for `"item"."name"`.
macro_rules! selects {
    ($expression:expr, $sqlite:expr, $postgres:expr) => {
        let query = Item::query().select($expression);
        let shown = |dialect| {
            let sql = query.clone().sql(dialect).unwrap().sql.into_owned();
            sql.replace("\"item\".", "").replace("SELECT ", "").replace(" FROM \"item\"", "")
        };
        assert_eq!(shown(&Sqlite), $sqlite);
        assert_eq!(shown(&Postgres), $postgres);
    };
}

#[test]
fn functions_of_text() {
    let lower = r#"(lower("name" COLLATE "default") COLLATE "C")"#;
    selects!(Item::NAME.lower(), r#"ormcore_lowercase("name")"#, lower);
    selects!(Item::NAME.upper(), r#"ormcore_uppercase("name")"#, lower.replace("lower", "upper"));
    selects!(Item::NAME.length(), r#"length("name")"#, r#"length("name")::bigint"#);
    selects!(Item::NAME.trim(), r#"trim("name")"#, r#"btrim("name")"#);
    selects!(Item::NAME.ltrim().rtrim(), r#"rtrim(ltrim("name"))"#, r#"rtrim(ltrim("name"))"#);
    selects!(
        Item::NAME.substr(1, Item::SIZE.cast::<i64>()),
        r#"ormcore_substring("name", ?, CAST("size" AS INTEGER))"#,
        r#"substr("name", $1::integer, GREATEST("size"::bigint::integer, 0))"#
    );
    selects!(Item::NAME.replace("a", "b"), r#"replace("name", ?, ?)"#, r#"replace("name", $1::text, $2::text)"#);
    selects!(Item::NAME.position("a"), r#"instr("name", ?)"#, r#"strpos("name", $1::text)::bigint"#);
    selects!(
        Item::NAME.concat("a").concat(Item::NAME),
        r#"("name" || ?) || "name""#,
        r#"("name" || $1::text) || "name""#
    );
}

#[test]
fn functions_of_numbers() {
    selects!(Item::SIZE.abs(), r#"abs("size")"#, r#"abs("size"::bigint)"#);
    selects!(Item::SCORE.abs(), r#"abs("score")"#, r#"abs("score")"#);
    selects!(Item::SCORE.floor(), r#"ormcore_floor("score")"#, r#"floor("score")"#);
    selects!(Item::SCORE.ceil(), r#"ormcore_ceiling("score")"#, r#"ceil("score")"#);
    let rounded = r#"round("score"::double precision::numeric, $1::integer)::double precision"#;
    selects!(Item::SCORE.round(2), r#"ormcore_round("score", ?)"#, rounded);
    let rounded = r#"round("price", LEAST(scale("price"), $1::integer))::numeric"#;
    selects!(Item::PRICE.round(2), r#"(ormcore_decimal_round("price", ?) COLLATE decimal)"#, rounded);
    let root = r#"(CASE WHEN "size" >= 0 THEN sqrt("size"::double precision) END)"#;
    selects!(Item::SIZE.sqrt(), r#"ormcore_square_root("size")"#, root);
    selects!(-Item::SIZE, r#"? - "size""#, r#"$1::bigint - "size""#);
    selects!(-Item::SCORE, r#"? - "score""#, r#"$1::double precision - "score""#);
    let zero = Item::query().select((-Item::SIZE, -Item::SCORE)).sql(&Sqlite).unwrap().parameters;
    assert_eq!(zero.into_iter().map(|zero| zero.value).collect::<Vec<_>>(), [Int(0), Float(0.0)]);
    selects!(Item::SCORE.cast::<i64>(), r#"CAST("score" AS INTEGER)"#, r#"trunc("score")::bigint"#);
    selects!(Item::SIZE.cast::<String>(), r#"CAST("size" AS TEXT)"#, r#"("size"::text COLLATE "C")"#);
    let shown = r#"(CAST("price" AS TEXT) COLLATE BINARY)"#;
    selects!(Item::PRICE.cast::<String>(), shown, r#"("price"::text COLLATE "C")"#);
}

#[test]
fn the_first_and_the_greatest() {
    selects!(
        coalesce(nullif(Item::NAME, ""), "none"),
        r#"coalesce(nullif("name", ?), ?)"#,
        r#"coalesce(nullif("name", $1::text), $2::text)"#
    );
    selects!(
        greatest(Item::SIZE, 5),
        r#"max("size", ?)"#,
        r#"(CASE WHEN "size" IS NULL THEN NULL ELSE greatest("size", $1::integer) END)"#
    );
    let larger = r#"(CASE WHEN "score" IS NULL THEN NULL ELSE greatest("score", $1::double precision) END)"#;
    selects!(greatest(Item::SCORE, 5.0), r#"CAST(max("score", ?) AS REAL)"#, larger);
    selects!(
        least(Item::SIZE, Item::SIZE),
        r#"min("size", "size")"#,
        r#"(CASE WHEN "size" IS NULL OR "size" IS NULL THEN NULL ELSE least("size", "size") END)"#
    );
}

#[test]
fn functions_of_dates() {
    selects!(Item::DAY.month(), r#"CAST(substr("day", 6, 2) AS INTEGER)"#, r#"extract(month FROM "day")::integer"#);
    let hour = r#"extract(hour FROM ("at" AT TIME ZONE 'UTC'))::integer"#;
    selects!(Item::AT.hour(), r#"CAST(substr("at", 12, 2) AS INTEGER)"#, hour);
    selects!(Item::CLOCK.hour(), r#"CAST(substr("clock", 1, 2) AS INTEGER)"#, r#"extract(hour FROM "clock")::integer"#);
    selects!(
        Item::AT.date_trunc(DateUnit::Month),
        r#"(substr("at", 1, 7) || '-01' || ' 00:00:00.000000')"#,
        r#"(date_trunc('month', "at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"#
    );
    let day = r#"date_trunc('year', "day"::timestamp)::date"#;
    selects!(Item::DAY.date_trunc(DateUnit::Year), r#"(substr("day", 1, 4) || '-01-01')"#, day);
    selects!(
        Item::DAY.days_since(now()),
        r#"CAST(julianday(substr("day", 1, 10)) - julianday(substr(date('now'), 1, 10)) AS INTEGER)"#,
        r#"("day" - (statement_timestamp() AT TIME ZONE 'UTC')::date)::bigint"#
    );
    selects!(
        Item::DAY.plus_days(7),
        r#"ormcore_date_plus_days("day", ?)"#,
        r#"("day" + $1::integer::integer + 2142110009 - 2143831069 + 1721060)"#
    );
    selects!(
        Item::LOCAL.plus_months(1),
        r#"ormcore_plus_months("local", ?)"#,
        r#"("local" + make_interval(months => $1::integer::integer) + interval '103830043 days' - interval '105551103 days' + interval '1721060 days')"#
    );
    selects!(
        Item::AT.plus_seconds(1.5),
        r#"ormcore_plus_seconds("at", ?)"#,
        r#"((("at" AT TIME ZONE 'UTC') + (round($1::double precision::double precision * 1000000)::bigint * interval '1 microsecond') + interval '103830043 days' - interval '105551103 days' + interval '1721060 days') AT TIME ZONE 'UTC')"#
    );
    let seconds = r#"((extract(epoch FROM "local" - "local") * 1000000)::bigint::double precision / 1000000)"#;
    let query = Item::query().select(Item::LOCAL.seconds_since(Item::LOCAL)).sql(&Postgres).unwrap().sql;
    assert!(query.replace("\"item\".", "").contains(seconds), "{query}");
}

#[test]
fn keys_and_positions_are_values() {
    let path = Item::META.at("a'b").at(0);
    let query = Item::query().select(path.clone().document::<serde_json::Value>()).sql(&Postgres).unwrap();
    assert_eq!(query.parameters.into_iter().map(|value| value.value).collect::<Vec<_>>(), [text("a'b"), Int(0)]);
    selects!(
        path.text(),
        r#"ormcore_json_text(ormcore_json_get(ormcore_json_get("meta", ?), ?))"#,
        r#"((jsonb_path_query_first((("meta" -> $1::text) -> $2::integer), 'strict $ ? (@.type() == "string")') #>> '{}') COLLATE "C")"#
    );
    let contains = Item::META.contains_json(serde_json::json!({}));
    selects!(contains, r#"ormcore_json_contains("meta", ?)"#, r#"("meta" @> $1::jsonb)"#);
    selects!(
        Item::META.at("a").exists(),
        r#"ormcore_json_get("meta", ?) IS NOT NULL"#,
        r#"("meta" -> $1::text) IS NOT NULL"#
    );
}

#[test]
fn functions_of_arrays() {
    selects!(Item::LABELS.has("a"), r#"ormcore_array_contains("labels", ?)"#, r#"("labels" @> $1)"#);
    selects!(Item::LABELS.overlaps(["a"]), r#"ormcore_array_overlaps("labels", ?)"#, r#"("labels" && $1)"#);
    let price = rust_decimal::Decimal::ONE;
    selects!(Item::PRICES.has(price), r#"ormcore_array_contains_decimals("prices", ?)"#, r#"("prices" @> $1)"#);
    selects!(
        Item::NAME.length() + Item::NAME.position("a"),
        r#"length("name") + instr("name", ?)"#,
        r#"length("name")::bigint + strpos("name", $1::text)::bigint"#
    );
    selects!(
        func("left", (Item::NAME, Item::NAME.position("a"))).returns::<String>(),
        r#"left("name", instr("name", ?))"#,
        r#"left("name", strpos("name", $1::text))"#
    );
    selects!(Item::NAME.length().gt(7), r#"length("name") > ?"#, r#"length("name") > $1::bigint"#);
    selects!(Item::NAME.length().is_in([7]), r#"length("name") IN (?)"#, r#"length("name")::bigint = ANY($1)"#);
    selects!(Item::NAME.length().max(), r#"max(length("name"))"#, r#"max(length("name")::bigint)"#);
    selects!(Item::LABELS.len(), r#"json_array_length("labels")"#, r#"cardinality("labels")::bigint"#);
}

#[test]
fn aggregates() {
    selects!(
        Item::NAME.string_agg(", ").order_by(Item::ID.desc()).filter(Item::OPEN.eq(true)),
        r#"group_concat("name", ? ORDER BY "id" DESC) FILTER (WHERE "open" = ?)"#,
        r#"string_agg("name", $1::text ORDER BY "id" DESC) FILTER (WHERE "open" = $2)"#
    );
    selects!(Item::OPEN.every(), r#"min("open")"#, r#"min("open"::integer)::boolean"#);
    selects!(Item::SIZE.gt(1).any(), r#"max(("size" > ?))"#, r#"max(("size" > $1)::integer)::boolean"#);
    selects!(Item::TOKEN.min(), r#"min(("token" COLLATE BINARY))"#, r#"min(("token"::uuid::text COLLATE "C"))::uuid"#);
    selects!(Item::PRICE.sum(), r#"(ormcore_decimal_sum("price") COLLATE decimal)"#, r#"sum("price")::numeric"#);
    selects!(
        Item::PRICE.avg().over(),
        r#"(ormcore_decimal_avg("price") OVER () COLLATE decimal)"#,
        r#"round(avg("price") OVER (), LEAST(scale(avg("price") OVER ()), 28))"#
    );
}

#[test]
fn functions_by_name() {
    selects!(
        func("f", (Item::NAME, 7, "x")).returns::<i64>(),
        r#"f("name", ?, ?)"#,
        r#"f("name", $1::integer, $2::text)"#
    );
    selects!(func("f", (1,)).returns::<String>(), r#"(f(?) COLLATE BINARY)"#, r#"(f($1::integer)::text COLLATE "C")"#);
    selects!(func("extensions.f_1", ()).returns::<i64>(), "extensions.f_1()", "extensions.f_1()");
}
