// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
#[column_type(native = "state")]
pub enum State {
    On,
    Off,
}

#[derive(Model, Debug, Clone)]
#[model(table = "Row")]
pub struct Row {
    #[column(primary_key)]
    pub id: i64,
    #[relationship]
    pub results: HasMany<Result>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "User")]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    #[relationship]
    pub user2s: HasMany<User2>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_g23")]
pub struct A23456789B23456789C23456789D23456789E23456789F23456789G23 {
    #[column(primary_key)]
    pub id: i64,
    #[column(name = "odd \"name\" of {sixty}-three \\ letters */ that no one would choo", unique)]
    pub odd_name_of_sixty_three_letters_that_no_one_would_choo: Option<String>,
}

#[derive(Model, Debug, Clone)]
pub struct Above {
    #[column(primary_key)]
    pub id: i64,
    #[column(check = "a > 0")]
    pub a: Option<i32>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "addresses")]
pub struct Address {
    // ormcore knows `inet` as text alone.
    #[column(primary_key)]
    pub ip: String,
    // ormcore knows `point` as text alone.
    pub at: Option<String>,
    // ormcore knows `xml` as text alone.
    pub doc: Option<String>,
    #[column(unique)]
    pub n: Option<i32>,
    #[relationship]
    pub visits: HasMany<Visit>,
}

// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(read_only)]
pub struct Below {
    pub id: i64,
    pub a: Option<i32>,
    pub b: Option<i32>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "boxes")]
pub struct Box {
    #[column(primary_key)]
    pub id: i64,
    pub some: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "domains", index(d.desc(), filter = "d::state = 'on'::state", name = "domains_d"))]
pub struct Domain {
    #[column(primary_key)]
    pub id: i32,
    pub a: String,
    pub b: i32,
    pub c: Option<Vec<String>>,
    #[column(server_default = "'on'")]
    pub d: State,
    pub e: Option<Vec<State>>,
    // ormcore knows `mood` as text alone.
    pub f: Option<String>,
    pub g: Option<Vec<State>>,
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

// The column `extra` is left out: no field reads the type `bytea[]`.
// The column ` left ` is left out: no field reads the type `bytea[]`.
// The index `held_during` is left out: it is over what ormcore knows as text alone.
// The exclusion constraint `held_room_during_excl` is left out: no attribute says one.
// The exclusion constraint `held_title` is left out: no attribute says one.
// The index `held_twice` is left out: it is over a column twice.
#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    unique(code.desc(), include(room), name = "held_code"),
    index(title, using = "hash", name = "held_hash"),
    index(title.ops("text_pattern_ops").desc(), "lower(code::text)".ops("varchar_pattern_ops"), name = "held_ops"),
    unique(room, name = "held_room"),
)]
pub struct Held {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 80, check = "char_length(code::text) <= 7")]
    pub code: Option<String>,
    pub room: Option<i32>,
    // ormcore knows `tsrange` as text alone.
    pub during: Option<String>,
    pub title: Option<String>,
}

// The index `kinds_e` is left out: it is over what ormcore knows as text alone.
#[derive(Model, Debug, Clone)]
#[model(table = "kinds", index(f, name = "kinds_f"))]
pub struct Kind {
    #[column(primary_key)]
    pub a: i16,
    #[column(auto)]
    pub b: i32,
    #[column(read_only, unique)]
    pub c: i32,
    pub d: Option<String>,
    // ormcore knows `inet` as text alone.
    pub e: Option<String>,
    // ormcore knows `cidr` as text alone.
    pub f: String,
    // ormcore knows `"char"[]` as text alone.
    pub g: Option<Vec<String>>,
}

// The column `a` is left out: no field reads the type `bytea[]`.
// The column `c` is left out: it is computed from one that is.
// The index `lost_expression` is left out, for a column of it is.
// The index `lost_filter` is left out, for a column of it is.
// The check `b < 9 OR a IS NULL` is left out, for a column of it is.
// The check `cardinality(a) > 0` is left out, for a column of it is.
#[derive(Model, Debug, Clone)]
#[model(unique("lower(e)", b.desc(), filter = "e <> 'a'::text", name = "lost_not"))]
pub struct Lost {
    #[column(primary_key)]
    pub id: i64,
    #[column(name = "A", check = "\"A\" > 0")]
    pub a: Option<i32>,
    #[column(check = "b > 0")]
    pub b: Option<i32>,
    #[column(generated = "b * 2", check = "d < 100")]
    pub d: Option<i32>,
    #[column(server_default = "'a'")]
    pub e: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(index(note.desc(), name = "measured_note"))]
pub struct Measured {
    #[column(primary_key)]
    pub id: i64,
    #[column(primary_key)]
    pub day: chrono::NaiveDate,
    pub note: Option<String>,
    #[relationship]
    pub of_measureds: HasMany<OfMeasured>,
}

#[derive(Model, Debug, Clone)]
#[model(unique(b.desc(), a, name = "no_key_down"))]
pub struct NoKey {
    #[column(primary_key)]
    pub a: String,
    #[column(primary_key)]
    pub b: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "numbers")]
pub struct Number {
    #[column(primary_key)]
    pub id: i64,
    #[column(server_default = "'NaN'::double precision")]
    pub a: Option<f64>,
    #[column(server_default = "'-Infinity'::real")]
    pub b: Option<f32>,
    #[column(server_default = "'NaN'::numeric")]
    pub c: Option<rust_decimal::Decimal>,
    #[column(server_default = "1.50")]
    pub d: Option<rust_decimal::Decimal>,
    #[column(
        server_default = "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    )]
    pub e: Option<f64>,
    #[column(server_default = "9223372036854775807")]
    pub f: Option<i64>,
    #[column(server_default = "-5")]
    pub g: Option<i16>,
    #[column(server_default = "'infinity'::date")]
    pub h: Option<chrono::NaiveDate>,
    #[column(server_default = "'now'::text::timestamp with time zone")]
    pub i: Option<chrono::DateTime<chrono::Utc>>,
    #[column(server_default = "now()")]
    pub j: Option<chrono::DateTime<chrono::Utc>>,
    #[column(server_default = "'{\"a\": \"::\"}'::jsonb")]
    pub k: Option<serde_json::Value>,
    #[column(server_default = "'a::b'")]
    pub l: Option<String>,
    #[column(server_default = "'a'::text || '::'::text")]
    pub m: Option<String>,
    #[column(server_default = "'\\x00ff'::bytea")]
    pub n: Option<Vec<u8>>,
    #[column(server_default = "gen_random_uuid()")]
    pub o: Option<uuid::Uuid>,
    #[column(server_default = "'24:00:00'::time without time zone")]
    pub p: Option<chrono::NaiveTime>,
    #[column(server_default = "CURRENT_DATE + 1")]
    pub q: Option<chrono::NaiveDate>,
    #[column(server_default = "'2020-01-01 00:00:00'::timestamp without time zone")]
    pub r: Option<chrono::NaiveDateTime>,
}

#[derive(Model, Debug, Clone)]
#[model(
    index(m, d.desc(), id, name = "of_measured_newest"),
    foreign_key(columns(m, d), references(Measured::ID, Measured::DAY)),
)]
pub struct OfMeasured {
    #[column(primary_key)]
    pub id: i64,
    pub m: Option<i64>,
    pub d: Option<chrono::NaiveDate>,
    #[relationship]
    pub measured: BelongsTo<Measured>,
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

// The column `Who` is left out: another column's name differs in case only.
// The index `by_who` is left out, for a column of it is.
#[derive(Model, Debug, Clone)]
#[model(table = "user", index(who, name = "By_Who"), comment = "it's \"so\" \\ */ {}\n#[x]")]
pub struct User2 {
    #[column(primary_key)]
    pub id: i64,
    #[column(comment = "\u{202e}\u{2028} -- \"", foreign_key = User::ID)]
    pub who: Option<i64>,
    #[relationship]
    pub user: BelongsTo<User>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "visits")]
pub struct Visit {
    #[column(primary_key)]
    pub id: i64,
    // ormcore knows `inet` as text alone.
    #[column(foreign_key = Address::IP, on_delete = "cascade", index = false)]
    pub ip: Option<String>,
    pub insert: Option<String>,
    pub key: Option<String>,
    pub new: Option<String>,
    #[relationship]
    pub address: BelongsTo<Address>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "weird;--\"*/")]
pub struct Weird {
    #[column(primary_key)]
    pub id: i64,
}
