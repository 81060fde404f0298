//! Which rows are deleted only when what was changed is written: a row that leaves them, or leaves what the database deletes
//! with them, would go with them or hold them.

use std::collections::HashSet;

use crate::error::Result;
use crate::model::{AnyStore, RowId, State};
use crate::schema::{Action, Table};
use crate::session::flush::actions::{entered, is_to};
use crate::session::flush::pointers::positions;
use crate::session::flush::{Flush, Pointers};

/// Which foreign keys of a row matter.
#[derive(Clone, Copy)]
enum Way {
    /// Those that are to lead elsewhere: the row stays.
    Changed,
    /// All: the row is to be deleted late.
    Any,
    /// Those by which it goes with its parent.
    Cascade,
}

/// The rows of a store that are to be deleted, and what leads to those that the database deletes with them.
struct Reach {
    rows: Vec<RowId>,
    /// The foreign keys of each store.
    keys: Vec<Vec<Leading>>,
}

/// A foreign key that leads to rows which the database may delete.
struct Leading {
    columns: Vec<usize>,
    on_delete: Option<Action>,
}

impl Flush<'_> {
    /// Deletes the rows to be deleted but for those that are late.
    pub(super) fn delete_free(&mut self, order: &[u32], pointers: &Pointers) -> Result<()> {
        if !self.stores.all.iter().any(|store| store.tracks().has_deleted()) {
            return Ok(());
        }
        let late = self.late(pointers);
        self.delete(order, pointers, |id| !late.contains(&id))
    }

    /// The rows to be deleted that a row which stays points to until it is updated, be it by way of rows that a cascade
    /// takes, and the rows that those point to.
    fn late(&mut self, pointers: &Pointers) -> HashSet<RowId> {
        let (mut late, mut between) = (HashSet::new(), HashSet::new());
        let mut asked: Vec<(RowId, Way)> = self.staying().into_iter().map(|id| (id, Way::Changed)).collect();
        let mut reaches: Option<Vec<Reach>> = None;
        while let Some((id, way)) = asked.pop() {
            let mut found: Vec<&[usize]> = Vec::new();
            for pointer in pointers.of(id.store) {
                if !self.matters(id, way, &pointer.columns, pointer.on_delete) {
                    continue;
                }
                let Some(parent) = pointer.target(self.stores, id.store, id.slot) else { continue };
                found.push(&pointer.columns);
                match self.stores.state(parent) {
                    Some(State::Deleted) if late.insert(parent) => asked.push((parent, Way::Any)),
                    Some(State::Persistent) if between.insert(parent) => asked.push((parent, Way::Cascade)),
                    _ => {}
                }
            }
            let reaches = reaches.get_or_insert_with(|| self.reaches());
            let linked = if matches!(way, Way::Any) { self.linked_to(id) } else { Vec::new() };
            for row in self.reaching(id, way, reaches, &found).into_iter().chain(linked) {
                if late.insert(row) {
                    asked.push((row, Way::Any));
                }
            }
        }
        late
    }

    /// The rows to be deleted that links of this one may lead to, which go only with it.
    fn linked_to(&self, id: RowId) -> Vec<RowId> {
        let tables: Vec<&Table> =
            self.unlinks.iter().filter(|unlink| unlink.row == id).map(|unlink| unlink.links.table()).collect();
        let leads =
            |parents: &Table| tables.iter().any(|links| links.all_foreign_keys().any(|key| is_to(&key, parents)));
        let mut found = Vec::new();
        for (number, store) in (0..).zip(&self.stores.all).filter(|(number, _)| *number != id.store) {
            if leads(store.table()) {
                found.extend(deleted(store.as_ref()).map(|slot| self.id(number, slot)));
            }
        }
        found
    }

    fn matters(&self, id: RowId, way: Way, columns: &[usize], on_delete: Option<Action>) -> bool {
        match way {
            Way::Changed => self.stores.get(id).is_unwritten(id.slot, columns),
            Way::Any => true,
            Way::Cascade => on_delete == Some(Action::Cascade),
        }
    }

    /// The rows that were changed and are yet to be written.
    fn staying(&self) -> Vec<RowId> {
        let mut staying = Vec::new();
        for (number, store) in (0..).zip(&self.stores.all) {
            let stays = |slot: &&u32| store.tracks().slot(**slot).state == State::Persistent;
            staying.extend(store.tracks().touched.iter().filter(stays).map(|slot| self.id(number, *slot)));
        }
        staying
    }

    /// What the rows to be deleted take with them, but for those that take nothing.
    fn reaches(&self) -> Vec<Reach> {
        let mut reaches = Vec::new();
        for (number, store) in (0..).zip(&self.stores.all) {
            let rows: Vec<RowId> = deleted(store.as_ref()).map(|slot| self.id(number, slot)).collect();
            let entered = if rows.is_empty() { Vec::new() } else { entered(store.table()) };
            if !entered.is_empty() {
                let keys = self.stores.all.iter().map(|store| leading(store.table(), &entered)).collect();
                reaches.push(Reach { rows, keys });
            }
        }
        reaches
    }

    /// Takes out the rows to be deleted that may take one to which a row points, and which the session does not have; the
    /// columns `found` lead to one that it has.
    fn reaching(&self, id: RowId, way: Way, reaches: &mut [Reach], found: &[&[usize]]) -> Vec<RowId> {
        let store = self.stores.get(id);
        let is_null = |column: &usize| store.written(id.slot, *column).is_null();
        let leads = |key: &Leading| {
            self.matters(id, way, &key.columns, key.on_delete)
                && !found.contains(&key.columns.as_slice())
                && !key.columns.iter().any(is_null)
        };
        let takes = |reach: &&mut Reach| !reach.rows.is_empty() && reach.keys[id.store as usize].iter().any(leads);
        reaches.iter_mut().filter(takes).flat_map(|reach| std::mem::take(&mut reach.rows)).collect()
    }
}

/// The rows of a store that are to be deleted.
fn deleted(store: &dyn AnyStore) -> impl Iterator<Item = u32> + '_ {
    let tracks = store.tracks();
    tracks.deleted.iter().copied().filter(|slot| tracks.slot(*slot).state == State::Deleted)
}

/// The foreign keys of a table that lead to the tables `entered`.
fn leading(table: &'static Table, entered: &[&'static Table]) -> Vec<Leading> {
    let keys = table.all_foreign_keys().filter(|key| entered.iter().any(|parents| is_to(key, parents)));
    keys.filter_map(|key| Some(Leading { columns: positions(table, &key.columns)?, on_delete: key.on_delete }))
        .collect()
}
