//! Which rows a query chooses among those that agree, and rows that are locked.

use ormcore::prelude::*;
use ormcore::sql::of;
use ormcore_tests::{is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Edition {
    #[column(primary_key)]
    id: i64,
    author: String,
    title: Option<String>,
    year: i32,
    #[relationship]
    copies: HasMany<Copy>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Copy {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Edition::ID)]
    edition_id: i64,
    shelf: String,
}

fn editions(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Edition, Copy)>()?;
    let edition = |author: &str, title: Option<&str>, year| {
        Edition::new(author, year).with(|edition| edition.title = title.map(Into::into))
    };
    let all = [
        edition("ann", Some("a"), 2001),
        edition("bob", None, 1999),
        edition("ann", Some("b"), 2003),
        edition("bob", None, 2005),
        edition("ann", Some("a"), 2002),
        edition("cy", Some("a"), 1990),
    ];
    for edition in Edition::insert_all(all, db)? {
        Copy::insert_all((0..2).map(|number| Copy::new(&edition, format!("shelf {number}"))), db)?;
    }
    Ok(())
}

fn ids(query: Query<Edition>, db: &Database) -> ormcore::Result<Vec<i64>> {
    let counted = query.clone().count(db)?;
    assert_eq!(query.clone().exists(db)?, counted > 0);
    let rows = query.all(db)?;
    assert_eq!(rows.len() as u64, counted);
    Ok(rows.into_iter().map(|edition| edition.id).collect())
}

fn the_first_of_each_is_given_in_the_order_of_the_query(db: &Database) -> ormcore::Result<()> {
    editions(db)?;
    let by_author = || Edition::query().distinct_on(Edition::AUTHOR);
    assert_eq!(ids(by_author().order_by(Edition::YEAR.desc()), db)?, [4, 3, 6]);
    assert_eq!(ids(by_author().order_by(Edition::YEAR), db)?, [6, 2, 1]);
    assert_eq!(ids(by_author().order_by((Edition::AUTHOR, Edition::ID.desc())), db)?, [5, 4, 6]);
    let pairs = Edition::query().distinct_on((Edition::AUTHOR, Edition::TITLE)).order_by(Edition::ID);
    assert_eq!(ids(pairs, db)?, [1, 2, 3, 6], "two NULLs agree");
    Ok(())
}

fn conditions_limits_and_loads_count_what_is_chosen(db: &Database) -> ormcore::Result<()> {
    editions(db)?;
    let last = || Edition::query().distinct_on(Edition::AUTHOR).order_by(Edition::YEAR.desc());
    assert_eq!(ids(last().limit(2), db)?, [4, 3]);
    assert_eq!(ids(last().limit(2).offset(1), db)?, [3, 6]);
    assert_eq!(ids(last().offset(3), db)?, [0; 0]);
    assert_eq!(ids(last().filter(Edition::YEAR.lt(2003)), db)?, [5, 2, 6]);
    for strategy in [Edition::COPIES.joined(), Edition::COPIES.selectin(), Edition::COPIES.subquery()] {
        let rows = last().limit(2).with(strategy).all(db)?;
        let shown: Vec<_> = rows.iter().map(|row| (row.id, row.copies.loaded().map(<[Copy]>::len))).collect();
        assert_eq!(shown, [(4, Some(2)), (3, Some(2))]);
    }
    Ok(())
}

fn only_what_is_chosen_is_written(db: &Database) -> ormcore::Result<()> {
    editions(db)?;
    let first = || Edition::query().distinct_on(Edition::AUTHOR).order_by(Edition::YEAR);
    assert_eq!(first().update(Edition::YEAR.set(1900), db)?, 3);
    assert_eq!(ids(Edition::query().filter(Edition::YEAR.eq(1900)).order_by(Edition::ID), db)?, [1, 2, 6]);
    Copy::query().delete(db)?;
    assert_eq!(first().delete(db)?, 3);
    assert_eq!(ids(Edition::query().order_by(Edition::ID), db)?, [3, 4, 5]);
    Ok(())
}

fn rows_that_another_transaction_has_locked_are_skipped_or_refused(db: &Database) -> ormcore::Result<()> {
    editions(db)?;
    let next = || Edition::query().order_by(Edition::ID).limit(2);
    db.transaction(|tx| {
        let mine: Vec<_> = next().for_update().all(tx)?.into_iter().map(|edition| edition.id).collect();
        assert_eq!(mine, [1, 2]);
        if is_sqlite(db) {
            // Nobody else writes while this transaction is open.
            return Ok(());
        }
        assert_eq!(db.transaction(|other| next().skip_locked().all(other))?[0].id, 3);
        let error = db.transaction(|other| next().nowait().all(other)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
        assert_eq!(db.transaction(|other| next().with(Edition::COPIES.joined()).skip_locked().all(other))?[0].id, 3);
        // Writes pass over them, or are refused, as reads are; a limit is kept.
        let few = || Edition::query().filter(Edition::ID.le(3));
        let error = db.transaction(|other| few().nowait().update(Edition::YEAR.set(1), other)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
        assert_eq!(few().skip_locked().update(Edition::YEAR.set(Edition::YEAR + 1), db)?, 1);
        let taken = Edition::query().order_by(Edition::ID).limit(1).skip_locked().returning(Edition::ID);
        assert_eq!(taken.update(Edition::YEAR.set(1), db)?, [3]);
        Ok(())
    })?;
    db.transaction(|tx| {
        assert_eq!(next().for_share().with(Edition::COPIES.joined()).all(tx)?.len(), 2);
        assert_eq!(next().for_share().with(Edition::COPIES.subquery()).all(tx)?.len(), 2);
        if !is_sqlite(db) {
            assert_eq!(db.transaction(|other| next().for_share().nowait().all(other))?.len(), 2);
            assert!(db.transaction(|other| next().for_update().nowait().all(other)).is_err());
        }
        let taken = next().skip_locked().update(Edition::YEAR.set(1), tx)?;
        assert_eq!(taken, 2);
        assert_eq!(next().for_update().returning(Edition::ID).update(Edition::YEAR.set(1), tx)?, [1, 2]);
        let joined = Edition::query().join(Edition::COPIES).filter(Edition::ID.eq(1)).skip_locked();
        assert_eq!(joined.update(Edition::TITLE.set(of(Copy::SHELF)), tx)?, 1);
        Ok(())
    })?;
    let both = Edition::query().distinct().for_update().all(db).unwrap_err();
    assert!(both.to_string().contains("cannot be locked"), "{both}");
    Ok(())
}

on_every_backend!(
    the_first_of_each_is_given_in_the_order_of_the_query,
    conditions_limits_and_loads_count_what_is_chosen,
    only_what_is_chosen_is_written,
    rows_that_another_transaction_has_locked_are_skipped_or_refused,
);
