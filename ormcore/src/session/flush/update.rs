use std::collections::HashMap;

use crate::error::Result;
use crate::model::{AnyStore, Keys, OnWrite, State, set_on_write, value};
use crate::schema::Table;
use crate::schema::statements::read_only;
use crate::session::flush::pointers::Pointer;
use crate::session::flush::unique::{Group, computed_columns, concerns};
use crate::session::flush::{Flush, Pointers};
use crate::session::write::UpdateRows;
use crate::value::Value;

/// When a changed row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// It leaves rows that it pointed to, and nothing else: before those are deleted.
    Leaving,
    /// It does that, and may take by it what a row had that is deleted, which only the database knows: after those deletes
    /// that do not wait for it.
    Entering,
    /// It points to nothing that is yet to be written: before rows are inserted, which may take the values that it had.
    Staying,
    /// It points to rows that may only be there now.
    All,
}

impl Flush<'_> {
    /// Writes rows that were changed and whose turn it is, those with the same changed columns in one statement.
    pub(super) fn update(&mut self, order: &[u32], pointers: &Pointers, turn: Turn) -> Result<()> {
        for number in order.iter().copied() {
            let touched = self.store(number).tracks_mut().begin_update();
            if let Err(error) = self.update_rows(number, &touched, pointers, turn) {
                let tracks = self.store(number).tracks_mut();
                for slot in touched {
                    if tracks.snapshot(slot).is_some() {
                        tracks.touch(slot);
                    }
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn update_rows(&mut self, number: u32, touched: &[u32], pointers: &Pointers, turn: Turn) -> Result<()> {
        let mut groups: Vec<Group> = Vec::new();
        let (mut what, mut changed) = (Written::of(self.store(number)), Vec::new());
        let (mut step, mut start) = (0, 0);
        for (at, slot) in self.in_steps(number, touched, pointers) {
            if at > step {
                (step, start) = (at, groups.len());
            }
            if turn != Turn::All && self.turn(number, slot, pointers) > turn {
                self.store(number).tracks_mut().touch(slot);
                continue;
            }
            self.changed(number, slot, &mut what, &mut changed)?;
            if changed.is_empty() {
                self.settle(number, slot)?;
                continue;
            }
            let same = |(columns, _): &&mut Group| *columns == changed;
            let group = match concerns(&what.computed, &changed) {
                // None of them comes before one that was changed before it.
                true => groups[start..].iter_mut().rfind(|(columns, _)| concerns(&what.computed, columns)).filter(same),
                false => groups[start..].iter_mut().find(same),
            };
            match group {
                Some((_, slots)) => slots.push(slot),
                None => groups.push((changed.clone(), vec![slot])),
            }
        }
        let groups = self.in_unique_order(number, groups)?;
        groups.into_iter().try_for_each(|(columns, slots)| {
            let followers = self.followers(number, &slots, &columns, pointers);
            let in_order = concerns(&what.computed, &columns);
            let seen = what.is_seen.then(|| (columns.clone(), self.given(number, &slots)));
            self.write(number, &slots, columns, in_order)?;
            self.follow_updates(followers)?;
            seen.map_or(Ok(()), |(columns, was)| self.see_updated(number, &slots, &columns, was))
        })
    }

    /// Changed rows, each with the step in which it is written: behind the row of its own table to which it leads, if the key of
    /// that is edited. Where it is led there now, the key has to be there; where the database has it follow, PostgreSQL would
    /// check a row that the transaction has inserted before it follows.
    fn in_steps(&self, number: u32, touched: &[u32], pointers: &Pointers) -> Vec<(usize, u32)> {
        let mut steps: Vec<(usize, u32)> = touched.iter().map(|slot| (0, *slot)).collect();
        if steps.len() < 2 || pointers.of(number).iter().all(|pointer| pointer.parents != number) {
            return steps;
        }
        let store = self.stores.all[number as usize].as_ref();
        let (mut children, mut waits) = (vec![Vec::new(); steps.len()], vec![0; steps.len()]);
        let own = pointers.of(number).iter().filter(|pointer| pointer.parents == number);
        for (Pointer { columns, references, .. }, is_now) in own.flat_map(|own| [(own, true), (own, false)]) {
            let is_edited = |slot: u32, columns: &[usize]| store.edited(slot, columns).is_some();
            let part = |slot: u32, column: usize| match store.record(slot) {
                Some(row) if is_now => value(row, column),
                _ => store.written(slot, column),
            };
            let (mut keys, mut parents) = (Keys::default(), HashMap::new());
            for (place, slot) in touched.iter().enumerate().filter(|(_, slot)| is_edited(**slot, references)) {
                references.iter().for_each(|column| keys.push(&part(*slot, *column)));
                parents.insert(keys.number().0, place);
            }
            if parents.is_empty() {
                continue;
            }
            for (place, slot) in touched.iter().enumerate().filter(|(_, slot)| is_edited(**slot, columns) == is_now) {
                columns.iter().for_each(|column| keys.push(&part(*slot, *column)));
                let parent = keys.find().and_then(|key| parents.get(&key)).filter(|parent| **parent != place);
                if let Some(parent) = parent {
                    children[*parent].push(place);
                    waits[place] += 1;
                }
            }
        }
        let mut ready: Vec<usize> = (0..steps.len()).filter(|place| waits[*place] == 0).collect();
        while let Some(parent) = ready.pop() {
            for child in std::mem::take(&mut children[parent]) {
                steps[child].0 = steps[child].0.max(steps[parent].0 + 1);
                waits[child] -= 1;
                ready.extend((waits[child] == 0).then_some(child));
            }
        }
        steps.sort_by_key(|(step, _)| *step);
        steps
    }

    /// Writes these columns of these rows, where it matters one after another.
    pub(super) fn write(&mut self, number: u32, slots: &[u32], columns: Vec<usize>, in_order: bool) -> Result<()> {
        let mut update = UpdateRows::new(self.stores.all[number as usize].as_mut(), slots, columns, in_order);
        self.tx.drive(&mut update).and_then(|()| update.finish())?;
        self.undo.reserve(slots.len());
        let (tracks, session) = (self.stores.all[number as usize].tracks_mut(), self.stores.session);
        for slot in slots.iter().copied() {
            self.undo.written(tracks.id(session, number, slot), tracks);
        }
        Ok(())
    }

    /// Whether there may be rows whose turn is [`Turn::Entering`]: few models have any, and the others' need not be looked at.
    pub(super) fn may_enter(&self, pointers: &Pointers) -> bool {
        let mut changed = (0..).zip(&self.stores.all).filter(|(_, store)| !store.tracks().touched.is_empty());
        changed.any(|(number, store)| {
            let computed = computed_columns(store.table());
            pointers.of(number).iter().any(|pointer| concerns(&computed, &pointer.columns))
        })
    }

    /// When a changed row is to be written.
    pub(super) fn turn(&mut self, number: u32, slot: u32, pointers: &Pointers) -> Turn {
        let store = self.stores.all[number as usize].as_ref();
        let state = store.tracks().slot(slot);
        if state.unwritten.as_ref().is_some_and(|unwritten| !unwritten.waits.is_empty()) {
            return Turn::All;
        }
        let (Some(was), Some(row)) = (store.tracks().snapshot(slot), store.record(slot)) else { return Turn::Leaving };
        let is_null = |index: &usize| value(row, *index).is_null();
        let (keys, others): (Vec<usize>, Vec<usize>) = was
            .differences(row, store.table())
            .partition(|index| pointers.of(number).iter().any(|pointer| pointer.columns.contains(index)));
        let pointing: Vec<usize> = keys.iter().copied().filter(|index| !is_null(index)).collect();
        let lowest = match others.is_empty() && pointing.is_empty() {
            true if concerns(&computed_columns(store.table()), &keys) => Turn::Entering,
            true => Turn::Leaving,
            false => Turn::Staying,
        };
        let key = |pointer: &Pointer| {
            let is_moved = pointing.iter().any(|at| pointer.columns.contains(at));
            let is_given = is_moved && !pointer.columns.iter().any(is_null);
            is_given.then(|| pointer.columns.iter().map(|column| value(row, *column)).collect::<Vec<_>>())
        };
        let mut keys = pointers.of(number).iter().map(key).enumerate();
        let leads = keys.any(|(at, key)| key.is_some_and(|key| self.coming.has(number, at, &key)));
        if leads { Turn::All } else { lowest }
    }

    fn settle(&mut self, number: u32, slot: u32) -> Result<()> {
        let store = self.store(number);
        if store.tracks().slot(slot).state == State::Persistent { store.settle(slot) } else { Ok(()) }
    }

    /// What the database has in the columns of rows that only it writes.
    fn given(&self, number: u32, slots: &[u32]) -> Vec<Given> {
        let store = self.stores.all[number as usize].as_ref();
        let given = |slot: &u32| read_only(store.table()).map(|index| (index, store.written(*slot, index))).collect();
        slots.iter().map(given).collect()
    }

    /// Puts the columns of a row that differ from what the database has into `changed`, with those that every write sets.
    fn changed(&mut self, number: u32, slot: u32, what: &mut Written, changed: &mut Vec<usize>) -> Result<()> {
        changed.clear();
        let state = self.store(number).tracks_mut().slot_mut(slot);
        if state.state != State::Persistent {
            return Ok(());
        }
        if state.unwritten.is_some() {
            self.resolve(number, slot)?;
            self.store(number).tracks_mut().slot_mut(slot).unwritten = None;
            let key: Vec<usize> = what.table.primary_key().collect();
            self.check_key(number, slot, &key)?;
        }
        if what.is_seen {
            self.see_changed(number, slot)?;
        }
        self.store(number).changes(slot, changed);
        if changed.is_empty() || what.is_seen {
            return Ok(());
        }
        let (Some(on_write), Some(row)) = (what.on_write, self.store(number).record_mut(slot)) else { return Ok(()) };
        let set = set_on_write(what.table, row, on_write)?;
        if set.is_empty() {
            what.on_write = None;
        } else {
            changed.extend(set);
            changed.sort_unstable();
            changed.dedup();
        }
        Ok(())
    }
}

/// Columns of a row that only the database writes, with their values.
pub(super) type Given = Vec<(usize, Value<'static>)>;

/// What is written of the changed rows of a model.
struct Written {
    table: &'static Table,
    /// None once it has set nothing, for it sets the same columns of each row.
    on_write: Option<OnWrite>,
    /// Whether the model has a say.
    is_seen: bool,
    /// The columns of which only the database knows what may not be twice: rows where they change are written one after
    /// another, in the order of the edits.
    computed: Vec<usize>,
}

impl Written {
    fn of(store: &dyn AnyStore) -> Self {
        let table = store.table();
        let computed = computed_columns(table);
        Written { table, on_write: Some(store.on_write()), is_seen: store.has_events(), computed }
    }
}
