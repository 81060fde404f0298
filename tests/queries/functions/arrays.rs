//! Functions of arrays: native on PostgreSQL, JSON text on SQLite, the same rows.

use chrono::NaiveDate;
use ormcore::prelude::*;
use ormcore::sql::{all_of, count, of};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "mood_of_arrays")]
enum Mood {
    Calm,
    Cross,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    #[column(primary_key)]
    id: i64,
    labels: Vec<String>,
    votes: Vec<Option<i32>>,
    more: Option<Vec<String>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Kinds {
    #[column(primary_key)]
    id: i64,
    flags: Vec<bool>,
    reals: Vec<f64>,
    prices: Vec<Decimal>,
    tokens: Vec<Uuid>,
    days: Vec<NaiveDate>,
    moods: Vec<Mood>,
    documents: Vec<serde_json::Value>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Offer {
    #[column(primary_key)]
    id: i64,
    prices: Vec<Decimal>,
    rare: Option<Vec<Option<Decimal>>>,
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Post,)>()?;
    let more = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_string()).collect::<Vec<_>>());
    Post::insert_all(
        [
            Post::new(["rust", "orm"], vec![Some(1), None]).with(|row| row.more = more(&["a"])),
            Post::new(["ä\"b", "null", ""], vec![]),
            Post::new([] as [&str; 0], vec![None]).with(|row| row.more = more(&[])),
        ],
        db,
    )?;
    Ok(())
}

const NONE: [i64; 0] = [];

fn ids(db: &Database, condition: Predicate<Post>) -> ormcore::Result<Vec<i64>> {
    Post::query().filter(condition).select(Post::ID).order_by(Post::ID).all(db)
}

fn elements_are_found(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(db, Post::LABELS.has("rust"))?, [1]);
    assert_eq!(ids(db, Post::LABELS.has("ä\"b"))?, [2]);
    assert_eq!(ids(db, Post::LABELS.has("Rust"))?, NONE);
    assert_eq!(ids(db, Post::LABELS.has(""))?, [2]);
    assert_eq!(ids(db, !Post::LABELS.has("null"))?, [1, 3]);
    assert_eq!(ids(db, Post::VOTES.has(1))?, [1]);
    assert_eq!(ids(db, Post::VOTES.has(None))?, NONE);
    assert_eq!(ids(db, !Post::VOTES.has(None))?, [1, 2, 3]);
    Ok(())
}

fn arrays_contain_and_overlap_others(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(db, Post::LABELS.contains_all(["orm", "rust", "orm"]))?, [1]);
    assert_eq!(ids(db, Post::LABELS.contains_all(["orm", "x"]))?, NONE);
    assert_eq!(ids(db, Post::LABELS.contains_all([] as [&str; 0]))?, [1, 2, 3]);
    assert_eq!(ids(db, Post::LABELS.overlaps(["x", "", "rust"]))?, [1, 2]);
    assert_eq!(ids(db, Post::LABELS.overlaps([] as [&str; 0]))?, NONE);
    assert_eq!(ids(db, Post::VOTES.overlaps(vec![None, Some(2)]))?, NONE);
    assert_eq!(ids(db, Post::VOTES.contains_all(vec![Some(1), None]))?, NONE);
    Ok(())
}

fn a_missing_array_contains_neither_something_nor_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(db, Post::MORE.has("a"))?, [1]);
    assert_eq!(ids(db, !Post::MORE.has("a"))?, [3]);
    assert_eq!(ids(db, !Post::MORE.overlaps(["a"]))?, [3]);
    Ok(())
}

fn elements_are_counted(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let counts = Post::query().select((Post::LABELS.len(), Post::VOTES.len(), Post::MORE.len())).order_by(Post::ID);
    assert_eq!(counts.all(db)?, [(2, 2, Some(1)), (3, 0, None), (0, 1, Some(0))]);
    assert_eq!(ids(db, Post::LABELS.len().gt(2))?, [2]);
    Ok(())
}

fn elements_of_each_type_are_found(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Kinds,)>()?;
    let (token, day) = (Uuid::from_bytes([0xab; 16]), NaiveDate::from_ymd_opt(2024, 2, 29).unwrap());
    let documents = vec![serde_json::json!(1)];
    let price = Decimal::new(150, 2);
    Kinds::new([true], [0.5, 3.0], [price], [token], [day], [Mood::Cross], documents).insert(db)?;
    for (found, condition) in [
        (true, Kinds::FLAGS.has(true)),
        (false, Kinds::FLAGS.has(false)),
        (true, Kinds::REALS.contains_all([3.0, 0.5])),
        (false, Kinds::REALS.has(0.25)),
        (true, Kinds::PRICES.has(Decimal::new(15, 1))),
        (true, Kinds::PRICES.overlaps([Decimal::ONE, Decimal::new(15000, 4)])),
        (false, Kinds::PRICES.has(Decimal::new(15, 2))),
        (true, Kinds::TOKENS.has(token)),
        (false, Kinds::TOKENS.has(Uuid::nil())),
        (true, Kinds::DAYS.has(day)),
        (false, Kinds::DAYS.has(day.succ_opt().unwrap())),
        (true, Kinds::MOODS.has(Mood::Cross)),
        (false, Kinds::MOODS.overlaps([Mood::Calm])),
    ] {
        let text = format!("{condition:?}");
        assert_eq!(Kinds::query().filter(condition).exists(db)?, found, "{text}");
    }
    let error = Kinds::query().filter(Kinds::DOCUMENTS.has(serde_json::json!(1))).exists(db).unwrap_err();
    assert!(error.to_string().contains("an array of JSON documents"), "{error}");
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    Ok(())
}

fn lists_of_decimals_are_compared_as_numbers(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Offer,)>()?;
    let list = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Decimal>>();
    let lists = [list(&["1.50", "2"]), list(&["1.5", "2.0"]), list(&["10"]), list(&["9.5", "1"]), list(&[])];
    Offer::insert_all(lists.map(|prices| Offer::new(prices).set(Offer::RARE, vec![None, Some(Decimal::ONE)])), db)?;
    let ids = |query: Query<Offer>| query.select(Offer::ID).order_by(Offer::ID).all(db);
    assert_eq!(ids(Offer::query().filter(Offer::PRICES.eq(list(&["1.500", "2.00"]))))?, [1, 2]);
    assert_eq!(ids(Offer::query().filter(Offer::PRICES.ne(list(&["1.5", "2"]))))?, [3, 4, 5]);
    assert_eq!(ids(Offer::query().filter(Offer::PRICES.is_in([list(&["10.0"]), list(&[])])))?, [3, 5]);
    assert_eq!(ids(Offer::query().filter(Offer::RARE.eq(vec![None, Some("1.0".parse().unwrap())])))?.len(), 5);
    assert_eq!(ids(Offer::query().filter(Offer::RARE.eq(vec![Some(Decimal::ONE), None])))?, NONE);
    assert_eq!(Offer::query().select(Offer::PRICES).distinct().count(db)?, 4);
    assert_eq!(Offer::query().group_by(Offer::PRICES).select(count()).order_by(count().desc()).first(db)?, Some(2));
    assert_eq!(Offer::query().select(Offer::ID).order_by((Offer::PRICES, Offer::ID)).all(db)?, [5, 1, 2, 4, 3]);
    let other = ormcore::alias!(Offer);
    let equal =
        other.on(all_of((other.col(Offer::PRICES).eq(of(Offer::PRICES)), other.col(Offer::ID).ne(of(Offer::ID)))));
    assert_eq!(Offer::query().join(equal).count(db)?, 2);
    Ok(())
}

on_every_backend!(
    lists_of_decimals_are_compared_as_numbers,
    elements_are_found,
    arrays_contain_and_overlap_others,
    a_missing_array_contains_neither_something_nor_nothing,
    elements_are_counted,
    elements_of_each_type_are_found,
);
