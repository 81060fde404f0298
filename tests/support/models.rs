//! Every model of a test program, one after the other.

use std::cell::RefCell;

use ormcore::__private::{Registered, inventory};
use ormcore::plan::{Executor, TableList};
use ormcore::schema::Table;
use ormcore::{Database, Result, Transaction};

use crate::catalog::is_sqlite;

thread_local! {
    static PICKED: RefCell<Vec<&'static Table>> = const { RefCell::new(Vec::new()) };
}

/// The tables that this thread has picked.
struct Picked;

impl TableList for Picked {
    fn tables() -> Vec<&'static Table> {
        PICKED.with_borrow(Clone::clone)
    }
}

/// Creates the tables of each model of the program with those that it points to, and checks that they are what the models
/// say; gives how many there were. Models whose tables cannot be created are passed over.
///
/// # Errors
/// If the database cannot be asked.
///
/// # Panics
/// If a table that was just created differs from its model, or a computed column is not brought back by what a check says.
pub fn check_created(db: &Database) -> Result<usize> {
    let models: Vec<&'static Table> = inventory::iter::<Registered>.into_iter().map(|model| model.0).collect();
    for schema in models.iter().filter_map(|model| model.schema).filter(|_| is_sqlite(db)) {
        // Once is enough.
        let _ = db.execute(format!("ATTACH DATABASE ':memory:' AS \"{schema}\""), ());
    }
    let mut checked = 0;
    for model in models.iter().filter(|model| !model.read_only) {
        PICKED.with_borrow_mut(|picked| *picked = family(model, &models));
        let tx = db.test_transaction()?;
        if tx.create_tables::<Picked>().is_err() {
            continue;
        }
        if let Err(error) = tx.check_tables::<Picked>() {
            panic!("{}::{} on {}: {error}", model.module, model.model, db.dialect().name());
        }
        assert_computed_columns_come_back(model, &tx);
        checked += 1;
    }
    Ok(checked)
}

/// Drops each column that the database computes, as far as it can be, and runs what a check says until nothing is missed.
fn assert_computed_columns_come_back(model: &Table, tx: &Transaction) {
    let table =
        model.schema.map_or_else(String::new, |schema| format!("\"{schema}\".")) + &format!("\"{}\"", model.name);
    for column in model.columns.iter().filter(|column| column.generated_as.is_some()) {
        let name = column.name.replace('"', "\"\"");
        if tx.execute(format!("ALTER TABLE {table} DROP COLUMN \"{name}\""), ()).is_err() {
            continue;
        }
        let mut told = 0;
        while let Err(error) = tx.check_tables::<Picked>() {
            let statements = error.differences()[0].statements();
            told += 1;
            assert!(told < 10 && !statements.is_empty(), "{}::{}: {error}", model.module, model.model);
            for statement in statements {
                if let Err(error) = tx.execute(statement, ()) {
                    panic!("{}::{}: `{statement}`: {error}", model.module, model.model);
                }
            }
        }
        assert!(told > 0, "{}::{}: `{name}` is not missed", model.module, model.model);
    }
}

/// The model, and those that it points to, nearer ones first.
fn family(model: &'static Table, all: &[&'static Table]) -> Vec<&'static Table> {
    let (mut family, mut next) = (vec![model], 0);
    while let Some(&child) = family.get(next) {
        next += 1;
        let single = child.columns.iter().filter_map(|column| column.references);
        let single = single.map(|target| (target.schema, target.table));
        let targets = single.chain(child.composite_foreign_keys.iter().map(|key| (key.schema, key.table)));
        for target in targets {
            let is_target = |table: &&&'static Table| (table.schema, table.name) == target;
            let is_near = |table: &&&'static Table| is_target(table) && table.module == child.module;
            let parent = all.iter().find(is_near).or_else(|| all.iter().find(is_target));
            if let Some(parent) = parent
                && !family.iter().any(|table| (table.schema, table.name) == target)
            {
                family.push(parent);
            }
        }
    }
    family
}
