//! Columns of lists: `Vec<T>` for every type of element.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Color {
    Red,
    DeepBlue,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "array_mood")]
enum Mood {
    Sad,
    #[column_type(rename = "it's \"fine\"")]
    Fine,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Nickname(String);

/// A model with an array of each type, one of options of it, and an optional one.
macro_rules! every_type {
    ($($field:ident $nulls:ident $option:ident: $ty:ty,)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        struct Every {
            #[column(primary_key)]
            id: i64,
            $(
                #[column(default)]
                $field: Vec<$ty>,
                #[column(default)]
                $nulls: Vec<Option<$ty>>,
                $option: Option<Vec<$ty>>,
            )*
        }
    };
}

every_type! {
    a_bool n_bool o_bool: bool,
    a_i8 n_i8 o_i8: i8,
    a_i16 n_i16 o_i16: i16,
    a_i32 n_i32 o_i32: i32,
    a_i64 n_i64 o_i64: i64,
    a_u16 n_u16 o_u16: u16,
    a_u32 n_u32 o_u32: u32,
    a_u64 n_u64 o_u64: u64,
    a_f32 n_f32 o_f32: f32,
    a_f64 n_f64 o_f64: f64,
    a_string n_string o_string: String,
    a_enum n_enum o_enum: Color,
    a_mood n_mood o_mood: Mood,
    a_newtype n_newtype o_newtype: Nickname,
    a_uuid n_uuid o_uuid: Uuid,
    a_decimal n_decimal o_decimal: Decimal,
    a_json n_json o_json: Json<Vec<i64>>,
    a_document n_document o_document: serde_json::Value,
    a_date n_date o_date: NaiveDate,
    a_time n_time o_time: NaiveTime,
    a_datetime n_datetime o_datetime: NaiveDateTime,
    a_timestamp n_timestamp o_timestamp: DateTime<Utc>,
    t_date m_date p_date: time::Date,
    t_timestamp m_timestamp p_timestamp: time::OffsetDateTime,
    j_time k_time q_time: jiff::civil::Time,
    j_timestamp k_timestamp q_timestamp: jiff::Timestamp,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    #[column(primary_key)]
    id: i64,
    labels: Vec<String>,
    #[column(default)]
    votes: Vec<i64>,
    ratings: Option<Vec<f64>>,
}

/// Texts with what JSON, SQL and PostgreSQL's own text of an array take for something else.
const HOSTILE: [&str; 16] = [
    "",
    " ",
    "\"",
    "\\",
    "\\\"",
    "'",
    "{a,b}",
    "[1]",
    ",",
    "NULL",
    "null",
    "\u{1}\t\r\n\u{1f}\u{7f}",
    "é🦀\u{10ffff}",
    "\\u0041",
    "a\"],[\"b",
    "$1 ? %",
];

/// One row with these elements in all columns of a type.
macro_rules! filled {
    ($($field:ident $nulls:ident $option:ident [$($element:expr),* $(,)?];)*) => {
        Every::new().with(|row| {$(
            row.$field = vec![$($element),*];
            row.$nulls = vec![None, $(Some($element), None),*];
            row.$option = Some(vec![$($element),*]);
        )*})
    };
}

fn filled() -> Draft<Every> {
    let at = DateTime::from_timestamp_micros(1_234_567_890_123_456).unwrap();
    let early = DateTime::from_timestamp_micros(-62_135_596_799_999_999).unwrap();
    let other = |micros: i64| time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap();
    filled! {
        a_bool n_bool o_bool [true, false];
        a_i8 n_i8 o_i8 [i8::MIN, 0, i8::MAX];
        a_i16 n_i16 o_i16 [i16::MIN, 0, i16::MAX];
        a_i32 n_i32 o_i32 [i32::MIN, 0, i32::MAX];
        a_i64 n_i64 o_i64 [i64::MIN, (1 << 53) + 1, i64::MAX];
        a_u16 n_u16 o_u16 [0, u16::MAX];
        a_u32 n_u32 o_u32 [0, u32::MAX];
        a_u64 n_u64 o_u64 [0, i64::MAX as u64];
        a_f32 n_f32 o_f32 [0.1, f32::MIN_POSITIVE, f32::MAX, 1e-45, f32::INFINITY];
        a_f64 n_f64 o_f64 [0.1, -1.0, 5e-324, f64::MAX, 1e16, f64::INFINITY, f64::NEG_INFINITY];
        a_string n_string o_string ["a".to_string(), "\"{}'\\".to_string()];
        a_enum n_enum o_enum [Color::DeepBlue, Color::Red];
        a_mood n_mood o_mood [Mood::Fine, Mood::Sad];
        a_newtype n_newtype o_newtype [Nickname("al".to_string())];
        a_uuid n_uuid o_uuid [Uuid::nil(), Uuid::from_u128(7), Uuid::max()];
        a_decimal n_decimal o_decimal [Decimal::new(150, 2), Decimal::MAX, Decimal::new(-1, 28)];
        a_json n_json o_json [Json::new(vec![1, 2]), Json::new(vec![])];
        a_document n_document o_document [serde_json::json!({"a": [null, "\""]}), serde_json::json!(null)];
        a_date n_date o_date [at.date_naive(), early.date_naive()];
        a_time n_time o_time [at.time(), early.time()];
        a_datetime n_datetime o_datetime [at.naive_utc(), early.naive_utc()];
        a_timestamp n_timestamp o_timestamp [at, early];
        t_date m_date p_date [other(0).date()];
        t_timestamp m_timestamp p_timestamp [other(1), other(-1)];
        j_time k_time q_time [jiff::civil::Time::midnight(), jiff::civil::time(23, 59, 59, 999_999_000)];
        j_timestamp k_timestamp q_timestamp [jiff::Timestamp::UNIX_EPOCH];
    }
}

fn arrays_of_every_type_come_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Every>()?;
    let mut row = filled().insert(db)?;
    let mut expected = Every::initial();
    let _ = filled().with(|draft| expected = Every { id: row.id, ..draft.clone() });
    assert_eq!(row, expected);
    assert_eq!(Every::find(row.id, db)?, expected);
    row.update(db)?;
    assert_eq!(Every::find(row.id, db)?, expected);
    Ok(())
}

fn an_empty_array_is_not_null(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every, Post)>()?;
    let row = Every::new().insert(db)?;
    assert_eq!(Every::find(row.id, db)?, Every { id: row.id, ..Every::initial() });
    let none = Post::new(Vec::new()).insert(db)?;
    let empty = Post::new(Vec::new()).set(Post::RATINGS, Vec::new()).insert(db)?;
    assert_eq!((none.ratings, empty.ratings), (None, Some(vec![])));
    assert_eq!(Post::query().filter(Post::RATINGS.is_null()).one(db)?.id, none.id);
    assert_eq!(Post::query().filter(Post::RATINGS.eq(Vec::new())).one(db)?.id, empty.id);
    Ok(())
}

fn hostile_texts_come_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Post>()?;
    let post = Post::new(HOSTILE).insert(db)?;
    assert_eq!(Post::find(post.id, db)?.labels, HOSTILE);
    let alone = HOSTILE.map(|text| Post::new([text]));
    for (post, text) in Post::insert_all(alone, db)?.iter().zip(HOSTILE) {
        assert_eq!(Post::query().filter(Post::LABELS.eq([text])).one(db)?, *post);
        assert_eq!(post.labels, [text]);
    }
    Ok(())
}

fn ten_thousand_elements_come_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Post>()?;
    let labels: Vec<String> = (0..10_000).map(|number| format!("label \"{number}\"")).collect();
    let votes: Vec<i64> = (0..10_000).map(|number| i64::MAX - number).collect();
    let post = Post::new(&labels).set(Post::VOTES, &votes).insert(db)?;
    let found = Post::find(post.id, db)?;
    assert_eq!((found.labels, found.votes), (labels, votes));
    Ok(())
}

fn arrays_are_compared_element_by_element(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Post>()?;
    let drafts = [Post::new(["a", "b"]), Post::new(["b", "a"]), Post::new(["a"])];
    let posts = Post::insert_all(drafts, db)?;
    let ids = |condition: Predicate<Post>| {
        let found = Post::query().filter(condition).order_by(Post::ID).all(db)?;
        ormcore::Result::Ok(found.iter().map(|post| post.id).collect::<Vec<_>>())
    };
    assert_eq!(ids(Post::LABELS.eq(["a", "b"]))?, [posts[0].id]);
    assert_eq!(ids(Post::LABELS.eq(vec!["a".to_string()]))?, [posts[2].id]);
    assert_eq!(ids(Post::LABELS.ne(["a"]))?, [posts[0].id, posts[1].id]);
    assert_eq!(ids(Post::LABELS.is_in([["b", "a"], ["x", "y"]]))?, [posts[1].id]);
    let many = (0..100).map(|number| vec![number.to_string()]).chain([vec!["a".to_string()]]);
    assert_eq!(ids(Post::LABELS.is_in(many))?, [posts[2].id]);
    let changed = Post::query().filter(Post::LABELS.eq(["a"])).update(Post::LABELS.set(["c", "d"]), db)?;
    assert_eq!((changed, ids(Post::LABELS.eq(["c", "d"]))?), (1, vec![posts[2].id]));
    Ok(())
}

fn what_no_database_gives_back_is_refused_in_an_array(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every, Post)>()?;
    let error = Post::new(["a"]).set(Post::RATINGS, [0.5, f64::NAN]).insert(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { column, .. } if column == "ratings"), "{error:?}");
    let error = Every::new().set(Every::A_U64, [1, u64::MAX]).insert(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { column, .. } if column == "a_u64"), "{error:?}");
    assert_eq!(Post::query().count(db)? + Every::query().count(db)?, 0);
    Ok(())
}

#[derive(Model, Debug)]
struct Vault {
    #[column(primary_key)]
    id: i64,
    codes: Secret<Vec<String>>,
}

fn a_secret_array_is_stored_and_never_shown(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Vault>()?;
    let codes = vec!["hunter2".to_string(), "\"".to_string()];
    let vault = Vault::new(codes.clone()).insert(db)?;
    assert_eq!(*Vault::find(vault.id, db)?.codes.expose(), codes);
    assert!(!format!("{vault:?}").contains("hunter2"));
    Ok(())
}

/// Where an array is text, anything may be in it.
#[test]
fn text_that_is_no_array_is_an_error_that_names_the_column() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Post, Vault)>()?;
    let post = Post::new(["a"]).insert(&db)?;
    for (text, found) in [
        ("x", "the text \"x\""),
        ("[[1]]", "the text \"[[1]]\", which is none from byte 1 on"),
        ("[1", "which is none from byte 2 on"),
        ("[1, null]", "NULL"),
        ("[1, \"2\"]", "the text \"2\""),
    ] {
        db.execute("UPDATE post SET votes = $1", (text,))?;
        let error = Post::find(post.id, &db).unwrap_err();
        assert!(error.to_string().contains("post.votes"), "{error}");
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
        assert!(error.to_string().ends_with(found), "{error}");
    }
    db.execute("UPDATE post SET votes = $1", (" [ 1 , 2 ]\n",))?;
    assert_eq!(Post::find(post.id, &db)?.votes, [1, 2]);

    let vault = Vault::new(vec![]).insert(&db)?;
    db.execute("UPDATE vault SET codes = 'hunter2'", ())?;
    let error = Vault::find(vault.id, &db).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    Ok(())
}

#[test]
fn a_text_of_an_array_is_json_on_sqlite() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Every>()?;
    filled().with(|row| row.a_string = vec!["a\0\"".to_string()]).insert(&db)?;
    let texts = "a_bool, n_i8, a_i64, a_f64, a_string, a_mood, a_datetime, a_json";
    let sql = format!("SELECT {texts} FROM every");
    type Texts = (String, String, String, String, String, String, String, String);
    let row = db.query_as::<Texts>(&sql, ())?.remove(0);
    assert_eq!((row.0.as_str(), row.1.as_str()), ("[true,false]", "[null,-128,null,0,null,127,null]"));
    assert_eq!(row.2, "[-9223372036854775808,9007199254740993,9223372036854775807]");
    assert_eq!(row.3, "[0.1,-1.0,5e-324,1.7976931348623157e308,1e16,9e999,-9e999]");
    assert_eq!((row.4.as_str(), row.5.as_str()), (r#"["a\u0000\""]"#, r#"["it's \"fine\"","sad"]"#));
    assert_eq!(row.6, r#"["2009-02-13 23:31:30.123456","0001-01-01 00:00:00.000001"]"#);
    assert_eq!(row.7, r#"["[1,2]","[]"]"#);
    let elements = "SELECT e.value FROM every, json_each(every.a_f64) AS e";
    assert_eq!(db.query_as::<(f64,)>(elements, ())?.len(), 7);
    let found = Every::query().one(&db)?;
    assert_eq!(found.a_string, ["a\0\""]);
    Ok(())
}

#[test]
fn on_sqlite_an_enum_of_a_type_of_its_own_is_checked_text_and_an_array_is_text() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[allow(dead_code)]
    struct Day {
        #[column(primary_key)]
        id: i64,
        mood: Mood,
        moods: Vec<Mood>,
    }
    let db = Database::connect("sqlite::memory:")?;
    let ddl = db.ddl_of::<Day>()?;
    let expected = "CREATE TABLE IF NOT EXISTS \"day\" (
    \"id\" INTEGER NOT NULL,
    \"mood\" TEXT NOT NULL,
    \"moods\" TEXT NOT NULL,
    CONSTRAINT \"pk_day\" PRIMARY KEY (\"id\"),
    CONSTRAINT \"ck_day_mood_variant\" CHECK (\"mood\" IN ('sad', 'it''s \"fine\"'))
) STRICT";
    assert_eq!(ddl, [expected]);
    db.create_tables::<Day>()?;
    assert_eq!(Day::new(Mood::Fine, [Mood::Sad]).insert(&db)?.mood, Mood::Fine);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Diary {
    #[column(primary_key)]
    id: i64,
    mood: Mood,
    before: Option<Mood>,
}

/// The type of the name is shared with [`Every`].
fn an_enum_of_a_type_of_its_own_is_a_column_like_any(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Every, Diary)>()?;
    db.create_tables::<Diary>()?;
    let mut first = Diary::new(Mood::Sad).insert(db)?;
    let second = Diary::new(Mood::Fine).set(Diary::BEFORE, Mood::Sad).insert(db)?;
    assert_eq!(Diary::query().filter(Diary::MOOD.eq(Mood::Fine)).one(db)?, second);
    assert_eq!(Diary::query().filter(Diary::BEFORE.eq(Mood::Sad)).one(db)?, second);
    assert_eq!(Diary::query().filter(Diary::MOOD.is_in([Mood::Sad])).one(db)?, first);
    let drafts = (0..50).map(|_| Diary::new(Mood::Fine));
    assert_eq!(Diary::insert_all(drafts, db)?.len(), 50);
    first.mood = Mood::Fine;
    first.update(db)?;
    assert_eq!(Diary::query().filter(Diary::MOOD.eq(Mood::Fine)).count(db)?, 52);
    assert!(db.execute("UPDATE diary SET mood = 'other'", ()).is_err());
    Ok(())
}

on_every_backend!(
    an_enum_of_a_type_of_its_own_is_a_column_like_any,
    arrays_of_every_type_come_back,
    an_empty_array_is_not_null,
    hostile_texts_come_back,
    ten_thousand_elements_come_back,
    arrays_are_compared_element_by_element,
    what_no_database_gives_back_is_refused_in_an_array,
    a_secret_array_is_stored_and_never_shown,
);
