//! Which rows are deleted only when what was changed is written: a row that leaves them, or leaves what the database deletes
//! with them, would go with them or hold them.

use std::collections::HashSet;

use crate::model::{RowId, State};
use crate::schema::{Action, Table};
use crate::session::flush::actions::{entered, is_to};
use crate::session::flush::pointers::positions;
use crate::session::flush::{Flush, Pointers};

/// The rows of a store that are to be deleted, and the tables of which the database deletes rows with them.
struct Reach {
    rows: Vec<RowId>,
    entered: Vec<&'static Table>,
}

impl Flush<'_> {
    /// The rows to be deleted that a row which stays points to until it is updated, be it by way of rows that a cascade
    /// takes, and the rows that those point to.
    pub(super) fn late(&mut self, pointers: &Pointers) -> HashSet<RowId> {
        let (mut late, mut between) = (HashSet::new(), HashSet::new());
        // Each with whether it is one that the database is to keep, and not one of those between.
        let mut asked: Vec<(RowId, bool)> = self.staying().into_iter().map(|id| (id, true)).collect();
        let mut reaches: Option<Vec<Reach>> = None;
        while let Some((id, is_kept)) = asked.pop() {
            let is_meant = |action: Option<Action>| is_kept || action == Some(Action::Cascade);
            let mut found: Vec<&[usize]> = Vec::new();
            for pointer in pointers.of(id.store).iter().filter(|pointer| is_meant(pointer.on_delete)) {
                let Some(parent) = pointer.target(self.stores, id.store, id.slot) else { continue };
                found.push(&pointer.columns);
                match self.stores.state(parent) {
                    Some(State::Deleted) if late.insert(parent) => asked.push((parent, true)),
                    Some(State::Persistent) if between.insert(parent) => asked.push((parent, false)),
                    _ => {}
                }
            }
            let reaches = reaches.get_or_insert_with(|| self.reaches());
            for row in self.reaching(id, reaches, &found, is_meant) {
                if late.insert(row) {
                    asked.push((row, true));
                }
            }
        }
        late
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
            let deleted = store.tracks().deleted.iter().copied();
            let rows: Vec<RowId> = deleted
                .filter(|slot| store.tracks().slot(*slot).state == State::Deleted)
                .map(|slot| self.id(number, slot))
                .collect();
            let entered = if rows.is_empty() { Vec::new() } else { entered(store.table()) };
            if !entered.is_empty() {
                reaches.push(Reach { rows, entered });
            }
        }
        reaches
    }

    /// Takes out the rows to be deleted that may take one to which a row points, and which the session does not have; the
    /// columns `found` lead to one that it has.
    fn reaching(
        &self,
        id: RowId,
        reaches: &mut [Reach],
        found: &[&[usize]],
        is_meant: impl Fn(Option<Action>) -> bool,
    ) -> Vec<RowId> {
        let (store, mut reaching) = (self.stores.get(id), Vec::new());
        let table = store.table();
        if reaches.is_empty() {
            return reaching;
        }
        for key in table.all_foreign_keys().filter(|key| is_meant(key.on_delete)) {
            let Some(columns) = positions(table, &key.columns) else { continue };
            let is_null = |column: &usize| store.written(id.slot, *column).is_null();
            if !found.contains(&columns.as_slice()) && !columns.iter().any(is_null) {
                let takes = |reach: &&mut Reach| reach.entered.iter().any(|parents| is_to(&key, parents));
                reaching.extend(reaches.iter_mut().filter(takes).flat_map(|reach| std::mem::take(&mut reach.rows)));
            }
        }
        reaching
    }
}
