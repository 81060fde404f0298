//! The order in which a flush writes: links that go, rows that go, rows that come, rows that changed, links that come; and
//! last those rows that others still pointed to.

use std::collections::{HashMap, HashSet};

use crate::backend::Steps;
use crate::database::Transaction;
use crate::error::{Error, Result};
use crate::model::{AnyStore, RowId, State, Wait, key, set_on_write, value, values};
use crate::relation::LinkBatch;
use crate::schema::Table;
use crate::schema::order::ordered;
use crate::session::links::PendingLink;
use crate::session::stores::Stores;
use crate::session::undo::{Undo, leave};
use crate::session::write::{DeleteRows, UpdateRows};
use crate::value::Value;

/// One flush.
pub(super) struct Flush<'s> {
    pub(super) stores: &'s mut Stores,
    pub(super) links: &'s mut Vec<Box<dyn PendingLink>>,
    pub(super) unlinks: &'s mut Vec<Box<dyn Steps>>,
    pub(super) undo: &'s mut Vec<Undo>,
    pub(super) tx: &'s Transaction,
}

impl Flush<'_> {
    pub(super) fn run(mut self) -> Result<()> {
        self.check_keys()?;
        let links = std::mem::take(self.links);
        let order = self.order();
        self.write_links(&links, true)?;
        std::mem::take(self.unlinks).iter_mut().try_for_each(|all| self.tx.drive(all.as_mut()))?;
        let late = self.late();
        self.delete(&order, |id| !late.contains(&id))?;
        self.insert(&order)?;
        self.update(&order)?;
        self.write_links(&links, false)?;
        self.delete(&order, |_| true)
    }

    /// The stores, those of parents before those of children.
    fn order(&self) -> Vec<u32> {
        let tables: Vec<&'static Table> = self.stores.all.iter().map(|store| store.table()).collect();
        let place = |table: &&'static Table| tables.iter().position(|other| std::ptr::eq(*other, *table));
        ordered(&tables).tables.iter().filter_map(place).map(|place| place as u32).collect()
    }

    fn store(&mut self, store: u32) -> &mut dyn AnyStore {
        self.stores.all[store as usize].as_mut()
    }

    fn id(&self, store: u32, slot: u32) -> RowId {
        self.stores.all[store as usize].id(self.stores.session, store, slot)
    }

    /// A key names its row: it cannot be edited.
    fn check_keys(&self) -> Result<()> {
        for store in &self.stores.all {
            let table = store.table();
            for slot in &store.tracks().touched {
                let (Some(row), Some(was)) = (store.record(*slot), &store.tracks().slots[*slot as usize].snapshot)
                else {
                    continue;
                };
                if let Some(index) = table.primary_key().find(|index| value(row, *index) != was[*index]) {
                    return Err(Error::usage(format!(
                        "`{}.{}` is part of the primary key, which names the row, and was edited: add a row with the new \
                         key and delete this one",
                        table.name, table.columns[index].name
                    )));
                }
            }
        }
        Ok(())
    }

    /// Deletes rows that are to be deleted, children before parents.
    fn delete(&mut self, order: &[u32], is_wanted: impl Fn(RowId) -> bool) -> Result<()> {
        for number in order.iter().rev().copied() {
            let all = std::mem::take(&mut self.store(number).tracks_mut().deleted);
            let (wanted, kept): (Vec<u32>, Vec<u32>) =
                all.into_iter().partition(|slot| is_wanted(self.id(number, *slot)));
            self.store(number).tracks_mut().deleted = kept;
            if wanted.is_empty() {
                continue;
            }
            let wanted = children_first(self.store(number), wanted);
            self.tx.drive(&mut DeleteRows::new(self.stores.all[number as usize].as_mut(), &wanted))?;
            for slot in wanted {
                let id = self.id(number, slot);
                self.undo.push(Undo::Removed(id));
                let store = self.store(number);
                let key = store.record(slot).map(|row| key(store.table(), row));
                let tracks = store.tracks_mut();
                tracks.slots[slot as usize].state = State::Removed;
                if let Some(key) = key {
                    tracks.set_place(&key, None);
                }
            }
        }
        Ok(())
    }

    /// The rows to be deleted that a row which stays points to until it is updated, and the rows that those point to.
    fn late(&self) -> HashSet<RowId> {
        let mut places: HashMap<(usize, Vec<String>), RowId> = HashMap::new();
        for (number, store) in self.stores.all.iter().enumerate() {
            for slot in &store.tracks().deleted {
                if let Some(row) = store.record(*slot) {
                    let key = key(store.table(), row).iter().map(|part| format!("{part:?}")).collect();
                    places.insert((number, key), self.id(number as u32, *slot));
                }
            }
        }
        let mut late = HashSet::new();
        if places.is_empty() {
            return late;
        }
        let mut asked: Vec<(u32, u32, bool)> = Vec::new();
        for (number, store) in self.stores.all.iter().enumerate() {
            let stays = |slot: &&u32| store.tracks().slots[**slot as usize].state == State::Persistent;
            asked.extend(store.tracks().touched.iter().filter(stays).map(|slot| (number as u32, *slot, true)));
        }
        while let Some((number, slot, was)) = asked.pop() {
            for parent in self.parents(number, slot, was, &places) {
                if late.insert(parent) {
                    asked.push((parent.store, parent.slot, false));
                }
            }
        }
        late
    }

    /// The rows to be deleted that the foreign keys of a row point to, by what they are or by what they `were`.
    fn parents(&self, number: u32, slot: u32, were: bool, places: &HashMap<(usize, Vec<String>), RowId>) -> Vec<RowId> {
        let store = self.stores.all[number as usize].as_ref();
        let Some(row) = store.record(slot) else { return Vec::new() };
        let snapshot = store.tracks().slots[slot as usize].snapshot.as_deref().filter(|_| were);
        let current = |index: usize| snapshot.map_or_else(|| value(row, index), |was| was[index].clone());
        let table = store.table();
        let position = |name: &&str| table.columns.iter().position(|column| column.name == *name);
        let mut found = Vec::new();
        for key in table.all_foreign_keys() {
            let values: Option<Vec<String>> =
                key.columns.iter().map(|name| position(name).map(|index| format!("{:?}", current(index)))).collect();
            let Some(values) = values else { continue };
            let parents = self.stores.all.iter().enumerate();
            for (parent, _) in parents.filter(|(_, store)| store.table().name == key.table) {
                found.extend(places.get(&(parent, values.clone())).copied());
            }
        }
        found
    }

    /// Inserts rows, parents before children; of rows that wait for each other one is written without, and updated after.
    fn insert(&mut self, order: &[u32]) -> Result<()> {
        loop {
            let (mut left, mut done) = (0, 0);
            for number in order.iter().copied() {
                loop {
                    let (ready, waiting) = self.split_pending(number)?;
                    self.store(number).tracks_mut().pending = waiting;
                    if ready.is_empty() {
                        break;
                    }
                    done += ready.len();
                    self.insert_ready(number, ready)?;
                }
                left += self.store(number).tracks().pending.len();
            }
            if left == 0 {
                return Ok(());
            }
            if done == 0 {
                self.break_circle(order)?;
            }
        }
    }

    /// The rows to be inserted that wait for nothing, and the others.
    fn split_pending(&mut self, number: u32) -> Result<(Vec<u32>, Vec<u32>)> {
        let pending = std::mem::take(&mut self.store(number).tracks_mut().pending);
        let (mut ready, mut waiting) = (Vec::new(), Vec::new());
        for slot in pending.iter().copied() {
            let waits = self.store(number).tracks().slots[slot as usize].unwritten.as_ref();
            let waits: Vec<Wait> = waits.map(|unwritten| unwritten.waits.clone()).unwrap_or_default();
            match self.resolve(number, slot, &waits) {
                Ok(true) => ready.push(slot),
                Ok(false) => waiting.push(slot),
                Err(error) => {
                    self.store(number).tracks_mut().pending = pending;
                    return Err(error);
                }
            }
        }
        Ok((ready, waiting))
    }

    /// Fills in what a row waits for; `false` if a row that it waits for is not in the database yet.
    fn resolve(&mut self, number: u32, slot: u32, waits: &[Wait]) -> Result<bool> {
        for wait in waits {
            let table = self.store(number).table();
            match self.stores.state(wait.row) {
                Some(State::Persistent) => {}
                Some(State::Pending) => return Ok(false),
                _ => {
                    return Err(Error::usage(format!(
                        "`{}.{}` is to point to a row that has left the session",
                        table.name, table.columns[wait.column].name
                    )));
                }
            }
            let parent = self.stores.get(wait.row).record(wait.row.slot).map(|row| value(row, wait.referenced));
            let store = self.store(number);
            if let (Some(parent), Some(row)) = (parent, store.record_mut(slot)) {
                let assigned = row.field_mut(wait.column).assign(parent);
                assigned.map_err(|error| Error::encode(table.name, table.columns[wait.column].name, &error))?;
            }
        }
        Ok(true)
    }

    fn insert_ready(&mut self, number: u32, ready: Vec<u32>) -> Result<()> {
        let store = self.stores.all[number as usize].as_mut();
        // Rows of one shape are one statement, whatever was added between them.
        let mut shapes: Vec<Vec<u32>> = Vec::new();
        for slot in ready {
            let shape = |slot: u32| store.tracks().slots[slot as usize].unwritten.as_ref().map(|one| &one.unset);
            match shapes.iter_mut().find(|other| shape(other[0]) == shape(slot)) {
                Some(same) => same.push(slot),
                None => shapes.push(vec![slot]),
            }
        }
        for (done, slots) in shapes.iter().enumerate() {
            let inserted = self.stores.all[number as usize].insert(slots, self.tx);
            if let Err(error) = inserted {
                let left: Vec<u32> = shapes[done..].concat();
                self.store(number).tracks_mut().pending.extend(left);
                return Err(error);
            }
            for slot in slots.iter().copied() {
                let id = self.id(number, slot);
                self.undo.push(Undo::Inserted(id));
                let transaction = self.stores.transaction;
                let store = self.store(number);
                let key = store.record(slot).map(|row| key(store.table(), row));
                let tracks = store.tracks_mut();
                let state = &mut tracks.slots[slot as usize];
                (state.state, state.read_in) = (State::Persistent, transaction);
                state.unwritten = None;
                if let Some(key) = key {
                    tracks.set_place(&key, Some(slot));
                }
            }
        }
        Ok(())
    }

    /// Lets one row of a circle be inserted without what it waits for, and be updated when that is there.
    fn break_circle(&mut self, order: &[u32]) -> Result<()> {
        for number in order.iter().copied() {
            for slot in self.store(number).tracks().pending.clone() {
                let table = self.store(number).table();
                let Some(mut unwritten) = self.store(number).tracks_mut().slots[slot as usize].unwritten.take() else {
                    continue;
                };
                let (late, waits): (Vec<Wait>, Vec<Wait>) = unwritten.waits.iter().partition(|wait| {
                    table.columns[wait.column].nullable && self.stores.state(wait.row) == Some(State::Pending)
                });
                if late.is_empty() {
                    self.store(number).tracks_mut().slots[slot as usize].unwritten = Some(unwritten);
                    continue;
                }
                unwritten.waits = waits;
                let store = self.store(number);
                store.tracks_mut().slots[slot as usize].unwritten = Some(unwritten);
                let tracks = store.tracks_mut();
                tracks.pending.retain(|other| *other != slot);
                self.insert_ready(number, vec![slot])?;
                let store = self.store(number);
                store.lend(slot);
                let waits = super::relations::unwritten(store.tracks_mut(), slot);
                waits.waits = late;
                return Ok(());
            }
        }
        Err(Error::usage(
            "rows that were added point to each other in a circle, by foreign keys that may not be NULL: make one of them \
             an `Option`",
        ))
    }

    /// Writes rows that were changed, those with the same changed columns in one statement.
    fn update(&mut self, order: &[u32]) -> Result<()> {
        for number in order.iter().copied() {
            let touched = std::mem::take(&mut self.store(number).tracks_mut().touched);
            let mut groups: Vec<(Vec<usize>, Vec<u32>)> = Vec::new();
            for (at, slot) in touched.iter().copied().enumerate() {
                match self.changed(number, slot) {
                    Ok(changed) if changed.is_empty() => self.settle(number, slot),
                    Ok(changed) => match groups.iter_mut().find(|(columns, _)| *columns == changed) {
                        Some((_, slots)) => slots.push(slot),
                        None => groups.push((changed, vec![slot])),
                    },
                    Err(error) => {
                        let grouped = groups.into_iter().flat_map(|(_, slots)| slots);
                        let left = grouped.chain(touched[at..].iter().copied()).collect();
                        self.store(number).tracks_mut().touched = left;
                        return Err(error);
                    }
                }
            }
            for at in 0..groups.len() {
                let (columns, slots) = &groups[at];
                let mut update = UpdateRows::new(self.stores.all[number as usize].as_mut(), slots, columns.clone());
                let written = self.tx.drive(&mut update).and_then(|()| update.finish());
                if let Err(error) = written {
                    let left = groups[at..].iter().flat_map(|(_, slots)| slots.iter().copied()).collect();
                    self.store(number).tracks_mut().touched = left;
                    return Err(error);
                }
                for slot in slots.clone() {
                    let id = self.id(number, slot);
                    let snapshot = self.store(number).tracks_mut().slots[slot as usize].snapshot.take();
                    self.undo.extend(snapshot.map(|values| Undo::Changed(id, values)));
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, number: u32, slot: u32) {
        self.store(number).tracks_mut().slots[slot as usize].snapshot = None;
    }

    /// The columns of a row that differ from what the database has, with those that every write sets.
    fn changed(&mut self, number: u32, slot: u32) -> Result<Vec<usize>> {
        let state = &mut self.store(number).tracks_mut().slots[slot as usize];
        if state.state != State::Persistent {
            return Ok(Vec::new());
        }
        if let Some(unwritten) = state.unwritten.take() {
            self.resolve(number, slot, &unwritten.waits)?;
        }
        let store = self.store(number);
        let (table, on_write) = (store.table(), store.on_write());
        let Some(was) = store.tracks_mut().slots[slot as usize].snapshot.take() else { return Ok(Vec::new()) };
        let mut changed = Vec::new();
        let mut ended = Ok(Vec::new());
        if let Some(row) = store.record_mut(slot) {
            (0..was.len()).for_each(|index| row.field_mut(index).normalize());
            let now = values(table, row);
            changed.extend((0..was.len()).filter(|index| now[*index] != was[*index]));
            changed.retain(|index| Some(*index) != table.version());
            if !changed.is_empty() {
                ended = set_on_write(table, row, on_write);
            }
        }
        store.tracks_mut().slots[slot as usize].snapshot = Some(was);
        changed.extend(ended?);
        changed.sort_unstable();
        changed.dedup();
        Ok(changed)
    }

    /// Writes new links, or deletes those that go; a link that both sides name is written once.
    fn write_links(&mut self, links: &[Box<dyn PendingLink>], deletes: bool) -> Result<()> {
        let mut batches: Vec<LinkBatch> = Vec::new();
        let mut seen = HashSet::new();
        for link in links.iter().filter(|link| link.deletes() == deletes) {
            let batch = link.batch(self.stores)?;
            if !seen.insert(batch.key()) {
                continue;
            }
            match batches.iter_mut().find(|other| other.is_like(&batch)) {
                Some(same) => same.merge(batch),
                None => batches.push(batch),
            }
        }
        batches.iter_mut().try_for_each(|batch| self.tx.drive(batch))
    }
}

/// The rows to be deleted of one table, those that point to others of them first.
fn children_first(store: &dyn AnyStore, mut slots: Vec<u32>) -> Vec<u32> {
    let table = store.table();
    let position = |name: &str| table.columns.iter().position(|column| column.name == name);
    let own = |(name, schema): (&str, Option<&str>)| name == table.name && schema == table.schema;
    let keys: Vec<(Vec<usize>, Vec<usize>)> = table
        .all_foreign_keys()
        .filter(|key| own((key.table, key.schema)))
        .filter_map(|key| {
            let columns = key.columns.iter().map(|name| position(name)).collect::<Option<_>>()?;
            Some((columns, key.references.iter().map(|name| position(name)).collect::<Option<_>>()?))
        })
        .collect();
    if keys.is_empty() || slots.len() < 2 {
        return slots;
    }
    let part = |slot: u32, columns: &[usize]| -> Vec<Value<'static>> {
        store.record(slot).map(|row| columns.iter().map(|index| value(row, *index)).collect()).unwrap_or_default()
    };
    let mut sorted = Vec::with_capacity(slots.len());
    while !slots.is_empty() {
        let points_to = |child: u32, parent: u32| {
            child != parent && keys.iter().any(|(near, far)| part(child, near) == part(parent, far))
        };
        let free = slots.iter().position(|slot| !slots.iter().any(|other| points_to(*other, *slot)));
        sorted.push(slots.remove(free.unwrap_or(0)));
    }
    sorted
}

/// Lets rows that were deleted leave, once that is for good.
pub(super) fn let_go(stores: &mut Stores, undo: &mut Vec<Undo>) {
    for done in undo.drain(..) {
        if let Undo::Removed(id) = done {
            leave(stores, id);
        }
    }
}
