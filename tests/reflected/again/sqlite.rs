// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(
    unique(value, filter = "value IS NOT NULL"),
    foreign_key(columns(station, place), references(Sensor::STATION_ID, Sensor::PLACE), on_delete = "cascade"),
)]
pub struct Reading {
    #[column(primary_key)]
    pub id: i64,
    pub station: String,
    pub place: i64,
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

#[derive(Model, Debug, Clone)]
pub struct Report {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    pub body: String,
}

#[derive(Model, Debug, Clone)]
#[model(unique(station_id, name), index(name, place, name = "by_place"))]
pub struct Sensor {
    #[column(primary_key, foreign_key = Station::ID, on_delete = "cascade", on_update = "cascade")]
    pub station_id: String,
    #[column(primary_key)]
    pub place: i64,
    pub name: String,
    #[relationship]
    pub station: BelongsTo<Station>,
    #[relationship]
    pub readings: HasMany<Reading>,
}

#[derive(Model, Debug, Clone)]
#[model(
    index("lower(title)", filter = "\"height\" > 0", name = "ix_station_lower_title"),
    check = "\"small\" BETWEEN 0 AND 255",
    check = "\"plain\" IN ('low', 'high')",
    check = "\"weather\" IN ('sunny', 'Rain & snow')",
    check = "\"height\" < 9000",
)]
pub struct Station {
    #[column(primary_key)]
    pub id: String,
    #[column(unique, length = 40)]
    pub title: String,
    #[column(index)]
    pub height: i64,
    pub small: i64,
    #[column(server_default = "'low'")]
    pub plain: String,
    pub weather: Option<String>,
    #[column(server_default = "strftime('%Y-%m-%d %H:%M:%f000', 'now')")]
    pub made_at: String,
    pub changed_at: Option<String>,
    pub tags: String,
    pub json: Option<String>,
    pub cost: String,
    #[column(generated = "\"height\" * 2")]
    pub doubled: i64,
    pub version: i64,
    #[column(length = 16)]
    pub key: Vec<u8>,
    #[column(server_default = "-1")]
    pub depth: i64,
    #[column(server_default = "true")]
    pub open: i64,
    pub day: Option<String>,
    pub time: Option<String>,
    pub ratio: f64,
    #[column(foreign_key = Station::ID, on_delete = "set null")]
    pub next_id: Option<String>,
    #[relationship]
    pub next: BelongsTo<Station>,
    #[relationship]
    pub sensors: HasMany<Sensor>,
    #[relationship]
    pub stations_by_next: HasMany<Station>,
}
