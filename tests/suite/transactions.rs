//! Transactions: commit, rollback, savepoints, panics, errors of the program's own, read-only ones.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    owner: String,
}

/// Makes the table, empty.
fn accounts(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()
}

fn owners<'d>(db: impl Into<Db<'d>>) -> Vec<String> {
    let rows = Account::query().order_by(Account::ID).all(db.into()).unwrap();
    rows.into_iter().map(|account| account.owner).collect()
}

fn ok_commits(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let ann = db.transaction(|tx| {
        let ann = Account::new("ann").insert(tx)?;
        assert_eq!(owners(tx), ["ann"]);
        Ok(ann)
    })?;
    assert_eq!(Account::find(ann.id, db)?, ann);
    Ok(())
}

fn err_rolls_back(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let error = db
        .transaction(|tx| {
            Account::new("ann").insert(tx)?;
            Err::<(), _>(Error::rollback("changed my mind"))
        })
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Rollback { reason } if reason == "changed my mind"));
    assert_eq!(owners(db), [""; 0]);
    Account::new("bob").insert(db)?;
    assert_eq!(owners(db), ["bob"]);
    Ok(())
}

fn a_helper_is_all_or_nothing_in_whatever_it_is_given(db: &Database) -> ormcore::Result<()> {
    fn open<'d>(owners: &[&str], db: impl Into<Db<'d>>) -> ormcore::Result<()> {
        db.into().transaction(|tx| owners.iter().try_for_each(|owner| Account::new(*owner).insert(tx).map(drop)))
    }
    accounts(db)?;
    open(&["ann", "bob"], db)?;
    assert!(open(&["cy", "ann"], db).unwrap_err().is_unique_violation());
    assert_eq!(owners(db), ["ann", "bob"]);
    db.transaction(|tx| {
        assert!(open(&["cy", "ann"], tx).unwrap_err().is_unique_violation());
        assert_eq!(Db::from(tx).dialect().name(), Db::from(db).dialect().name());
        open(&["dee"], tx)
    })?;
    assert_eq!(owners(db), ["ann", "bob", "dee"]);
    Ok(())
}

fn a_panic_rolls_back_and_the_connection_is_usable(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    for _ in 0..20 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _: ormcore::Result<()> = db.transaction(|tx| {
                Account::new("ann").insert(tx)?;
                panic!("on purpose")
            });
        }));
        assert!(panicked.is_err());
    }
    assert_eq!(owners(db), [""; 0]);
    db.transaction(|tx| Account::new("bob").insert(tx))?;
    assert_eq!(owners(db), ["bob"]);
    Ok(())
}

fn an_inner_rollback_leaves_the_outer_transaction(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    db.transaction(|tx| {
        Account::new("outer").insert(tx)?;
        let inner: ormcore::Result<()> = tx.transaction(|inner| {
            Account::new("lost").insert(inner)?;
            inner.transaction(|third| Account::new("lost too").insert(third))?;
            Err(Error::rollback("inner"))
        });
        assert!(inner.is_err());
        assert_eq!(owners(tx), ["outer"]);
        tx.transaction(|inner| Account::new("kept").insert(inner))?;
        Ok(())
    })?;
    assert_eq!(owners(db), ["outer", "kept"]);
    Ok(())
}

fn an_outer_rollback_undoes_what_inner_ones_kept(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let outer: ormcore::Result<()> = db.transaction(|tx| {
        tx.transaction(|inner| Account::new("kept?").insert(inner))?;
        Err(Error::rollback("outer"))
    });
    assert!(outer.is_err());
    assert_eq!(owners(db), [""; 0]);
    Ok(())
}

fn a_panic_in_an_inner_transaction_undoes_that_alone(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    db.transaction(|tx| {
        Account::new("outer").insert(tx)?;
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _: ormcore::Result<()> = tx.transaction(|inner| {
                Account::new("lost").insert(inner)?;
                panic!("on purpose")
            });
        }));
        assert!(panicked.is_err());
        Account::new("after").insert(tx)
    })?;
    assert_eq!(owners(db), ["outer", "after"]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "audited", after_insert = audit)]
struct Audited {
    #[column(primary_key)]
    id: i64,
    text: String,
}

fn audit(row: &Audited) -> ormcore::Result<()> {
    assert!(row.text != "bad", "on purpose");
    Ok(())
}

fn texts(db: &Database) -> ormcore::Result<Vec<String>> {
    let rows = Audited::query().order_by(Audited::ID).all(db)?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

fn a_panic_in_an_operation_undoes_the_savepoint_around_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Audited>()?;
    let bad = || [Audited::new("good"), Audited::new("bad")];
    db.transaction(|tx| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            tx.savepoint(|tx| {
                Audited::insert_all([Audited::new("lost")], tx)?;
                Audited::insert_all(bad(), tx)
            })
        }));
        assert!(panicked.is_err());
        Audited::insert_all([Audited::new("kept")], tx)
    })?;
    assert_eq!(texts(db)?, ["kept"]);
    Ok(())
}

fn a_panic_in_an_operation_undoes_that_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Audited>()?;
    let bad = || [Audited::new("good"), Audited::new("bad")];
    db.transaction(|tx| {
        Audited::insert_all([Audited::new("before")], tx)?;
        assert!(catch_unwind(AssertUnwindSafe(|| Audited::insert_all(bad(), tx))).is_err());
        tx.savepoint(|tx| {
            assert!(catch_unwind(AssertUnwindSafe(|| Audited::insert_all(bad(), tx))).is_err());
            Audited::insert_all([Audited::new("after")], tx)
        })
    })?;
    assert_eq!(texts(db)?, ["before", "after"]);
    assert!(catch_unwind(AssertUnwindSafe(|| Audited::insert_all(bad(), db))).is_err());
    assert_eq!(texts(db)?, ["before", "after"]);
    Ok(())
}

/// An error of the program's own, which ormcore's becomes part of.
#[derive(Debug)]
enum Failure {
    Poor { missing: u32 },
    Database(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Database(error)
    }
}

fn a_transaction_has_the_programs_own_error(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let options = TransactionOptions::new();
    let poor = db.transaction_with(options, |tx| {
        Account::new("ann").insert(tx)?;
        tx.savepoint(|inner| {
            Account::new("bob").insert(inner)?;
            Err::<(), _>(Failure::Poor { missing: 3 })
        })
    });
    assert!(matches!(poor, Err(Failure::Poor { missing: 3 })));
    let taken = db.transaction_with(options, |tx| {
        Account::new("ann").insert(tx)?;
        Account::new("ann").insert(tx)?;
        Ok::<_, Failure>(())
    });
    assert!(matches!(taken, Err(Failure::Database(error)) if error.is_unique_violation()));
    assert_eq!(owners(db), [""; 0]);
    let fine: Result<i64, Failure> = db.transaction_with(options, |tx| Ok(Account::new("ann").insert(tx)?.id));
    assert!(fine.is_ok());
    Ok(())
}

#[derive(Debug, PartialEq)]
struct OutOfStock(u32);

impl fmt::Display for OutOfStock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are missing", self.0)
    }
}

impl std::error::Error for OutOfStock {}

fn any_error_travels_through_ormcores(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let error = db
        .transaction(|tx| {
            Account::new("ann").insert(tx)?;
            Err::<(), _>(Error::other(OutOfStock(7)))
        })
        .unwrap_err();
    assert_eq!(error.downcast_ref::<OutOfStock>(), Some(&OutOfStock(7)));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "7 are missing");
    assert_eq!(owners(db), [""; 0]);
    Ok(())
}

fn a_failed_statement_leaves_the_rest_of_the_transaction(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    Account::new("taken").insert(db)?;
    db.transaction(|tx| {
        Account::new("before").insert(tx)?;
        let failed = tx.transaction(|inner| Account::new("taken").insert(inner));
        assert!(failed.unwrap_err().is_unique_violation());
        Account::new("after").insert(tx)
    })?;
    assert_eq!(owners(db), ["taken", "before", "after"]);
    Ok(())
}

fn an_operation_of_many_rows_is_all_or_nothing_in_a_transaction_too(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    let many = || (0..300).map(|number| Account::new(format!("{number}"))).chain([Account::new("7")]);
    assert!(Account::insert_all(many(), db).unwrap_err().is_unique_violation());
    assert_eq!(owners(db), [""; 0]);
    db.transaction(|tx| {
        Account::new("before").insert(tx)?;
        let failed = tx.savepoint(|tx| Account::insert_all(many(), tx));
        assert!(failed.unwrap_err().is_unique_violation());
        assert_eq!(owners(tx), ["before"]);
        Account::new("after").insert(tx)
    })?;
    assert_eq!(owners(db), ["before", "after"]);
    Ok(())
}

fn a_read_only_transaction_refuses_writes_and_the_connection_writes_afterwards(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    Account::new("ann").insert(db)?;
    let options = TransactionOptions::new().read_only();
    for _ in 0..10 {
        let error = db.transaction_with(options, |tx| Account::new("bob").insert(tx)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
        let read = db.transaction_with(options, |tx| Account::query().count(tx))?;
        assert_eq!(read, 1);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _: ormcore::Result<()> = db.transaction_with(options, |_| panic!("on purpose"));
        }));
        assert!(panicked.is_err());
    }
    Account::new("bob").insert(db)?;
    db.transaction(|tx| Account::new("cid").insert(tx))?;
    assert_eq!(owners(db), ["ann", "bob", "cid"]);
    Ok(())
}

fn every_isolation_works(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable] {
        let options = TransactionOptions::new().isolation(isolation);
        db.transaction_with(options, |tx| Account::new(format!("{isolation:?}")).insert(tx))?;
        assert_eq!(db.transaction_with(options.read_only(), |tx| Account::query().count(tx))?, owners(db).len() as u64);
    }
    assert_eq!(owners(db).len(), 3);
    Ok(())
}

fn a_test_transaction_leaves_nothing(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    {
        let tx = db.test_transaction()?;
        Account::new("ann").insert(&tx)?;
        tx.transaction(|inner| Account::new("bob").insert(inner))?;
        assert_eq!(owners(&tx), ["ann", "bob"]);
    }
    assert_eq!(owners(db), [""; 0]);
    Ok(())
}

fn a_helper_takes_the_database_or_a_transaction(db: &Database) -> ormcore::Result<()> {
    fn rename<'d>(from: &str, to: &str, db: impl Into<Db<'d>>) -> ormcore::Result<Account> {
        let db = db.into();
        let mut account = Account::query().filter_by(Account::OWNER, from).one(db)?;
        account.owner = to.to_string();
        account.update(db)?;
        Account::find(account.id, db)
    }

    accounts(db)?;
    Account::new("ann").insert(db)?;
    assert_eq!(rename("ann", "anna", db)?.owner, "anna");
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        rename("anna", "annie", tx)?;
        rename("annie", "annika", Db::from(tx))?;
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    assert_eq!(owners(db), ["anna"]);
    Ok(())
}

fn a_savepoint_does_not_outlive_its_transaction(db: &Database) -> ormcore::Result<()> {
    accounts(db)?;
    for end in ["ROLLBACK", "COMMIT"] {
        let ended = db.transaction(|tx| tx.savepoint(|tx| tx.execute(end, ()).map(drop)));
        let error = ended.unwrap_err();
        assert!(error.to_string().contains("savepoint"), "{end}: {error}");
        assert_eq!(owners(db), [""; 0], "{end}");
        let begun = db.transaction(|tx| {
            tx.execute(end, ())?;
            tx.savepoint(|tx| Account::new("ann").insert(tx))
        });
        assert!(matches!(begun.unwrap_err().kind(), ErrorKind::Usage { .. }), "{end}");
        assert_eq!(owners(db), [""; 0], "{end}");
    }
    db.transaction(|tx| tx.savepoint(|tx| Account::new("ann").insert(tx)))?;
    assert_eq!(owners(db), ["ann"]);
    Ok(())
}

on_every_backend!(
    a_helper_is_all_or_nothing_in_whatever_it_is_given,
    a_savepoint_does_not_outlive_its_transaction,
    ok_commits,
    err_rolls_back,
    a_panic_rolls_back_and_the_connection_is_usable,
    an_inner_rollback_leaves_the_outer_transaction,
    an_outer_rollback_undoes_what_inner_ones_kept,
    a_panic_in_an_inner_transaction_undoes_that_alone,
    a_panic_in_an_operation_undoes_the_savepoint_around_it,
    a_panic_in_an_operation_undoes_that_alone,
    a_transaction_has_the_programs_own_error,
    any_error_travels_through_ormcores,
    a_failed_statement_leaves_the_rest_of_the_transaction,
    an_operation_of_many_rows_is_all_or_nothing_in_a_transaction_too,
    a_read_only_transaction_refuses_writes_and_the_connection_writes_afterwards,
    every_isolation_works,
    a_test_transaction_leaves_nothing,
    a_helper_takes_the_database_or_a_transaction,
);
