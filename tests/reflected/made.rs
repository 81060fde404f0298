//! Models by hand, whose tables are written as models again.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "weather")]
enum Weather {
    Sunny,
    #[column_type(rename = "Rain & snow")]
    Wet,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Plain {
    Low,
    High,
}

#[derive(Columns, Debug, Clone)]
struct Stamps {
    #[column(server_default = "CURRENT_TIMESTAMP")]
    made_at: chrono::NaiveDateTime,
    changed_at: Option<chrono::DateTime<chrono::Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(
    comment = "where it is measured",
    index("lower(title)", filter = "\"height\" > 0"),
    check = "\"height\" < 9000"
)]
pub(crate) struct Station {
    #[column(primary_key, auto)]
    id: uuid::Uuid,
    #[column(unique, length = 40, comment = "as on the door")]
    title: String,
    #[column(index)]
    height: i32,
    small: u8,
    #[column(server_default = "'low'")]
    plain: Plain,
    weather: Option<Weather>,
    #[column(flatten)]
    stamps: Stamps,
    tags: Vec<String>,
    json: Option<serde_json::Value>,
    cost: rust_decimal::Decimal,
    #[column(generated = "\"height\" * 2")]
    doubled: i64,
    #[column(version)]
    version: i64,
    #[column(length = 16)]
    key: Vec<u8>,
    #[column(server_default = "-1")]
    depth: i16,
    #[column(server_default = "true")]
    open: bool,
    day: Option<chrono::NaiveDate>,
    time: Option<chrono::NaiveTime>,
    ratio: f32,
    #[column(foreign_key = Station::ID, on_delete = "set null")]
    next_id: Option<uuid::Uuid>,
}

#[derive(Model, Debug, Clone)]
#[model(unique(station_id, name), index(name, place, name = "by_place"))]
pub(crate) struct Sensor {
    #[column(primary_key, foreign_key = Station::ID, on_delete = "cascade", on_update = "cascade")]
    station_id: uuid::Uuid,
    #[column(primary_key)]
    place: i32,
    name: String,
}

#[derive(Model, Debug, Clone)]
#[model(
    foreign_key(columns(station, place), references(Sensor::STATION_ID, Sensor::PLACE), on_delete = "cascade"),
    unique(value, filter = "value IS NOT NULL")
)]
pub(crate) struct Reading {
    #[column(primary_key)]
    id: i64,
    station: uuid::Uuid,
    place: i32,
    value: Option<f64>,
    #[column(foreign_key = Reading::ID, index = false)]
    before: Option<i64>,
}

#[derive(Model, Debug, Clone)]
#[model(full_text(title, body))]
pub(crate) struct Report {
    #[column(primary_key, auto = false)]
    id: i64,
    title: String,
    body: String,
}
