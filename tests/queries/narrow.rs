//! Columns of `f32`: what the database computes for them has no more digits than they have.

use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{case, of, proposed};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    score: f32,
    rest: Option<f32>,
    #[column(foreign_key = Measure::ID)]
    measure_id: Option<i64>,
    #[relationship]
    measure: BelongsTo<Measure>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Measure {
    #[column(primary_key)]
    id: i64,
    wide: f64,
    whole: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Given {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "0.1")]
    tenth: f32,
    #[column(server_default = "-16777217")]
    odd: f32,
    #[column(server_default = "0.5")]
    half: f32,
    #[column(server_default = "1.0 / 3")]
    third: Option<f32>,
    #[column(server_default = "'0.7'")]
    text: f32,
    #[column(server_default = "NULL")]
    nothing: Option<f32>,
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Measure)>()?;
    let measure = Measure::new(0.1, 16_777_217).insert(db)?;
    Item::insert_all(["a", "b"].map(|name| Item::new(name, 0.7).set(Item::MEASURE_ID, &measure)), db)?;
    Ok(())
}

/// Checks that all items have the score, and are found by it.
#[track_caller]
fn all_score(expected: f32, db: &Database) -> ormcore::Result<()> {
    let rows = Item::query().order_by(Item::ID).all(db)?;
    assert!(!rows.is_empty() && rows.iter().all(|row| row.score == expected), "{expected}: {rows:?}");
    assert_eq!(Item::query().filter(Item::SCORE.eq(expected)).order_by(Item::ID).all(db)?, rows);
    assert!(!Item::query().filter(Item::SCORE.gt(expected).or(Item::SCORE.lt(expected))).exists(db)?);
    Ok(())
}

fn what_an_update_computes_is_found_by_its_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let given = Item::query().returning(Item::SCORE).update(Item::SCORE.set(Item::SCORE * 0.3), db)?;
    assert_eq!(given, [0.210_000_01_f32, 0.210_000_01]);
    all_score(0.210_000_01, db)?;
    Item::query().update((Item::SCORE.set((Item::SCORE * 1.5).round(2)), Item::REST.set(Item::SCORE)), db)?;
    all_score(0.32, db)?;
    assert_eq!(Item::query().filter(Item::REST.eq(0.210_000_01_f32)).count(db)?, 2);
    Item::query().update(Item::REST.set(Item::REST + None::<f32>), db)?;
    assert_eq!(Item::query().filter(Item::REST.is_null()).count(db)?, 2);
    Ok(())
}

fn what_is_rounded_equals_what_it_gives(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Item::query().update(Item::REST.set(0.26_f32), db)?;
    for (found, expected) in [
        (Item::query().filter(Item::SCORE.round(1).eq(0.7)), 2),
        (Item::query().filter(Item::SCORE.round(1).gt(0.7)), 0),
        (Item::query().filter(Item::SCORE.round(1).is_in([0.7, 0.8])), 2),
        (Item::query().filter(Item::SCORE.round(1).eq(Item::SCORE)), 2),
        (Item::query().filter(Item::REST.round(1).eq(0.3)), 2),
        (Item::query().filter(Item::REST.round(1).lt(0.3)), 0),
        (Item::query().filter((Item::SCORE * 0.3).round(2).eq(0.21)), 2),
        (Item::query().filter(Item::REST.round(0).eq(None)), 0),
    ] {
        assert_eq!(found.clone().count(db)?, expected, "{found:?}");
    }
    assert_eq!(Measure::query().filter(Measure::WIDE.round(1).eq(0.1)).count(db)?, 1);
    Ok(())
}

fn what_is_cast_equals_what_it_gives(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let tenth = || Measure::WIDE.cast::<f32>();
    assert_eq!(Measure::query().select((tenth(), Measure::WHOLE.cast::<f32>())).one(db)?, (0.1, 16_777_216.0));
    for (found, expected) in [
        (tenth().eq(0.1), 1),
        (tenth().gt(0.1), 0),
        (tenth().is_in([0.1, 0.2]), 1),
        (Measure::WHOLE.cast::<f32>().eq(16_777_216.0), 1),
        (Measure::WHOLE.cast::<f32>().gt(16_777_216.0), 0),
        (Measure::WIDE.cast::<f64>().eq(0.1), 1),
    ] {
        let found = Measure::query().filter(found);
        assert_eq!(found.clone().count(db)?, expected, "{found:?}");
    }
    Item::query().update(Item::SCORE.set(0.1), db)?;
    assert_eq!(Item::query().join(Item::MEASURE).filter(Item::SCORE.eq(of(tenth()))).count(db)?, 2);
    Measure::query().update(Measure::WIDE.set(1e300), db)?;
    assert!(Measure::query().select(tenth()).all(db).is_err());
    Ok(())
}

fn pages_of_what_is_computed_end(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Item::query().update(Item::SCORE.set(Item::SCORE * 0.3), db)?;
    let (mut names, mut next) = (Vec::new(), None);
    for _ in 0..2 {
        let page = Item::query().order_by(Item::SCORE).page_after(next.as_ref(), 1, db)?;
        names.extend(page.items.into_iter().map(|item| item.name));
        next = page.next;
    }
    assert_eq!(names, ["a", "b"]);
    assert!(next.is_none());
    Ok(())
}

fn values_of_other_tables_are_found_by_their_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let measured = || Item::query().join(Item::MEASURE);
    measured().update(Item::SCORE.set(of(Measure::WIDE)), db)?;
    all_score(0.1, db)?;
    measured().update(Item::SCORE.set(of(Measure::WHOLE)), db)?;
    all_score(16_777_216.0, db)?;
    Item::query().update(Item::SCORE.set(Measure::query().select(Measure::WIDE.max()).scalar()), db)?;
    all_score(0.1, db)
}

fn what_an_upsert_computes_is_found_by_its_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let upsert = Item::on_conflict(Item::NAME).do_update(Item::SCORE.set(Item::SCORE * 0.3 + proposed(Item::SCORE)));
    let rows = upsert.insert_all([Item::new("a", 0.1), Item::new("b", 0.1)], db)?;
    assert_eq!([rows[0].score, rows[1].score], [0.31_f32, 0.31]);
    all_score(0.31, db)
}

fn what_is_inserted_from_a_query_is_found_by_its_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Item::query().delete(db)?;
    let into = (Item::NAME, Item::SCORE);
    let tenths = |name: &'static str| {
        let name = case().when(Measure::ID.lt(0), "none").otherwise(name);
        Measure::query().select((name, Measure::WIDE.cast::<f32>()))
    };
    assert_eq!(Item::insert_from(into, tenths("plain"), db)?, 1);
    assert_eq!(Item::insert_from(into, tenths("distinct").distinct(), db)?, 1);
    assert_eq!(Item::insert_from(into, tenths("one").union(tenths("other")), db)?, 2);
    all_score(0.1, db)
}

fn what_is_distinct_is_told_by_what_is_selected(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Item::query().delete(db)?;
    db.create_tables::<(Loose,)>()?;
    Measure::query().delete(db)?;
    Measure::insert_all([0.1, 0.1, 0.1 + 1e-12].map(|wide| Measure::new(wide, 1)), db)?;
    // Its type is said, and not made, so that two of the rows differ only before they are written.
    let tenths = || Measure::query().select(sql!(f32: "{}", Measure::WIDE));
    assert_eq!(Loose::insert_from(Loose::SCORE, tenths().distinct(), db)?, 2);
    assert_eq!(Loose::insert_from(Loose::SCORE, tenths().union(tenths()), db)?, 2);
    assert_eq!(Loose::query().filter(Loose::SCORE.eq(0.1)).count(db)?, 4);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Loose {
    #[column(primary_key)]
    id: i64,
    score: f32,
}

fn defaults_of_the_database_are_found_by_their_value(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Given,)>()?;
    let row = Given::new().insert(db)?;
    let expected = Given {
        id: row.id,
        tenth: 0.1,
        odd: -16_777_216.0,
        half: 0.5,
        third: Some(0.333_333_34),
        text: 0.7,
        nothing: None,
    };
    assert_eq!(row, expected);
    let literals = Given::TENTH.eq(0.1).and(Given::ODD.eq(-16_777_216.0)).and(Given::HALF.eq(0.5));
    let others = Given::THIRD.eq(0.333_333_34).and(Given::TEXT.eq(0.7)).and(Given::NOTHING.is_null());
    let same = Given::query().filter(literals).filter(others);
    assert_eq!(same.one(db)?, expected);
    Ok(())
}

fn what_is_too_large_is_an_error(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert!(Item::query().update(Item::SCORE.set(Item::SCORE * f32::MAX * 2.0), db).is_err());
    all_score(0.7, db)
}

on_every_backend!(
    what_is_rounded_equals_what_it_gives,
    what_an_update_computes_is_found_by_its_value,
    what_is_cast_equals_what_it_gives,
    pages_of_what_is_computed_end,
    values_of_other_tables_are_found_by_their_value,
    what_an_upsert_computes_is_found_by_its_value,
    what_is_inserted_from_a_query_is_found_by_its_value,
    what_is_distinct_is_told_by_what_is_selected,
    defaults_of_the_database_are_found_by_their_value,
    what_is_too_large_is_an_error,
);
