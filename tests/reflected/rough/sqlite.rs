// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = " lead")]
pub struct Lead {
    #[column(name = " id", primary_key, foreign_key = Old::ID)]
    pub id: i64,
    #[column(name = "x ")]
    pub x: Option<String>,
    #[relationship]
    pub old: BelongsTo<Old>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "Row")]
pub struct Row {
    #[column(primary_key)]
    pub id: i64,
    #[column(name = "A")]
    pub a: Option<String>,
    #[column(check = "\"A\" <> check_")]
    pub check_: Option<String>,
    #[relationship]
    pub results: HasMany<Result>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "backwards")]
pub struct Backward {
    #[column(primary_key)]
    pub a: String,
    #[column(primary_key)]
    pub b: i64,
    #[column(server_default = "-1")]
    pub c: Option<String>,
    #[relationship]
    pub of_backward: HasOne<OfBackward>,
}

// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(read_only)]
pub struct Copied {
    pub id: Option<i64>,
    pub code: Option<String>,
    pub cost: Option<f64>,
    pub made: Option<f64>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "drafts")]
pub struct Draft {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Result::ID, index = false)]
    pub result_id: Option<i64>,
    #[relationship]
    pub result: BelongsTo<Result>,
}

#[derive(Model, Debug, Clone)]
#[model(index(f, g.desc(), name = "exact_f"))]
pub struct Exact {
    #[column(primary_key)]
    pub id: i64,
    pub a: i64,
    pub b: Option<f64>,
    #[column(unique)]
    pub c: Option<String>,
    pub d: Option<Vec<u8>>,
    // ormcore knows `ANY` as text alone.
    pub e: Option<String>,
    #[column(generated = "a + 1", virtual)]
    pub f: Option<i64>,
    #[column(generated = "c || ''''")]
    pub g: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(
    index(a, "+b", k, "1", l.desc(), name = "filled_marks"),
    unique(a.desc(), filter = "b > 0", name = "filled_partly"),
    check = "a>-5",
    check = "b<5",
)]
pub struct Filled {
    #[column(primary_key, auto = false)]
    pub id: i64,
    #[column(server_default = "-1")]
    pub a: i64,
    #[column(server_default = "+1")]
    pub b: Option<i64>,
    #[column(server_default = "1e3")]
    pub c: Option<f64>,
    #[column(server_default = "0x10")]
    pub d: Option<i64>,
    #[column(server_default = "1=1")]
    pub e: Option<bool>,
    #[column(server_default = "json('{}')")]
    pub f: Option<serde_json::Value>,
    #[column(server_default = "2")]
    pub g: bool,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    pub h: Option<chrono::NaiveDateTime>,
    #[column(server_default = "datetime('now')")]
    pub i: Option<chrono::NaiveDateTime>,
    // The default `''` is left out: it is not a UUID.
    pub j: Option<uuid::Uuid>,
    pub k: Option<String>,
    #[column(server_default = "'10:00'")]
    pub l: Option<chrono::NaiveTime>,
    // The default `'2020-1-1'` is left out: it is not a date, such as `2024-01-31`.
    pub m: Option<chrono::NaiveDate>,
    // The default `''` is left out: it is not a number of 64 bits.
    pub n: Option<f64>,
    #[column(server_default = "TRUE")]
    pub o: Option<String>,
    // The default `'abc'` is left out: it is not bytes in hexadecimal, such as `x'00ff'`.
    pub p: Option<Vec<u8>>,
    // The default `'x'` is left out: it is not a number of 64 bits.
    pub q: Option<f64>,
}

#[derive(Model, Debug, Clone)]
#[model(unique(b.desc(), a, name = "no_key_down"))]
pub struct NoKey {
    #[column(primary_key)]
    pub a: String,
    #[column(primary_key)]
    pub b: i64,
}

// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(
    table = "of_backwards",
    read_only,
    foreign_key(columns(x, y), references(Backward::B, Backward::A)),
)]
pub struct OfBackward {
    pub x: Option<i64>,
    pub y: Option<String>,
    #[relationship]
    pub backward: BelongsTo<Backward>,
}

#[derive(Model, Debug, Clone)]
#[model(index(old_id, at.desc(), name = "of_old_newest"))]
pub struct OfOld {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Old::ID)]
    pub old_id: Option<i64>,
    pub at: Option<i64>,
    #[relationship]
    pub old: BelongsTo<Old>,
}

#[derive(Model, Debug, Clone)]
#[model(foreign_key(columns(x, y), references(Turned::B, Turned::A), index = false))]
pub struct OfTurned {
    #[column(primary_key)]
    pub id: i64,
    pub x: Option<i64>,
    pub y: Option<String>,
    #[relationship]
    pub turned: BelongsTo<Turned>,
}

// The index `twice` is left out: it is over a column twice.
#[derive(Model, Debug, Clone)]
#[model(
    index(a_b.desc(), "lower(\"from\") || '\"x\"' COLLATE NOCASE".desc(), kind, filter = "\"kind\" <> 'it''s'", name = "by \"kind\""),
    unique(count.desc(), name = "down"),
    check = "length(code) <= 9",
)]
pub struct Old {
    #[column(primary_key)]
    pub id: i64,
    #[column(server_default = "'hello'")]
    pub from: Option<String>,
    #[column(length = 80, check = "length(code) <= 7")]
    pub code: Option<String>,
    // The default `'0000-00-00 00:00:00'` is left out: it is not a date and time without a zone, such as `2024-01-31 12:30:00`.
    pub made: Option<chrono::NaiveDateTime>,
    // The default `''` is left out: it is not a date, such as `2024-01-31`.
    pub day: Option<chrono::NaiveDate>,
    // The default `'yes'` is left out: it is not `true` or `false`.
    pub flag: Option<bool>,
    // The default `''` is left out: it is not an integer of 64 bits.
    pub count: Option<i64>,
    #[column(server_default = "abs(-5)")]
    pub size: Option<i64>,
    #[column(server_default = "0.00")]
    pub cost: Option<f64>,
    #[column(server_default = "x'00ff'")]
    pub data: Option<Vec<u8>>,
    #[column(check = "kind IN ('a', 'b') -- of the form\n        OR kind = ''")]
    pub kind: Option<String>,
    #[column(name = "a\"b", server_default = "'it''s \"q\"'")]
    pub a_b: Option<String>,
    #[relationship]
    pub lead: HasOne<Lead>,
    #[relationship]
    pub of_olds: HasMany<OfOld>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "results")]
pub struct Result {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Row::ID, index = false)]
    pub query_id: Option<i64>,
    #[relationship]
    pub row: BelongsTo<Row>,
    #[relationship]
    pub drafts: HasMany<Draft>,
}

#[derive(Model, Debug, Clone)]
pub struct Turned {
    #[column(primary_key)]
    pub a: String,
    #[column(primary_key)]
    pub b: i64,
    #[relationship]
    pub of_turneds: HasMany<OfTurned>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "weird;--\"*/")]
pub struct Weird {
    #[column(primary_key, auto = false)]
    pub id: i64,
    pub insert: Option<String>,
    pub key: Option<String>,
    pub new: Option<String>,
}
