//! To which rows changed rows may lead that are in the database, under the key by which they are pointed to, only when others
//! are written.

use std::collections::HashMap;

use crate::model::{Pointing, RowId};
use crate::session::by_key::ByKey;
use crate::session::flush::pointers::{Pointer, Pointers};
use crate::session::stores::Stores;
use crate::value::Value;

/// By the stores of changed rows, and the places of their foreign keys.
#[derive(Default)]
pub(super) struct Coming(HashMap<(u32, usize), Parents>);

/// The rows of a store that are to be inserted, or get other values in the columns that are pointed to.
struct Parents {
    by_key: ByKey,
    /// What is known of those columns, of rows of which some are known and others are the database's to fill in.
    open: Vec<Vec<Option<Value<'static>>>>,
}

impl Coming {
    pub(super) fn new(stores: &Stores, pointers: &Pointers) -> Self {
        let mut coming = Coming::default();
        // Also rows that are where they were may have to let go for a while, and so move there again.
        let touched = (0..).zip(&stores.all).filter(|(_, store)| !store.tracks().touched.is_empty());
        for (number, _) in touched {
            for (place, pointer) in pointers.of(number).iter().enumerate() {
                let rows = parents(stores, pointer);
                if !rows.is_empty() {
                    coming.0.insert((number, place), Parents::new(stores, pointer, rows));
                }
            }
        }
        coming
    }

    /// Whether the foreign key at this place leads to such a row by these values.
    pub(super) fn has(&mut self, store: u32, place: usize, key: &[Value<'static>]) -> bool {
        let Some(parents) = self.0.get_mut(&(store, place)) else { return false };
        let is_part = |(part, own): (&Option<Value<'static>>, &Value<'static>)| {
            part.as_ref().is_none_or(|part| part.is_same_key(own))
        };
        parents.by_key.find(key).is_some() || parents.open.iter().any(|parts| parts.iter().zip(key).all(is_part))
    }
}

impl Parents {
    fn new(stores: &Stores, pointer: &Pointer, rows: Vec<RowId>) -> Self {
        let pointing = Pointing::new(stores);
        let parts = |row: &RowId| pointer.references.iter().map(|at| pointing.value((*row, *at))).collect();
        let open = rows.iter().map(parts).filter(|parts: &Vec<_>| {
            // Nobody points by value to what only the database will tell.
            parts.iter().any(Option::is_some) && parts.iter().any(Option::is_none)
        });
        Parents { open: open.collect(), by_key: ByKey::new(rows.iter().copied(), stores, &pointer.references) }
    }
}

fn parents(stores: &Stores, pointer: &Pointer) -> Vec<RowId> {
    let store = stores.all[pointer.parents as usize].as_ref();
    let new = store.tracks().changed().filter(|slot| store.is_new(*slot, &pointer.references));
    new.map(|slot| store.id(stores.session, pointer.parents, slot)).collect()
}
