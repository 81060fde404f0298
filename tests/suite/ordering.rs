//! Order, limit, offset, distinct.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[column(primary_key)]
    id: i64,
    name: String,
    rank: Option<i32>,
    weight: f64,
    done: bool,
}

fn entries(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Entry>()?;
    let entry = |name: &str, rank, weight, done| Entry::new(name, weight, done).with(|entry| entry.rank = rank);
    Entry::insert_all(
        [
            entry("b", Some(2), 0.5, true),
            entry("a", None, -1.5, false),
            entry("c", Some(-1), 10.0, true),
            entry("a", Some(10), 2.0, false),
            entry("Z", None, 0.0, true),
            entry("é", Some(2), 3.0, false),
        ],
        db,
    )?;
    Ok(())
}

/// The ids that the query gives.
fn ids(query: Query<Entry>, db: &Database) -> ormcore::Result<Vec<i64>> {
    Ok(query.all(db)?.into_iter().map(|entry| entry.id).collect())
}

fn rows_come_in_the_order_of_a_column(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    assert_eq!(ids(Entry::query().order_by(Entry::WEIGHT), db)?, [2, 5, 1, 4, 6, 3]);
    assert_eq!(ids(Entry::query().order_by(Entry::WEIGHT.asc()), db)?, [2, 5, 1, 4, 6, 3]);
    assert_eq!(ids(Entry::query().order_by(Entry::WEIGHT.desc()), db)?, [3, 6, 4, 1, 5, 2]);
    Ok(())
}

fn text_is_ordered_by_code_points(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    assert_eq!(ids(Entry::query().order_by((Entry::NAME, Entry::ID)), db)?, [5, 2, 4, 1, 3, 6]);
    Ok(())
}

fn what_is_equal_is_ordered_by_the_next(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    let expected = [3, 1, 5, 6, 4, 2];
    let tuple = Entry::query().order_by((Entry::DONE.desc(), Entry::WEIGHT.desc()));
    assert_eq!(ids(tuple, db)?, [3, 1, 5, 6, 4, 2]);
    let calls = Entry::query().order_by(Entry::DONE.desc()).order_by(Entry::WEIGHT.desc());
    assert_eq!(ids(calls, db)?, expected);
    let first_wins = Entry::query().order_by(Entry::ID).order_by(Entry::ID.desc());
    assert_eq!(ids(first_wins, db)?, [1, 2, 3, 4, 5, 6]);
    Ok(())
}

fn nulls_come_first_going_up_and_last_going_down(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    let up = Entry::query().order_by((Entry::RANK, Entry::ID));
    assert_eq!(ids(up, db)?, [2, 5, 3, 1, 6, 4]);
    let down = Entry::query().order_by((Entry::RANK.desc(), Entry::ID));
    assert_eq!(ids(down, db)?, [4, 1, 6, 3, 2, 5]);
    Ok(())
}

fn nulls_come_where_the_query_says(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    for (order, expected) in [
        (Entry::RANK.asc().nulls_first(), [2, 5, 3, 1, 6, 4]),
        (Entry::RANK.asc().nulls_last(), [3, 1, 6, 4, 2, 5]),
        (Entry::RANK.desc().nulls_first(), [2, 5, 4, 1, 6, 3]),
        (Entry::RANK.desc().nulls_last(), [4, 1, 6, 3, 2, 5]),
    ] {
        let text = format!("{order:?}");
        assert_eq!(ids(Entry::query().order_by((order, Entry::ID)), db)?, expected, "{text}");
    }
    Ok(())
}

fn rows_are_ordered_by_what_is_computed(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    assert_eq!(ids(Entry::query().order_by((Entry::ID % 3, Entry::ID)), db)?, [3, 6, 1, 4, 2, 5]);
    assert_eq!(ids(Entry::query().order_by((Entry::WEIGHT * Entry::WEIGHT).desc()), db)?, [3, 6, 4, 2, 1, 5]);
    let ranked_first = Entry::query().order_by((Entry::RANK.is_null().asc(), Entry::ID));
    assert_eq!(ids(ranked_first, db)?, [1, 3, 4, 6, 2, 5]);
    Ok(())
}

fn limit_and_offset_cut(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    let all = Entry::query().order_by(Entry::ID);
    assert_eq!(ids(all.clone().limit(2), db)?, [1, 2]);
    assert_eq!(ids(all.clone().offset(4), db)?, [5, 6]);
    assert_eq!(ids(all.clone().limit(2).offset(1), db)?, [2, 3]);
    assert_eq!(ids(all.clone().limit(2).limit(1), db)?, [1], "the last limit holds");
    assert_eq!(ids(all.clone().limit(0), db)?, [0; 0]);
    assert_eq!(ids(all.clone().offset(0), db)?.len(), 6);
    assert_eq!(ids(all.clone().offset(6), db)?, [0; 0]);
    Ok(())
}

fn huge_limits_and_offsets_are_no_errors(db: &Database) -> ormcore::Result<()> {
    entries(db)?;
    for huge in [i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        assert_eq!(Entry::query().limit(huge).all(db)?.len(), 6);
        assert_eq!(Entry::query().offset(huge).all(db)?.len(), 0);
        assert_eq!(Entry::query().limit(huge).offset(huge).count(db)?, 0);
        assert_eq!(Entry::query().limit(huge).offset(1).count(db)?, 5);
    }
    Ok(())
}

fn distinct_gives_equal_rows_once(db: &Database) -> ormcore::Result<()> {
    /// A view of a table without its key: rows may be equal.
    #[derive(Model, Debug, PartialEq)]
    #[model(table = "entry", read_only)]
    struct Named {
        name: String,
        done: bool,
    }

    entries(db)?;
    assert_eq!(Named::query().count(db)?, 6);
    assert_eq!(Named::query().distinct().count(db)?, 5);
    let names: Vec<_> =
        Named::query().distinct().order_by(Named::NAME).all(db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["Z", "a", "b", "c", "é"]);
    assert_eq!(Named::query().distinct().limit(2).count(db)?, 2);
    assert_eq!(Named::query().distinct().offset(3).count(db)?, 2);
    assert_eq!(Named::query().distinct().filter_by(Named::NAME, "a").count(db)?, 1);
    assert!(Named::query().distinct().exists(db)?);
    assert_eq!(Entry::query().distinct().count(db)?, 6, "the key makes them different");
    Ok(())
}

on_every_backend!(
    rows_come_in_the_order_of_a_column,
    text_is_ordered_by_code_points,
    what_is_equal_is_ordered_by_the_next,
    nulls_come_first_going_up_and_last_going_down,
    nulls_come_where_the_query_says,
    rows_are_ordered_by_what_is_computed,
    limit_and_offset_cut,
    huge_limits_and_offsets_are_no_errors,
    distinct_gives_equal_rows_once,
);
