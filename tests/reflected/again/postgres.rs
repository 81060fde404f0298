// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
#[column_type(native = "weather")]
pub enum Weather {
    Sunny,
    #[column_type(rename = "Rain & snow")]
    RainSnow,
}

#[derive(Model, Debug, Clone)]
#[model(
    unique(value, filter = "value IS NOT NULL"),
    foreign_key(columns(station, place), references(Sensor::STATION_ID, Sensor::PLACE), on_delete = "cascade"),
)]
pub struct Reading {
    #[column(primary_key)]
    pub id: i64,
    pub station: uuid::Uuid,
    pub place: i32,
    pub value: Option<f64>,
    #[column(foreign_key = Reading::ID, index = false)]
    pub before: Option<i64>,
    #[relationship]
    pub sensor: BelongsTo<Sensor>,
    #[relationship]
    pub before_row: BelongsTo<Reading>,
    #[relationship]
    pub readings_by_before_row: HasMany<Reading>,
}

// The column `ft_report_title_body_905866495897` is left out: it is computed, of the type `tsvector`.
// The index `ix_ft_report_title_body_905866495897` is left out, for a column of it is.
#[derive(Model, Debug, Clone)]
pub struct Report {
    #[column(primary_key, auto = false)]
    pub id: i64,
    pub title: String,
    pub body: String,
}

#[derive(Model, Debug, Clone)]
#[model(unique(station_id, name), index(name, place, name = "by_place"))]
pub struct Sensor {
    #[column(primary_key, foreign_key = Station::ID, on_delete = "cascade", on_update = "cascade")]
    pub station_id: uuid::Uuid,
    #[column(primary_key)]
    pub place: i32,
    pub name: String,
    #[relationship]
    pub station: BelongsTo<Station>,
    #[relationship]
    pub readings: HasMany<Reading>,
}

#[derive(Model, Debug, Clone)]
#[model(
    index("lower(title)", filter = "height > 0", name = "ix_station_lower_title"),
    comment = "where it is measured",
)]
pub struct Station {
    #[column(primary_key)]
    pub id: uuid::Uuid,
    #[column(unique, length = 40, comment = "as on the door")]
    pub title: String,
    #[column(index, check = "height < 9000")]
    pub height: i32,
    #[column(check = "small >= 0 AND small <= 255")]
    pub small: i16,
    #[column(server_default = "'low'", check = "plain = ANY (ARRAY['low'::text, 'high'::text])")]
    pub plain: String,
    pub weather: Option<Weather>,
    #[column(server_default = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text)")]
    pub made_at: chrono::NaiveDateTime,
    pub changed_at: Option<chrono::DateTime<chrono::Utc>>,
    pub tags: Vec<String>,
    pub json: Option<serde_json::Value>,
    pub cost: rust_decimal::Decimal,
    #[column(generated = "(height * 2)")]
    pub doubled: i64,
    pub version: i64,
    #[column(length = 16)]
    pub key: Vec<u8>,
    #[column(server_default = "-1")]
    pub depth: i16,
    #[column(server_default = "true")]
    pub open: bool,
    pub day: Option<chrono::NaiveDate>,
    pub time: Option<chrono::NaiveTime>,
    pub ratio: f32,
    #[column(foreign_key = Station::ID, on_delete = "set null")]
    pub next_id: Option<uuid::Uuid>,
    #[relationship]
    pub next: BelongsTo<Station>,
    #[relationship]
    pub sensors: HasMany<Sensor>,
    #[relationship]
    pub stations_by_next: HasMany<Station>,
}
