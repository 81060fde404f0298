//! Functions that run after COMMIT: in order, once, and only where it is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug)]
#[model(table = "oc_mail")]
struct Mail {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    address: String,
}

/// What has run.
#[derive(Clone, Default)]
struct Ran(Arc<Mutex<Vec<&'static str>>>);

impl Ran {
    fn note(&self, name: &'static str) -> impl FnOnce() + Send + 'static {
        let ran = Arc::clone(&self.0);
        move || ran.lock().unwrap().push(name)
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn they_run_in_order_when_the_rows_are_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Mail>()?;
    let ran = Ran::default();
    let counted = Arc::new(Mutex::new(0));
    db.transaction(|tx| {
        tx.on_commit(ran.note("first"));
        Mail::new("a").insert(tx)?;
        let (db, counted) = (db.clone(), Arc::clone(&counted));
        tx.on_commit(move || {
            let also = db.transaction(|tx| Mail::new("b").insert(tx)).unwrap();
            *counted.lock().unwrap() = Mail::query().count(&db).unwrap() + also.id.unsigned_abs();
        });
        tx.on_commit(ran.note("last"));
        assert!(ran.take().is_empty());
        Ok(())
    })?;
    assert_eq!((ran.take(), *counted.lock().unwrap()), (vec!["first", "last"], 4));
    Ok(())
}

fn what_is_rolled_back_drops_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Mail>()?;
    let ran = Ran::default();
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        tx.on_commit(ran.note("undone"));
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _: ormcore::Result<()> = db.transaction(|tx| {
            tx.on_commit(ran.note("panicked"));
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    let tx = db.test_transaction()?;
    tx.on_commit(ran.note("of a test"));
    tx.transaction(|tx| {
        tx.on_commit(ran.note("of a test, inside"));
        Ok(())
    })?;
    drop(tx);
    db.transaction(|tx| {
        tx.on_commit(ran.note("outer"));
        let inner: ormcore::Result<()> = tx.transaction(|tx| {
            tx.on_commit(ran.note("inner"));
            tx.transaction(|tx| {
                tx.on_commit(ran.note("innermost"));
                Ok(())
            })?;
            Err(Error::rollback("no"))
        });
        assert!(inner.is_err());
        tx.transaction(|tx| {
            tx.on_commit(ran.note("kept"));
            Ok(())
        })?;
        assert!(Db::from(tx).transaction(|tx| Mail::insert_all(["x", "x"].map(Mail::new), tx)).is_err());
        tx.on_commit(ran.note("last"));
        Ok(())
    })?;
    assert_eq!(ran.take(), ["outer", "kept", "last"]);
    Ok(())
}

// What a helper writes with the database alone is committed by then.
fn a_helper_runs_them_once_its_rows_are_kept(db: &Database) -> ormcore::Result<()> {
    fn welcome<'d>(address: &'static str, ran: &Ran, db: impl Into<Db<'d>>) -> ormcore::Result<Mail> {
        let db = db.into();
        let mail = Mail::new(address).insert(db)?;
        db.on_commit(ran.note(address));
        Ok(mail)
    }

    db.create_tables::<Mail>()?;
    let ran = Ran::default();
    welcome("alone", &ran, db)?;
    assert_eq!(ran.take(), ["alone"]);
    db.transaction(|tx| {
        welcome("within", &ran, tx)?;
        let undone: ormcore::Result<()> = tx.transaction(|tx| {
            welcome("undone", &ran, tx)?;
            Err(Error::rollback("no"))
        });
        assert!(undone.is_err() && ran.take().is_empty());
        Ok(())
    })?;
    assert_eq!(ran.take(), ["within"]);
    Db::from(db).on_commit(|| panic!("on purpose"));
    Ok(())
}

fn a_commit_that_is_refused_drops_them(db: &Database) -> ormcore::Result<()> {
    let ran = Ran::default();
    let ended = db.transaction(|tx| {
        tx.on_commit(ran.note("refused"));
        tx.execute("ROLLBACK", ()).map(drop)
    });
    assert!(ended.is_err());
    assert!(ran.take().is_empty());
    Ok(())
}

fn a_panic_leaves_the_transaction_committed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Mail>()?;
    let ran = Ran::default();
    let mail = db.transaction(|tx| {
        tx.on_commit(|| panic!("on purpose"));
        tx.on_commit(ran.note("next"));
        Mail::new("a").insert(tx)
    })?;
    assert_eq!((ran.take(), Mail::find(mail.id, db)?.address), (vec!["next"], "a".to_string()));

    let mut session = db.session()?;
    let b = session.add(Mail::new("b"));
    session.on_commit(|| panic!("on purpose"))?;
    session.commit()?;
    session[b].address.push('b');
    session.commit()?;
    assert_eq!(Mail::query().filter(Mail::ADDRESS.eq("bb")).count(db)?, 1);
    Ok(())
}

fn a_session_runs_them_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Mail>()?;
    let ran = Ran::default();
    let mut session = db.session()?;
    session.on_commit(ran.note("undone"))?;
    session.rollback()?;
    session.on_commit(ran.note("first"))?;
    session.add(Mail::new("a"));
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session.on_commit(ran.note("of a savepoint"))?;
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    session.savepoint(|session| session.on_commit(ran.note("second")))?;
    session.transaction()?.on_commit(ran.note("third"));
    session.flush()?;
    assert!(ran.take().is_empty());
    session.commit()?;
    assert_eq!(ran.take(), ["first", "second", "third"]);
    session.add(Mail::new("b"));
    session.commit()?;
    assert!(ran.take().is_empty());

    session.add(Mail::new("a"));
    session.on_commit(ran.note("of what is refused"))?;
    assert!(session.commit().is_err());
    assert!(session.on_commit(ran.note("too late")).is_err());
    session.rollback()?;
    session.commit()?;
    drop(session);
    db.unit_of_work(|session| session.on_commit(ran.note("of a unit")))?;
    assert_eq!(ran.take(), ["of a unit"]);
    Ok(())
}

on_every_backend!(
    they_run_in_order_when_the_rows_are_there,
    what_is_rolled_back_drops_them,
    a_helper_runs_them_once_its_rows_are_kept,
    a_commit_that_is_refused_drops_them,
    a_panic_leaves_the_transaction_committed,
    a_session_runs_them_once,
);
