//! What runs over and over in a transaction: its statements are held from the third on, whatever runs between them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "held_account")]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    owner: String,
    cents: Option<i64>,
    #[relationship]
    entries: HasMany<Entry>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "held_entry")]
struct Entry {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Account::ID, index)]
    account_id: i64,
}

fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account, Entry)>()
}

fn insert(numbers: impl IntoIterator<Item = i64>, tx: &Transaction) -> ormcore::Result<()> {
    numbers.into_iter().try_for_each(|number| Account::new(format!("{number}")).insert(tx).map(drop))
}

fn owners<'d>(db: impl Into<Db<'d>>) -> ormcore::Result<Vec<String>> {
    Account::query().order_by(Account::ID).select(Account::OWNER).all(db.into())
}

fn each_execution_has_its_own_values(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        for number in 1..=40 {
            let draft = Account::new(format!("{number}"));
            let mut account = if number % 3 == 0 { draft } else { draft.set(Account::CENTS, number) }.insert(tx)?;
            assert_eq!(account.id, number);
            account.owner.push('!');
            account.cents = account.cents.map(|cents| cents + 1);
            account.update(tx)?;
            assert_eq!(Account::find(number, tx)?, account);
            assert_eq!(Account::get(1000, tx)?, None);
            assert_eq!(Account::all(tx)?.len() as i64, number);
            if number % 2 == 0 {
                Account::find(number, tx)?.delete(tx)?;
                Account::new(format!("{number}!")).with_key(number).insert(tx)?;
            }
        }
        Ok(())
    })?;
    let rows = Account::all(db)?;
    assert!(rows.iter().all(|row| row.owner == format!("{}!", row.id)));
    assert!(rows.iter().all(|row| row.cents == (row.id % 3 != 0 && row.id % 2 != 0).then_some(row.id + 1)));
    Ok(())
}

fn plans_of_several_statements_and_savepoints_come_between(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        insert(1..5, tx)?;
        Account::insert_all((5..8).map(|number| Account::new(format!("{number}"))), tx)?;
        insert(8..12, tx)?;
        let undone = tx.transaction(|tx| {
            insert(12..20, tx)?;
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err());
        insert(20..24, tx)?;
        let loaded = Account::query().with(Account::ENTRIES.selectin()).all(tx)?;
        assert_eq!(loaded.len(), 15);
        insert(24..27, tx)?;
        tx.transaction(|tx| insert(27..31, tx))?;
        insert(31..33, tx)
    })?;
    let expected = (1..12).chain(20..33).map(|number: i64| number.to_string());
    assert_eq!(owners(db)?, expected.collect::<Vec<_>>());
    Ok(())
}

fn tables_may_change_meanwhile(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        insert(1..5, tx)?;
        for number in 1..5 {
            Account::find(number, tx)?;
        }
        tx.execute("ALTER TABLE held_account ADD COLUMN note TEXT", ())?;
        insert(5..9, tx)?;
        assert_eq!(Account::find(8, tx)?.owner, "8");
        for _ in 0..3 {
            Entry::all(tx)?;
        }
        tx.drop_tables::<(Entry, Account)>()?;
        assert!(!tx.dialect().name().is_empty());
        tx.create_tables::<(Account, Entry)>()?;
        insert(1..5, tx)
    })?;
    assert_eq!(owners(db)?, ["1", "2", "3", "4"]);
    Ok(())
}

fn an_error_leaves_what_is_held_usable(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        insert(1..5, tx)?;
        for number in 3..9 {
            let refused = tx.transaction(|tx| insert([number], tx));
            assert_eq!(refused.is_err(), number < 5, "{refused:?}");
        }
        let refused = tx.transaction(|tx| {
            insert(20..24, tx)?;
            insert([24, 25, 20], tx)
        });
        assert!(refused.unwrap_err().is_unique_violation());
        insert(9..12, tx)
    })?;
    assert_eq!(owners(db)?, (1..12).map(|number| number.to_string()).collect::<Vec<_>>());
    Ok(())
}

fn what_was_held_goes_with_an_error_or_a_panic(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    for _ in 0..12 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _: ormcore::Result<()> = db.transaction(|tx| {
                insert(1..8, tx)?;
                panic!("on purpose")
            });
        }));
        assert!(panicked.is_err());
        let undone = db.transaction(|tx| {
            insert(1..8, tx)?;
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err() && owners(db)?.is_empty());
    }
    db.transaction(|tx| insert(1..4, tx))?;
    assert_eq!(owners(db)?.len(), 3);
    Ok(())
}

fn a_read_only_transaction_lets_the_connection_write_afterwards(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| insert(1..6, tx))?;
    for _ in 0..12 {
        db.transaction_with(TransactionOptions::new().read_only(), |tx| {
            (1..6).try_for_each(|number| Account::find(number, tx).map(drop))
        })?;
        db.transaction(|tx| {
            Account::find(5, tx)?.delete(tx)?;
            Account::new("5").with_key(5).insert(tx)
        })?;
    }
    assert_eq!(owners(db)?.len(), 5);
    Ok(())
}

fn every_statement_is_recorded_all_the_same(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let statements = db.record();
    db.transaction(|tx| insert(1..8, tx))?;
    assert_eq!(statements.len(), 7, "{:?}", statements.texts());
    assert!(statements.entries().iter().all(|entry| (entry.executions, entry.rows) == (1, 1)));
    Ok(())
}

fn more_texts_than_are_held_run_all_the_same(db: &Database) -> ormcore::Result<()> {
    macro_rules! models {
        ($($model:ident $table:literal)*) => {
            $(
                #[derive(Model)]
                #[model(table = $table)]
                struct $model {
                    #[column(primary_key)]
                    id: i64,
                    number: i64,
                }
            )*
            db.create_tables::<($($model,)*)>()?;
            db.transaction(|tx| {
                for number in 1..5 {
                    $(
                        $model::new(number).insert(tx)?;
                        assert_eq!($model::find(number, tx)?.number, number);
                    )*
                }
                $(
                    assert_eq!($model::query().count(tx)?, 4);
                )*
                Ok(())
            })?;
        };
    }
    models!(A "held_a" B "held_b" C "held_c" D "held_d" E "held_e" F "held_f" G "held_g" H "held_h" I "held_i" J "held_j");
    Ok(())
}

fn the_drivers_connection_is_lent_meanwhile(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        insert(1..6, tx)?;
        assert!(tx.with_driver(|_: &mut String| ()).is_err());
        insert(6..9, tx)
    })?;
    assert_eq!(owners(db)?.len(), 8);
    Ok(())
}

fn transactions_of_two_databases_run_in_each_other(db: &Database) -> ormcore::Result<()> {
    let other = Database::connect("sqlite::memory:")?;
    create(db)?;
    create(&other)?;
    db.transaction(|tx| {
        insert(1..5, tx)?;
        let undone = other.transaction(|second| {
            for number in 1..9 {
                insert([number], second)?;
                insert([10 + number], tx)?;
            }
            insert(Account::all(tx)?.iter().map(|account| 100 + account.id), second)?;
            assert_eq!(owners(second)?.len(), 8 + 12);
            Err::<(), _>(Error::rollback("no"))
        });
        assert!(undone.is_err() && owners(&other)?.is_empty());
        other.transaction(|second| insert(1..5, second))?;
        insert(5..9, tx)
    })?;
    assert_eq!((owners(db)?.len(), owners(&other)?.len()), (16, 4));
    Ok(())
}

fn a_panic_among_the_rows_leaves_the_transaction_open(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.transaction(|tx| {
        insert(1..5, tx)?;
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            Account::query().each(tx, |account| if account.id == 2 { panic!("on purpose") } else { Ok(()) })
        }));
        assert!(panicked.is_err());
        insert(5..9, tx)
    })?;
    assert_eq!(owners(db)?.len(), 8);
    Ok(())
}

fn nothing_runs_after_sql_of_ones_own_has_ended_the_transaction(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ended = db.transaction(|tx| {
        insert(1..5, tx)?;
        tx.execute("ROLLBACK", ())?;
        assert!(insert([5], tx).is_err());
        assert!(Account::get(1, tx).is_err());
        Ok(())
    });
    assert!(ended.is_err(), "{ended:?}");
    assert!(owners(db)?.is_empty());
    db.transaction(|tx| insert(1..5, tx))?;
    assert_eq!(owners(db)?.len(), 4);
    Ok(())
}

on_every_backend!(
    each_execution_has_its_own_values,
    plans_of_several_statements_and_savepoints_come_between,
    tables_may_change_meanwhile,
    an_error_leaves_what_is_held_usable,
    what_was_held_goes_with_an_error_or_a_panic,
    a_read_only_transaction_lets_the_connection_write_afterwards,
    every_statement_is_recorded_all_the_same,
    more_texts_than_are_held_run_all_the_same,
    the_drivers_connection_is_lent_meanwhile,
    transactions_of_two_databases_run_in_each_other,
    a_panic_among_the_rows_leaves_the_transaction_open,
    nothing_runs_after_sql_of_ones_own_has_ended_the_transaction,
);
