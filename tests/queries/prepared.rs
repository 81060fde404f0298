//! Queries that are written once and run with other values each time.

use std::cell::Cell;
use std::sync::LazyLock;

use ormcore::prelude::*;
use ormcore::query::{Param, Prepared, prepare};
use ormcore::sql::{coalesce, count, exists, of};
use ormcore_tests::on_every_backend;

use crate::refused;
use crate::shop::{Customer, Purchase, fill};

static OF_CUSTOMER: LazyLock<Prepared<(i64, f64), Query<Purchase>>> = LazyLock::new(|| {
    prepare(|(customer, least): (Param<i64>, Param<f64>)| {
        Purchase::query()
            .filter(Purchase::PIECES.lt(1000))
            .filter(Purchase::AMOUNT.ge(least))
            .filter_by(Purchase::CUSTOMER_ID, customer)
            .order_by(Purchase::ID)
    })
});

fn a_prepared_query_runs_with_other_values_each_time(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ids = |customer: i64, least: f64| {
        let rows = OF_CUSTOMER.all((customer, least), db)?;
        ormcore::Result::Ok(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    };
    let statements = db.record();
    assert_eq!(ids(1, 5.0)?, [1, 2]);
    assert_eq!(ids(2, 5.0)?, [4]);
    assert_eq!(ids(9, 0.0)?, [0; 0]);
    let texts = statements.texts();
    assert!(texts.len() == 3 && texts[0] == texts[1] && texts[1] == texts[2], "{texts:?}");
    Ok(())
}

fn a_prepared_query_has_the_text_of_the_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    Purchase::query()
        .filter((Purchase::PIECES + 5).gt(2))
        .filter(Purchase::AMOUNT.ge(0.5))
        .filter(coalesce(Purchase::NOTE, "none").ne("x"))
        .filter(Purchase::NOTE.length().is_distinct_from(7))
        .all(db)?;
    type Places = (Param<i32>, Param<i32>, Param<f64>, Param<String>, Param<i64>);
    let prepared = prepare(|(more, least, amount, note, length): Places| {
        Purchase::query()
            .filter((Purchase::PIECES + more).gt(least))
            .filter(Purchase::AMOUNT.ge(amount))
            .filter(coalesce(Purchase::NOTE, "none").ne(note))
            .filter(Purchase::NOTE.length().is_distinct_from(length))
    });
    prepared.all((5, 2, 0.5, "x", 7), db)?;
    let texts = statements.texts();
    assert_eq!(texts[0], texts[1]);
    Ok(())
}

fn every_ending_takes_the_values(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let named = prepare(|name: Param<String>| Customer::query().filter(Customer::NAME.eq(name)));
    assert_eq!(named.one("cy", db)?.id, 3);
    assert_eq!(named.one_or_none("nobody", db)?, None);
    assert!(named.one("it's", db).unwrap_err().is_not_found());
    let rich = prepare(|least: Param<f64>| Purchase::query().filter(Purchase::AMOUNT.gt(least)).order_by(Purchase::ID));
    assert_eq!(rich.first(5.0, db)?.map(|row| row.id), Some(1));
    assert!(matches!(rich.one(5.0, db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    db.transaction(|tx| {
        assert_eq!(named.all("ann", tx)?.len(), 1);
        Ok(())
    })
}

fn what_is_selected_is_prepared_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let sums = prepare(|(pieces, purchases): (Param<i32>, Param<i64>)| {
        Purchase::query()
            .filter(Purchase::PIECES.ge(pieces))
            .group_by(Purchase::CUSTOMER_ID)
            .select((Purchase::CUSTOMER_ID, Purchase::AMOUNT.sum()))
            .having(count().ge(purchases))
            .order_by(Purchase::CUSTOMER_ID)
    });
    assert_eq!(sums.all((2, 2), db)?, [(1, Some(25.0)), (3, Some(14.5))]);
    assert_eq!(sums.all((10, 1), db)?, [(2, Some(100.0))]);
    let computed =
        prepare(|more: Param<i32>| Purchase::query().select(Purchase::PIECES + more).order_by(Purchase::ID).limit(1));
    assert_eq!(computed.one(41, db)?, 42);
    let buys = prepare(|note: Param<Option<String>>| {
        let noted = Purchase::query()
            .correlated::<Customer>()
            .filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)))
            .filter(Purchase::NOTE.is_not_distinct_from(note));
        Customer::query().filter(exists(noted)).order_by(Customer::ID)
    });
    let names = |note: Option<&str>| {
        let rows = buys.all(note.map(str::to_string), db)?;
        ormcore::Result::Ok(rows.into_iter().map(|row| row.name).collect::<Vec<_>>())
    };
    assert_eq!(names(Some("gift"))?, ["ann", "cy"]);
    assert_eq!(names(None)?, ["ann", "bob", "cy"]);
    Ok(())
}

fn hostile_values_are_values(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let named = prepare(|name: Param<String>| Customer::query().filter(Customer::NAME.eq(name)));
    for name in ["' OR 1 = 1 --", "?", "$1", "\"", "{}"] {
        assert_eq!(named.all(name, db)?.len(), 0, "{name}");
        let row = Customer::new(name).insert(db)?;
        assert_eq!(named.one(name, db)?, row);
    }
    Ok(())
}

fn one_prepared_query_serves_many_threads(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let named = prepare(|name: Param<String>| Customer::query().filter(Customer::NAME.eq(name)));
    std::thread::scope(|scope| {
        let named = &named;
        let threads: Vec<_> = ["ann", "bob", "cy", "dan"]
            .map(|name| scope.spawn(move || (0..50).all(|_| named.one(name, db).is_ok_and(|row| row.name == name))))
            .into();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    });
    Ok(())
}

thread_local! {
    static TENANT: Cell<i64> = const { Cell::new(1) };
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = || Doc::TENANT.eq(TENANT.get()))]
struct Doc {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    title: String,
    #[relationship(lazy = "selectin")]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "prepared_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Doc::ID)]
    doc_id: i64,
}

fn a_default_scope_is_asked_at_each_run(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Doc, Note)>()?;
    let docs = Doc::insert_all([Doc::new(1, "a"), Doc::new(2, "a"), Doc::new(2, "b")], db)?;
    Note::insert_all(docs.iter().map(Note::new), db)?;
    let titled = prepare(|title: Param<String>| Doc::query().filter(Doc::TITLE.eq(title)).select(Doc::ID));
    let noted = prepare(|id: Param<i64>| {
        let docs = Doc::query().select(Doc::ID);
        Note::query().filter(Note::ID.ge(id)).filter(Note::DOC_ID.is_in(docs)).order_by(Note::ID).select(Note::DOC_ID)
    });
    for _ in 0..2 {
        TENANT.set(1);
        assert_eq!((titled.all("a", db)?, noted.all(0, db)?), (vec![1], vec![1]));
        TENANT.set(2);
        assert_eq!((titled.all("a", db)?, noted.all(0, db)?), (vec![2], vec![2, 3]));
    }
    let unscoped = prepare(|title: Param<String>| Doc::query().unscoped().filter(Doc::TITLE.eq(title)).select(Doc::ID));
    assert_eq!(unscoped.all("a", db)?.len(), 2);

    let loading = prepare(|title: Param<String>| Doc::query().filter(Doc::TITLE.eq(title)));
    let error = refused(loading.all("a", db));
    assert!(error.contains("`Doc` declares relationships") && error.contains("Doc::all_columns()"), "{error}");
    let whole = prepare(|title: Param<String>| Doc::query().filter(Doc::TITLE.eq(title)).select(Doc::all_columns()));
    assert_eq!(whole.one("b", db)?.id, 3);
    Ok(())
}

fn a_place_outside_of_a_prepared_query_is_refused(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (leak, leaked) = std::sync::mpsc::channel();
    let _ = prepare(move |name: Param<String>| {
        leak.send(name).unwrap();
        Customer::query()
    });
    let leaked = leaked.recv().unwrap();
    let query = || Customer::query().filter(Customer::NAME.eq(leaked));
    let refused = |error: ormcore::Error| assert!(error.to_string().contains("`prepare`"), "{error}");
    refused(query().all(db).unwrap_err());
    refused(query().count(db).unwrap_err());
    refused(query().delete(db).unwrap_err());
    refused(query().select(Customer::ID).all(db).unwrap_err());
    let loads = prepare(|id: Param<i64>| Customer::query().filter(Customer::ID.eq(id)).with(Customer::PURCHASES));
    let error = loads.all(1, db).unwrap_err().to_string();
    assert!(error.contains("leave out `.with(..)`"), "{error}");
    Ok(())
}

on_every_backend!(
    a_prepared_query_runs_with_other_values_each_time,
    a_prepared_query_has_the_text_of_the_query,
    every_ending_takes_the_values,
    what_is_selected_is_prepared_too,
    hostile_values_are_values,
    one_prepared_query_serves_many_threads,
    a_default_scope_is_asked_at_each_run,
    a_place_outside_of_a_prepared_query_is_refused,
);
