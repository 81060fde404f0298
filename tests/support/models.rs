//! Every model of a test program, one after the other.

use std::cell::RefCell;

use ormcore::__private::{Registered, inventory};
use ormcore::plan::{Executor, TableList};
use ormcore::schema::Table;
use ormcore::{Database, Result};

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
/// If a table that was just created differs from its model.
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
        checked += 1;
    }
    Ok(checked)
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
