//! Recordings: which statements count, how often they ran, how many rows they gave.

use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(unique)]
    code: Option<i64>,
    weight: Option<f64>,
}

fn each_statement_is_recorded_with_its_rows(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let statements = db.record();
    assert!(statements.is_empty());
    let mut book = Book::new("a").insert(db)?;
    book.title = "b".into();
    book.update(db)?;
    Book::get(book.id, db)?;
    Book::get(999, db)?;
    Book::all(db)?;
    db.execute("UPDATE book SET title = 'c'", ())?;
    db.query_as::<(i64,)>("SELECT 1 UNION SELECT 2", ())?;
    book.delete(db)?;
    let entries = statements.entries();
    assert_eq!(entries.iter().map(|entry| entry.rows).collect::<Vec<_>>(), [1, 1, 1, 0, 1, 1, 2, 1]);
    assert!(entries.iter().all(|entry| entry.executions == 1 && entry.parameters.is_none()));
    let verbs: Vec<_> = entries.iter().map(|entry| entry.sql.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["INSERT", "UPDATE", "SELECT", "SELECT", "SELECT", "UPDATE", "SELECT", "DELETE"]);
    Ok(())
}

fn one_statement_for_many_rows_is_one_entry_with_its_count(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let statements = db.record();
    Book::insert_all((0..250).map(|number| Book::new(format!("book {number}"))), db)?;
    let entries = statements.entries();
    assert_eq!(entries.len(), 1, "{:?}", statements.texts());
    // Arrays carry all rows at once.
    let executions = if is_sqlite(db) { 250 } else { 1 };
    assert_eq!((entries[0].rows, entries[0].executions), (250, executions));
    Ok(())
}

fn transactions_and_savepoints_are_not_statements(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let statements = db.record();
    db.transaction(|tx| tx.transaction(|inner| inner.transaction(|_| Ok(()))))?;
    let undone: ormcore::Result<()> = db.transaction(|_| Err(Error::rollback("enough")));
    assert!(undone.is_err());
    db.transaction_with(TransactionOptions::new().read_only(), |_| ormcore::Result::Ok(()))?;
    drop(db.test_transaction()?);
    assert!(statements.is_empty(), "{statements:?}");
    db.transaction(|tx| tx.transaction(|inner| Book::new("a").insert(inner)))?;
    Book::insert_all([Book::new("b"), Book::new("c")], db)?;
    assert_eq!(statements.len(), 2, "{statements:?}");
    Ok(())
}

fn what_was_rolled_back_was_still_sent(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let statements = db.record();
    let tx = db.test_transaction()?;
    Book::new("a").insert(&tx)?;
    drop(tx);
    assert_eq!(statements.len(), 1);
    assert_eq!(Book::query().count(db)?, 0);
    Ok(())
}

fn a_recording_begins_when_it_is_made_and_forgets_when_told(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    Book::all(db)?;
    let first = db.record();
    Book::all(db)?;
    let second = db.clone().record();
    Book::query().count(db)?;
    assert_eq!((first.len(), second.len()), (2, 1));
    first.clear();
    assert_eq!((first.len(), second.len()), (0, 1));
    drop(second);
    let copy = first.clone();
    Book::all(db)?;
    assert_eq!((first.len(), copy.len()), (1, 1), "a clone is the same recording");
    Ok(())
}

fn statements_of_other_threads_are_recorded(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let statements = db.record();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| drop(Book::all(db).unwrap())));
        }
    });
    assert_eq!(statements.len(), 100);
    Ok(())
}

fn a_statement_that_failed_is_recorded_and_what_did_not_run_is_not(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let book = |code| Book::new("a").set(Book::CODE, code);
    book(1).insert(db)?;
    let statements = db.record();
    assert!(book(1).insert(db).is_err());
    assert!(db.execute("SELEKT", ()).is_err());
    let entries = statements.entries();
    assert_eq!(entries.iter().map(|entry| entry.rows).collect::<Vec<_>>(), [0, 0]);
    statements.clear();
    // Two statements in a row: the second is not reached.
    let missing = Book::query().filter(Book::ID.gt(0));
    db.execute("ALTER TABLE book RENAME TO gone", ())?;
    statements.clear();
    assert!(missing.paginate(1, 1, db).is_err());
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    statements.clear();
    db.execute("ALTER TABLE gone RENAME TO book", ())?;
    assert!(Book::insert_all([book(2), book(3), book(1), book(4)], db).is_err());
    let sent = if is_sqlite(db) { 3 } else { 1 };
    assert_eq!(statements.entries()[1].executions, sent, "on SQLite the fourth was not sent");
    Ok(())
}

fn what_no_database_can_hold_is_not_sent_and_not_recorded(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let weighed = |weight| Book::new("a").set(Book::WEIGHT, weight);
    let statements = db.record();
    assert!(weighed(f64::NAN).insert(db).is_err());
    assert!(Book::query().filter(Book::WEIGHT.eq(f64::NAN)).all(db).is_err());
    assert_eq!(statements.texts(), [""; 0]);
    assert!(Book::insert_all([weighed(1.0), weighed(2.0), weighed(f64::NAN), weighed(4.0)], db).is_err());
    let executions: Vec<usize> = statements.entries().iter().map(|entry| entry.executions).collect();
    assert_eq!(executions, if is_sqlite(db) { vec![2] } else { vec![] }, "{:?}", statements.texts());
    assert_eq!(Book::query().count(db)?, 0);
    if !is_sqlite(db) {
        statements.clear();
        assert!(Book::new("a\0b").insert(db).is_err());
        assert!(Book::query().filter(Book::TITLE.eq("a\0b")).all(db).is_err());
        assert!(Book::insert_all(["a", "b\0", "c"].map(Book::new), db).is_err());
        assert!(db.execute("UPDATE book SET title = $1, code = $2::int", ("a", 1_i64 << 40)).is_err());
        assert_eq!(statements.texts(), [""; 0]);
    }
    Ok(())
}

fn a_handle_that_is_recorded_counts_what_runs_through_it_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let all = db.record();
    let (mine, statements) = db.recorded();
    let (theirs, others) = db.recorded();
    Book::new("a").insert(&mine)?;
    mine.clone().transaction(|tx| Book::new("b").insert(tx))?;
    mine.unit_of_work(|session| {
        session.add(Book::new("c"));
        Ok(())
    })?;
    std::thread::scope(|scope| scope.spawn(|| Book::query().count(&mine)).join().unwrap())?;
    assert_eq!((statements.len(), others.len(), all.len()), (4, 0, 4), "{statements:?}");
    Book::new("d").insert(db)?;
    assert_eq!(Book::query().count(&theirs)?, 4, "they share the database");
    assert_eq!((statements.len(), others.len(), all.len()), (4, 1, 6), "{statements:?}");
    drop(statements);
    Book::new("e").insert(&mine)?;
    assert_eq!((others.len(), all.len()), (1, 7));
    let (part_of_mine, inner) = mine.recorded();
    Book::new("f").insert(&part_of_mine)?;
    assert_eq!((inner.len(), all.len()), (1, 8));
    Ok(())
}

fn time_is_measured(db: &Database) -> ormcore::Result<()> {
    let statements = db.record();
    let slow =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n";
    let since = std::time::Instant::now();
    db.query_as::<(i64,)>(slow, ())?;
    let all = since.elapsed();
    let measured = statements.entries()[0].elapsed;
    assert!(measured <= all && measured * 2 > all, "{measured:?} of {all:?}");
    Ok(())
}

on_every_backend!(
    each_statement_is_recorded_with_its_rows,
    one_statement_for_many_rows_is_one_entry_with_its_count,
    transactions_and_savepoints_are_not_statements,
    what_was_rolled_back_was_still_sent,
    a_recording_begins_when_it_is_made_and_forgets_when_told,
    statements_of_other_threads_are_recorded,
    a_statement_that_failed_is_recorded_and_what_did_not_run_is_not,
    what_no_database_can_hold_is_not_sent_and_not_recorded,
    a_handle_that_is_recorded_counts_what_runs_through_it_alone,
    time_is_measured,
);
