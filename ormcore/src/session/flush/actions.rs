//! What the database does by itself when rows are deleted, or when what others point to is written: `on_delete`, `on_update`.

use std::collections::HashSet;

use crate::error::Result;
use crate::model::{Keys, RowId, State, Values, assign, value, values};
use crate::schema::{Action, OwnedForeignKey, Table, registry};
use crate::session::flush::pointers::{Pointer, positions};
use crate::session::flush::{Flush, Pointers};
use crate::session::stores::Stores;
use crate::value::Value;

/// Columns of a row, and the values that they get.
type Assigned = Vec<(usize, Value<'static>)>;

/// A row that the database writes because of another.
pub(super) struct Follower {
    store: u32,
    slot: u32,
    /// What it writes; `None` where only the database knows.
    assigned: Option<Assigned>,
}

impl Flush<'_> {
    /// Follows that rows were deleted: rows that pointed to them are gone too, or are to be read again.
    pub(super) fn follow_deletes(&mut self, number: u32, deleted: &[u32], pointers: &Pointers) {
        let (mut left, mut gone) = (vec![(number, deleted.to_vec())], HashSet::new());
        while let Some((parents, slots)) = left.pop() {
            for children in 0..self.stores.all.len() as u32 {
                for pointer in pointers.of(children).iter().filter(|pointer| pointer.parents == parents) {
                    let Some(action) = pointer.on_delete else { continue };
                    let followers = pointer.followers(self.stores, children, &slots);
                    let mut followers: Vec<u32> = followers.into_iter().map(|(slot, _)| slot).collect();
                    if action == Action::Cascade {
                        followers.retain(|slot| gone.insert((children, *slot)));
                        left.extend((!followers.is_empty()).then_some((children, followers)));
                    } else {
                        self.expire(children, &followers, action == Action::SetDefault);
                    }
                }
            }
        }
        gone.into_iter().for_each(|(number, slot)| self.removed(number, slot));
        self.doubt_followers(number);
    }

    /// Has rows read again that the database has changed; `moved` if they may have got other parents.
    fn expire(&mut self, number: u32, slots: &[u32], moved: bool) {
        let tracks = self.store(number).tracks_mut();
        slots.iter().for_each(|slot| tracks.expire(*slot));
        if moved && !slots.is_empty() {
            self.stores.collections.forget_parents(number);
        }
    }

    /// Has rows read again that may be gone with rows which the session does not have: those that point into a table to which
    /// a delete cascades, and to no row of it that is known to be there.
    fn doubt_followers(&mut self, number: u32) {
        let entered = entered(self.store(number).table());
        if entered.is_empty() {
            return;
        }
        let mut doubted: HashSet<RowId> = HashSet::new();
        // What points to rows in doubt is in doubt.
        loop {
            let stores = &*self.stores;
            let before = doubted.len();
            for children in 0..stores.all.len() as u32 {
                let found = in_doubt(stores, children, &entered, &doubted);
                doubted.extend(found);
            }
            if doubted.len() == before {
                break;
            }
        }
        for id in &doubted {
            self.stores.get_mut(*id).tracks_mut().expire(id.slot);
        }
        let Stores { all, collections, .. } = &mut *self.stores;
        let moves = |key: OwnedForeignKey| key.on_delete == Some(Action::SetDefault);
        // They may have got other parents.
        let moved: HashSet<u32> = doubted.iter().map(|id| id.store).collect();
        let moved: HashSet<u32> =
            moved.into_iter().filter(|store| all[*store as usize].table().all_foreign_keys().any(moves)).collect();
        collections.forget_with(&doubted, |target| moved.contains(&target));
    }

    /// The rows that the database writes too when these columns of rows are written with what the rows have now.
    pub(super) fn followers(
        &self,
        number: u32,
        slots: &[u32],
        columns: &[usize],
        pointers: &Pointers,
    ) -> Vec<Follower> {
        let store = self.stores.all[number as usize].as_ref();
        let is_followed = || pointers.to(number).any(|(_, pointer)| pointer.on_update_of(columns).is_some());
        if !is_followed() {
            return Vec::new();
        }
        let now = |slot: u32| {
            let row = store.record(slot);
            row.map(|row| columns.iter().map(|column| (*column, value(row, *column))).collect()).unwrap_or_default()
        };
        let mut left: Vec<(u32, Vec<(u32, Assigned)>)> =
            vec![(number, slots.iter().map(|slot| (*slot, now(*slot))).collect())];
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        while let Some((parents, rows)) = left.pop() {
            let columns: Vec<usize> =
                rows.iter().flat_map(|(_, assigned)| assigned.iter().map(|(column, _)| *column)).collect();
            let slots: Vec<u32> = rows.iter().map(|(slot, _)| *slot).collect();
            for (children, pointer) in pointers.to(parents) {
                let Some(action) = pointer.on_update_of(&columns) else { continue };
                let mut next = Vec::new();
                for (slot, parent) in pointer.followers(self.stores, children, &slots) {
                    if !seen.insert((children, slot, pointer.columns.clone())) {
                        continue;
                    }
                    let assigned = pointer.assigned(action, &rows[parent].1);
                    next.extend(assigned.clone().map(|assigned| (slot, assigned)));
                    all.push(Follower { store: children, slot, assigned });
                }
                left.extend((!next.is_empty()).then_some((children, next)));
            }
        }
        all
    }

    /// Follows that the database has written rows.
    pub(super) fn follow_updates(&mut self, followers: Vec<Follower>) -> Result<()> {
        let mut gone = HashSet::new();
        for Follower { store: number, slot, assigned } in followers {
            let (id, store) = (self.id(number, slot), self.stores.all[number as usize].as_mut());
            let table = store.table();
            let Some(assigned) = assigned else {
                self.expire(number, &[slot], true);
                continue;
            };
            if assigned.iter().any(|(column, _)| table.columns[*column].primary_key) {
                // Its key names it: with another one it is another row.
                self.replaced(number, &[slot])?;
                gone.insert(id);
                continue;
            }
            let (tracks, Some(row)) = store.tracks_and_record(slot) else { continue };
            let was = tracks.snapshot(slot).map_or_else(|| values(table, row), Values::to_owned);
            let mut now = was.clone();
            for (column, value) in assigned {
                now.set(column, &value);
                if was.values().is(column, row.field(column)) {
                    assign(table, row, column, value)?;
                }
            }
            let differs = now.values().differences(row, table).next().is_some();
            tracks.set_snapshot(slot, was.values());
            self.undo.written(id, tracks);
            if differs {
                tracks.set_snapshot(slot, now.values());
            }
            if table.columns.iter().any(|column| column.read_only) {
                // It may be computed from what was assigned.
                self.expire(number, &[slot], false);
            }
        }
        // They are found again, as the rows that they are now.
        self.stores.collections.forget_with(&gone, |_| false);
        Ok(())
    }
}

impl Pointer {
    /// What the database does to the children when these columns of a parent are written.
    fn on_update_of(&self, columns: &[usize]) -> Option<Action> {
        self.on_update.filter(|_| self.references.iter().any(|column| columns.contains(column)))
    }

    /// What a child gets when its parent gets these values.
    fn assigned(&self, action: Action, parent: &Assigned) -> Option<Assigned> {
        match action {
            Action::Cascade => {
                let own = |(column, value): &(usize, Value<'static>)| {
                    let place = self.references.iter().position(|referenced| referenced == column)?;
                    Some((self.columns[place], value.clone()))
                };
                Some(parent.iter().filter_map(own).collect())
            }
            Action::SetNull => Some(self.columns.iter().map(|column| (*column, Value::Null)).collect()),
            _ => None,
        }
    }
}

/// The tables of which the database deletes rows by itself when rows of this one are deleted.
pub(super) fn entered(table: &'static Table) -> Vec<&'static Table> {
    let (mut entered, mut left): (Vec<&'static Table>, _) = (Vec::new(), vec![table]);
    while let Some(parents) = left.pop() {
        for children in registry::described() {
            let is_known = entered.iter().any(|other| (other.schema, other.name) == (children.schema, children.name));
            if !is_known && cascades(children, parents) {
                entered.push(children);
                left.push(children);
            }
        }
    }
    entered
}

/// Whether children go with their parents.
fn cascades(children: &Table, parents: &Table) -> bool {
    let to = (parents.schema, parents.name);
    let mut single = children.columns.iter().filter_map(|column| column.references);
    let mut composite = children.composite_foreign_keys.iter();
    single.any(|key| (key.schema, key.table) == to && key.on_delete == Some(Action::Cascade))
        || composite.any(|key| (key.schema, key.table) == to && key.on_delete == Some(Action::Cascade))
}

/// The rows of a store that the database may have deleted or changed with rows of the tables `entered`; what points to rows
/// that are `doubted` already is among them.
fn in_doubt(stores: &Stores, children: u32, entered: &[&'static Table], doubted: &HashSet<RowId>) -> Vec<RowId> {
    let store = stores.all[children as usize].as_ref();
    let (table, mut found) = (store.table(), Vec::new());
    // No row that such a key restricts has lost its parent.
    let acts = |key: &OwnedForeignKey| {
        key.on_delete.is_some_and(|action| !matches!(action, Action::NoAction | Action::Restrict))
    };
    for key in table.all_foreign_keys().filter(|key| acts(key) && entered.iter().any(|parents| is_to(key, parents))) {
        let Some(columns) = positions(table, &key.columns) else { continue };
        let mut sure = sure_parents(stores, &key, doubted);
        for slot in persistent(stores, children) {
            let key: Vec<_> = columns.iter().map(|column| store.written(slot, *column)).collect();
            if key.iter().any(Value::is_null) {
                continue;
            }
            key.iter().for_each(|part| sure.push(part));
            if sure.find().is_none() {
                found.push(store.id(stores.session, children, slot));
            }
        }
    }
    found
}

pub(super) fn is_to(key: &OwnedForeignKey, parents: &Table) -> bool {
    (key.schema, key.table) == (parents.schema, parents.name)
}

/// What rows of the session have in the columns to which a foreign key leads, but for those that are in doubt.
fn sure_parents(stores: &Stores, key: &OwnedForeignKey, doubted: &HashSet<RowId>) -> Keys {
    let mut sure = Keys::default();
    for (number, parents) in (0..).zip(&stores.all).filter(|(_, parents)| is_to(key, parents.table())) {
        let Some(references) = positions(parents.table(), &key.references) else { continue };
        for slot in persistent(stores, number) {
            if !doubted.contains(&parents.id(stores.session, number, slot)) {
                references.iter().for_each(|column| sure.push(&parents.written(slot, *column)));
                sure.number();
            }
        }
    }
    sure
}

fn persistent(stores: &Stores, number: u32) -> impl Iterator<Item = u32> + '_ {
    let tracks = stores.all[number as usize].tracks();
    (0..tracks.slots.len() as u32).filter(|slot| tracks.slot(*slot).state == State::Persistent)
}
