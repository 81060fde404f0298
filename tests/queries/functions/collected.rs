//! `array_agg`: the values of many rows as an array, as a column would hold it.

use chrono::{DateTime, NaiveDate, Utc};
use ormcore::prelude::*;
use ormcore::sql::{FrameBound, count};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::refused;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "collected_mood")]
enum Mood {
    Glad,
    Sad,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "collected_crate")]
struct Crate {
    #[column(primary_key)]
    id: i64,
    texts: Vec<String>,
    notes: Vec<Option<String>>,
    reals: Vec<f64>,
    narrow: Vec<f32>,
    prices: Vec<Decimal>,
    flags: Vec<bool>,
    days: Vec<NaiveDate>,
    moments: Vec<DateTime<Utc>>,
    #[relationship]
    things: HasMany<Thing>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "collected_thing")]
struct Thing {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crate::ID)]
    crate_id: i64,
    #[column(name = "the \"text\"")]
    text: String,
    note: Option<String>,
    real: f64,
    narrow: f32,
    small: i8,
    count: i64,
    flag: bool,
    price: Decimal,
    day: NaiveDate,
    at: DateTime<Utc>,
    key: Uuid,
    mood: Mood,
    data: serde_json::Value,
}

const TEXTS: [&str; 8] = ["plain", "", "a,b", "\"quoted\" \\ back", "{null}", "NULL", "日\u{1}\n'é", "[1,2]"];

fn thing(row: usize, text: &str) -> Draft<Thing> {
    let real = [0.0, 2.0, -1.5, 1e300, 5e-324, 0.1, -7.0, 1e15][row];
    let narrow = [0.0, 2.0, 0.1, 1e30, -0.5, 3.25, -7.0, 1e15][row];
    let price: Decimal = ["1", "1.05", "-0.25", "10", "9.5", "0", "100", "7"][row].parse().unwrap();
    let at = DateTime::from_timestamp_micros(row as i64 * 86_400_000_001 - 1).unwrap();
    let (small, count, flag) = (row as i8 - 3, i64::MAX - row as i64, row.is_multiple_of(3));
    let mood = if row.is_multiple_of(2) { Mood::Glad } else { Mood::Sad };
    let key = Uuid::from_u128(row as u128 * 7);
    let data = serde_json::json!({ "row": row, "texts": [text, null] });
    Thing::new(1, text, real, narrow, small, count, flag, price, at.date_naive(), at, key, mood, data)
        .with(|thing| thing.note = (row.is_multiple_of(2)).then(|| text.to_string()))
}

/// One crate with all things, and one with none.
fn fill(db: &Database) -> ormcore::Result<Vec<Thing>> {
    db.create_tables::<(Crate, Thing)>()?;
    let empty = || Crate::new([""; 0], vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    Crate::insert_all([empty(), empty()], db)?;
    Thing::insert_all(TEXTS.into_iter().enumerate().map(|(row, text)| thing(row, text)), db)
}

macro_rules! collected {
    ($db:expr, $rows:expr, $($column:ident $field:ident)*) => {$(
        let expected: Vec<_> = $rows.iter().rev().map(|row| row.$field.clone()).collect();
        let all = Thing::query().select(Thing::$column.array_agg().order_by(Thing::ID.desc()));
        assert_eq!(all.one($db)?, expected);
        let none = Thing::query().filter(Thing::ID.lt(0)).select(Thing::$column.array_agg());
        assert!(none.one($db)?.is_empty());
    )*};
}

fn values_of_every_type_are_collected(db: &Database) -> ormcore::Result<()> {
    let rows = fill(db)?;
    collected!(db, rows, TEXT text NOTE note REAL real NARROW narrow SMALL small COUNT count FLAG flag PRICE price);
    collected!(db, rows, DAY day AT at KEY key MOOD mood DATA data);
    Ok(())
}

fn an_array_is_what_a_column_holds(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let set = (
        Crate::TEXTS.set(Crate::THINGS.aggregate(Thing::TEXT.array_agg().order_by(Thing::ID))),
        Crate::NOTES.set(Crate::THINGS.aggregate(Thing::NOTE.array_agg().order_by(Thing::ID))),
        Crate::REALS.set(Crate::THINGS.aggregate(Thing::REAL.array_agg().order_by(Thing::ID))),
        Crate::NARROW.set(Crate::THINGS.aggregate(Thing::NARROW.array_agg().order_by(Thing::ID))),
        Crate::PRICES.set(Crate::THINGS.aggregate(Thing::PRICE.array_agg().order_by(Thing::ID))),
        Crate::FLAGS.set(Crate::THINGS.aggregate(Thing::FLAG.array_agg().order_by(Thing::ID))),
        Crate::DAYS.set(Crate::THINGS.aggregate(Thing::DAY.array_agg().order_by(Thing::ID))),
        Crate::MOMENTS.set(Crate::THINGS.aggregate(Thing::AT.array_agg().order_by(Thing::ID))),
    );
    assert_eq!(Crate::query().update(set, db)?, 2);
    assert_eq!(statements.len(), 1);
    let stored = Crate::find(1, db)?;
    assert_eq!(stored.texts, TEXTS);
    // A column that is written by the program is the same to the byte.
    let same = Crate::query()
        .filter(Crate::TEXTS.eq(stored.texts) & Crate::NOTES.eq(stored.notes) & Crate::REALS.eq(stored.reals))
        .filter(Crate::NARROW.eq(stored.narrow) & Crate::PRICES.eq(stored.prices) & Crate::FLAGS.eq(stored.flags))
        .filter(Crate::DAYS.eq(stored.days) & Crate::MOMENTS.eq(stored.moments));
    assert_eq!(same.one(db)?.id, 1);
    assert_eq!(Crate::query().filter(Crate::TEXTS.eq([""; 0]) & Crate::REALS.eq(Vec::new())).one(db)?.id, 2);
    let texts = Crate::THINGS.aggregate(Thing::TEXT.array_agg().order_by(Thing::ID));
    assert_eq!(Crate::query().filter(Crate::TEXTS.eq(texts.clone())).count(db)?, 2);
    assert_eq!(Crate::query().filter(texts.has("a,b")).one(db)?.id, 1);
    Ok(())
}

fn arrays_are_filtered_grouped_and_taken_over_windows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let notes = Thing::NOTE.array_agg().filter(Thing::NOTE.is_not_null()).order_by(Thing::ID.desc());
    let expected = [6, 4, 2, 0].map(|row| Some(TEXTS[row].to_string()));
    assert_eq!(Thing::query().select(notes).one(db)?, expected);
    let of_none = Thing::query().select((count(), Thing::TEXT.array_agg().filter(Thing::ID.lt(0))));
    assert_eq!(of_none.one(db)?, (8, vec![]));
    let by_flag = Thing::query().group_by(Thing::FLAG).order_by(Thing::FLAG);
    let groups = by_flag.select((Thing::FLAG, Thing::SMALL.array_agg().order_by(Thing::SMALL)));
    assert_eq!(groups.all(db)?, [(false, vec![-2, -1, 1, 2, 4]), (true, vec![-3, 0, 3])]);
    let sums = Thing::query().select((Thing::SMALL + 1).array_agg().order_by(Thing::ID)).one(db)?;
    assert_eq!(sums, [-2, -1, 0, 1, 2, 3, 4, 5]);
    assert_eq!(Thing::query().select(Thing::SMALL.gt(0).array_agg().order_by(Thing::ID)).one(db)?[3..5], [false, true]);
    let running =
        Thing::SMALL.array_agg().over().order_by(Thing::ID).rows(FrameBound::Preceding(1), FrameBound::CurrentRow);
    let windows = Thing::query().select(running).order_by(Thing::ID).limit(3).all(db)?;
    assert_eq!(windows, [vec![-3], vec![-3, -2], vec![-2, -1]]);
    let joined = Crate::query().left_join(Crate::THINGS).group_by(Crate::ID).order_by(Crate::ID);
    let outer = joined.select(Thing::SMALL.nullable().array_agg().order_by(Thing::ID.nullable())).all(db)?;
    assert_eq!(outer[1], [None], "a row without another has one that is NULL");
    let length = Crate::query().select(Crate::THINGS.aggregate(Thing::TEXT.array_agg()).len()).order_by(Crate::ID);
    assert_eq!(length.all(db)?, [8, 0]);
    Ok(())
}

#[derive(Row, Debug, Clone, PartialEq)]
struct Gathered {
    flag: bool,
    moods: Vec<Mood>,
    #[row(name = "the \"days\"")]
    days: Vec<NaiveDate>,
}

fn arrays_are_read_back_from_derived_rows(db: &Database) -> ormcore::Result<()> {
    let rows = fill(db)?;
    let moods = || Thing::MOOD.array_agg().order_by(Thing::ID.desc());
    let gathered = || {
        let columns =
            Gathered::columns(Thing::FLAG, moods(), Thing::DAY.array_agg().order_by((Thing::MOOD, Thing::ID)));
        Thing::query().group_by(Thing::FLAG).select(columns)
    };
    for query in [gathered().derived(), gathered().common_table()] {
        let flagged = query.clone().filter(Gathered::MOODS.len().eq(3)).one(db)?;
        assert_eq!((flagged.flag, flagged.moods), (true, vec![Mood::Glad, Mood::Sad, Mood::Glad]));
        assert_eq!(query.clone().filter(Gathered::MOODS.has(Mood::Sad)).count(db)?, 2);
        assert_eq!(query.clone().filter(Gathered::DAYS.has(rows[0].day)).select(Gathered::FLAG).all(db)?, [true]);
    }
    assert_eq!(gathered().union(gathered()).all(db)?.len(), 2);
    let alternating = moods().eq(vec![Mood::Glad, Mood::Sad, Mood::Glad]);
    assert!(gathered().having(alternating).one(db)?.flag);
    Ok(())
}

/// A row that is not counted neither enters a window nor leaves it.
fn windows_move_over_rows_that_are_filtered(db: &Database) -> ormcore::Result<()> {
    let rows = fill(db)?;
    let windows = |start, end| {
        let moods = Thing::MOOD.array_agg().filter(Thing::ID.ne(2)).over().order_by(Thing::ID).rows(start, end);
        let prices = Thing::PRICE.array_agg().over().order_by(Thing::ID).rows(start, end);
        Thing::query().filter(Thing::ID.le(4)).select((moods, prices)).order_by(Thing::ID).all(db)
    };
    let moods = |list: &[usize]| list.iter().map(|row| rows[*row].mood).collect::<Vec<_>>();
    let prices = |list: &[usize]| list.iter().map(|row| rows[*row].price).collect::<Vec<_>>();
    let before = [(&[0][..], &[0][..]), (&[0], &[0, 1]), (&[2], &[1, 2]), (&[2, 3], &[2, 3])];
    let expected = before.map(|(counted, all)| (moods(counted), prices(all)));
    assert_eq!(windows(FrameBound::Preceding(1), FrameBound::CurrentRow)?, expected);
    let behind = [(&[2][..], &[1, 2][..]), (&[2, 3], &[2, 3]), (&[3], &[3]), (&[], &[])];
    let expected = behind.map(|(counted, all)| (moods(counted), prices(all)));
    assert_eq!(windows(FrameBound::Following(1), FrameBound::Following(2))?, expected);
    Ok(())
}

fn equal_values_are_left_out_by_a_subquery_only(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let said = refused(Thing::query().select(Thing::FLAG.array_agg().distinct()).one(db));
    assert!(said.contains("`distinct` of `array_agg`"), "{said}");
    Ok(())
}

on_every_backend!(
    values_of_every_type_are_collected,
    an_array_is_what_a_column_holds,
    arrays_are_filtered_grouped_and_taken_over_windows,
    arrays_are_read_back_from_derived_rows,
    windows_move_over_rows_that_are_filtered,
    equal_values_are_left_out_by_a_subquery_only,
);
