//! Models that see their writes, hooks and what changed, where the database computes columns.

use std::cell::RefCell;

use ormcore::prelude::*;
use ormcore::{Operation, Written};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_seen", before_update = Seen::spoil, validate = Seen::check)]
struct Seen {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(generated = "price * 2")]
    twice: i64,
}

impl Seen {
    fn spoil(&mut self) -> ormcore::Result<()> {
        self.twice = -5;
        Ok(())
    }

    fn check(&self) -> ormcore::Result<()> {
        if self.price < 0 { Err(Error::other("less than nothing")) } else { Ok(()) }
    }
}

fn a_row_that_is_gone_is_told_to_a_model_that_sees_its_updates(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Seen>()?;
    let mut row = Seen::new(1).insert(db)?;
    row.price = 4;
    row.update(db)?;
    assert_eq!(row.twice, 8);
    row.clone().delete(db)?;
    let mut told = vec![row.update(db), row.update_only((Seen::PRICE,), db)];
    told.push(Seen::update_all([&mut row], db));
    told.push(Seen::update_all_only([&mut row], (Seen::PRICE,), db));
    assert!(told.iter().all(|told| told.as_ref().is_err_and(Error::is_not_found)), "{told:?}");
    Ok(())
}

thread_local! {
    static SEEN: RefCell<Vec<(i64, Vec<&'static str>)>> = const { RefCell::new(Vec::new()) };
}

fn seen() -> Vec<(i64, Vec<&'static str>)> {
    SEEN.with(RefCell::take)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_told", after_insert = Told::is_computed, after_update = Told::tell)]
struct Told {
    #[column(primary_key)]
    id: i64,
    price: i64,
    quantity: i64,
    #[column(generated = "price * quantity")]
    total: i64,
    #[column(generated = "price * 0")]
    never: u64,
    #[column(version)]
    version: i64,
    label: Option<String>,
    #[column(generated = "upper(label)")]
    loud: Option<String>,
}

impl Told {
    fn is_computed(&self) -> ormcore::Result<()> {
        if self.total == self.price * self.quantity { Ok(()) } else { Err(Error::other("not yet")) }
    }

    fn tell(&self, written: Written<'_, Told>) -> ormcore::Result<()> {
        let all = [
            ("price", written.contains(Told::PRICE)),
            ("total", written.contains(Told::TOTAL)),
            ("never", written.contains(Told::NEVER)),
            ("loud", written.contains(Told::LOUD)),
        ];
        let names = all.into_iter().filter_map(|(name, is_written)| is_written.then_some(name)).collect();
        SEEN.with_borrow_mut(|seen| seen.push((self.total, names)));
        if self.total > 100 { Err(Error::other("too much")) } else { Ok(()) }
    }
}

fn a_model_sees_what_the_database_has_computed_of_its_update(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut rows = Told::insert_all([Told::new(1, 2), Told::new(3, 4)], db)?;
    let row = &mut rows[0];
    // No database can hold the second.
    (row.price, row.never) = (5, u64::MAX);
    row.update(db)?;
    row.label = Some("x".into());
    row.update_only((Told::LABEL,), db)?;
    assert_eq!(seen(), [(10, vec!["price", "total"]), (10, vec!["loud"])]);
    (row.price, row.total) = (60, 1);
    let kept = row.clone();
    assert!(row.update(db).is_err_and(|error| error.to_string().contains("after_update")));
    assert_eq!((&*row, seen().len()), (&kept, 1));
    db.transaction(|tx| {
        assert!(row.update(tx).is_err());
        Told::query().filter(Told::ID.eq(row.id)).update(Told::QUANTITY.set(3), tx)
    })?;
    assert_eq!((&*row, seen().len(), Told::find(row.id, db)?.total), (&kept, 1, 15));
    row.refresh(db)?;
    row.quantity = 2;
    row.update(db)?;
    seen();
    row.price = 2;
    Told::update_all(&mut rows, db)?;
    assert_eq!(seen(), [(4, vec!["price", "total"]), (12, vec!["price"])]);
    assert_eq!(Told::query().order_by(Told::ID).all(db)?, rows);
    rows.iter_mut().for_each(|row| row.quantity *= 20);
    let kept = rows.clone();
    assert!(Told::update_all(&mut rows, db).is_err());
    assert_eq!((&rows, seen().len()), (&kept, 2));
    Ok(())
}

fn a_flush_shows_its_model_what_the_database_has_computed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut session = db.session()?;
    let [one, other] = [(1, 2), (3, 4)].map(|(price, quantity)| session.add(Told::new(price, quantity)));
    session.commit()?;
    session[one].price = 5;
    (session[other].price, session[other].quantity) = (6, 2);
    session.flush()?;
    session[one].label = Some("a".into());
    session.flush()?;
    assert_eq!(seen(), [(10, vec!["price", "total"]), (12, vec!["price"]), (10, vec!["loud"])]);
    session.rollback()?;
    session[one].price = 60;
    assert!(session.flush().is_err());
    session.rollback()?;
    let one = session.get::<Told>(1)?.unwrap();
    assert_eq!((session[one].price, session[one].total, session[one].version), (1, 2, 1));
    assert_eq!(seen().len(), 1);
    Ok(())
}

/// The columns of a change, each with its value before and after.
type Shown = Vec<(&'static str, Option<i64>, Option<i64>)>;

fn shown(changes: &[ormcore::Change<Told>]) -> Shown {
    let integer = |value: Option<&ormcore::Value<'_>>| match value {
        Some(ormcore::Value::Int(value)) => Some(*value),
        _ => None,
    };
    let columns = changes.iter().flat_map(|change| change.columns());
    columns.map(|column| (column.name(), integer(column.before()), integer(column.after()))).collect()
}

fn what_changed_tells_of_it_once_the_database_has_computed_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut session = db.session()?;
    let row = session.add(Told::new(1, 2).with(|row| row.total = 50));
    session[row].never = 7;
    let changes = session.changes::<Told>();
    assert!(!changes[0].contains(Told::TOTAL) || changes[0].after(Told::TOTAL).is_none(), "{changes:?}");
    assert_eq!(changes[0].after(Told::NEVER), None);
    session.flush()?;
    let flushed = session.flushed::<Told>();
    assert_eq!((flushed[0].after(Told::TOTAL), flushed[0].after(Told::NEVER)), (Some(2), Some(0)));
    session[row].total = 99;
    assert!(session.changes::<Told>().is_empty());
    session.flush()?;
    assert!(session.flushed::<Told>().is_empty());
    assert_eq!(session[row].total, 2, "nothing else is there to write, and it has the database's value");
    (session[row].price, session[row].total) = (5, 98);
    assert_eq!(shown(&session.changes()), [("price", Some(1), Some(5))]);
    session.flush()?;
    let flushed = session.flushed::<Told>();
    assert_eq!(shown(&flushed), [("price", Some(1), Some(5)), ("total", Some(2), Some(10))]);
    assert_eq!((flushed[0].before(Told::TOTAL), flushed[0].contains(Told::NEVER)), (Some(2), false));
    let other = session.add(Told::new(1, 1));
    session[row].total = 96;
    session.flush()?;
    assert_eq!(
        (session[row].total, session[other].total),
        (10, 1),
        "it has the database's value beside what is written, too"
    );
    session[row].total = 97;
    session.delete(row)?;
    assert_eq!(session.changes::<Told>()[0].before(Told::TOTAL), Some(10));
    session.flush()?;
    let flushed = session.flushed::<Told>();
    assert_eq!((flushed[0].operation(), flushed[0].before(Told::TOTAL)), (Operation::Delete, Some(10)));
    Ok(())
}

fn a_savepoint_gives_back_what_was_computed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut session = db.session()?;
    let row = session.add(Told::new(1, 2));
    session.flush()?;
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session[row].price = 9;
        session.flush()?;
        assert_eq!(session[row].total, 18);
        Err(Error::other("no"))
    });
    assert!(undone.is_err());
    assert_eq!((session[row].total, session[row].version), (2, 1));
    session[row].quantity = 3;
    session.commit()?;
    assert_eq!(Told::query().one(db)?.total, 3);
    Ok(())
}

fn hooks_write_rows_of_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut session = db.session()?;
    session.before_flush(|session| {
        for change in session.changes::<Told>() {
            session[change.handle()].total = -1;
            session[change.handle()].label = Some("hook".into());
        }
        Ok(())
    });
    session.after_flush(|session| {
        for change in session.flushed::<Told>() {
            if change.contains(Told::TOTAL) && session[change.handle()].total > 10 {
                session[change.handle()].quantity = 1;
            }
        }
        Ok(())
    });
    let row = session.add(Told::new(8, 9));
    session.flush()?;
    assert_eq!((session[row].total, session[row].loud.as_deref()), (8, Some("HOOK")));
    session.commit()?;
    assert_eq!(Told::query().one(db)?.total, 8);
    Ok(())
}

fn a_stale_row_of_a_flush_is_told_and_a_rollback_gives_the_others_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Told>()?;
    let mut session = db.session()?;
    let [one, other] = [(1, 2), (3, 4)].map(|(price, quantity)| session.add(Told::new(price, quantity)));
    session.commit()?;
    for key in [1, 2] {
        session.get::<Told>(key)?;
    }
    let behind = Told::query().filter(Told::ID.eq(2));
    behind.update(Told::VERSION.set(5), session.transaction()?)?;
    (session[one].price, session[other].price) = (7, 7);
    let stale = session.flush().unwrap_err();
    assert!(matches!(stale.kind(), ErrorKind::StaleRow { .. }), "{stale}");
    session.rollback()?;
    let (one, other) = (session.get::<Told>(1)?.unwrap(), session.get::<Told>(2)?.unwrap());
    assert_eq!((session[one].total, session[other].total), (2, 12));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_row_that_is_gone_is_told_to_a_model_that_sees_its_updates,
    a_model_sees_what_the_database_has_computed_of_its_update,
    a_flush_shows_its_model_what_the_database_has_computed,
    what_changed_tells_of_it_once_the_database_has_computed_it,
    a_savepoint_gives_back_what_was_computed,
    hooks_write_rows_of_it,
    a_stale_row_of_a_flush_is_told_and_a_rollback_gives_the_others_back,
);
