use crate::error::Result;
use crate::model::{State, set_on_write, value};
use crate::session::flush::{Flush, Pointers};
use crate::session::undo::Undo;
use crate::session::write::UpdateRows;

/// When a changed row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// It leaves rows that it pointed to, and nothing else: before those are deleted.
    Leaving,
    /// It points to nothing new: before rows are inserted, which may take the values that it had.
    Staying,
    /// It points to rows that may only be there now.
    All,
}

impl Flush<'_> {
    /// Writes rows that were changed and whose turn it is, those with the same changed columns in one statement.
    pub(super) fn update(&mut self, order: &[u32], pointers: &Pointers, turn: Turn) -> Result<()> {
        for number in order.iter().copied() {
            let touched = self.store(number).tracks_mut().drain_touched();
            let mut groups: Vec<(Vec<usize>, Vec<u32>)> = Vec::new();
            let mut changed = Vec::new();
            for (at, slot) in touched.iter().copied().enumerate() {
                if turn != Turn::All && self.turn(number, slot, pointers) > turn {
                    self.store(number).tracks_mut().touch(slot);
                    continue;
                }
                match self.changed(number, slot, &mut changed) {
                    Ok(()) if changed.is_empty() => self.settle(number, slot),
                    Ok(()) => match groups.iter_mut().find(|(columns, _)| *columns == changed) {
                        Some((_, slots)) => slots.push(slot),
                        None => groups.push((changed.clone(), vec![slot])),
                    },
                    Err(error) => {
                        let grouped = groups.iter().flat_map(|(_, slots)| slots);
                        let tracks = self.store(number).tracks_mut();
                        grouped.chain(&touched[at..]).for_each(|slot| tracks.touch(*slot));
                        return Err(error);
                    }
                }
            }
            let all: Vec<u32> = groups.iter().flat_map(|(_, slots)| slots.iter().copied()).collect();
            let groups = match self.in_unique_order(number, groups) {
                Ok(groups) => groups,
                Err(error) => {
                    let tracks = self.store(number).tracks_mut();
                    all.into_iter().for_each(|slot| tracks.touch(slot));
                    return Err(error);
                }
            };
            for at in 0..groups.len() {
                let (columns, slots) = &groups[at];
                if let Err(error) = self.write(number, slots, columns.clone()) {
                    let left = groups[at..].iter().flat_map(|(_, slots)| slots);
                    let tracks = self.store(number).tracks_mut();
                    left.for_each(|slot| tracks.touch(*slot));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Writes these columns of these rows.
    pub(super) fn write(&mut self, number: u32, slots: &[u32], columns: Vec<usize>) -> Result<()> {
        let mut update = UpdateRows::new(self.stores.all[number as usize].as_mut(), slots, columns);
        self.tx.drive(&mut update).and_then(|()| update.finish())?;
        self.undo.reserve(slots.len());
        let (store, session) = (self.stores.all[number as usize].as_mut(), self.stores.session);
        for slot in slots.iter().copied() {
            let id = store.id(session, number, slot);
            let snapshot = store.tracks_mut().slot_mut(slot).snapshot.take();
            self.undo.extend(snapshot.map(|values| Undo::Changed(id, values)));
        }
        Ok(())
    }

    /// When a changed row is to be written.
    pub(super) fn turn(&mut self, number: u32, slot: u32, pointers: &Pointers) -> Turn {
        let store = self.stores.all[number as usize].as_ref();
        let state = store.tracks().slot(slot);
        if state.unwritten.as_ref().is_some_and(|unwritten| !unwritten.waits.is_empty()) {
            return Turn::All;
        }
        let (Some(was), Some(row)) = (&state.snapshot, store.record(slot)) else { return Turn::Leaving };
        let is_null = |index: &usize| value(row, *index).is_null();
        let (keys, others): (Vec<usize>, Vec<usize>) = was
            .differences(row)
            .partition(|index| pointers.of(number).iter().any(|pointer| pointer.columns.contains(index)));
        let mut turn = if others.is_empty() { Turn::Leaving } else { Turn::Staying };
        let pointing: Vec<usize> = keys.into_iter().filter(|index| !is_null(index)).collect();
        for pointer in
            pointers.of(number).iter().filter(|pointer| pointing.iter().any(|at| pointer.columns.contains(at)))
        {
            turn = turn.max(if pointer.is_there(self.stores, number, slot) { Turn::Staying } else { Turn::All });
        }
        turn
    }

    fn settle(&mut self, number: u32, slot: u32) {
        let state = self.store(number).tracks_mut().slot_mut(slot);
        if state.state == State::Persistent {
            state.snapshot = None;
        }
    }

    /// Puts the columns of a row that differ from what the database has into `changed`, with those that every write sets.
    fn changed(&mut self, number: u32, slot: u32, changed: &mut Vec<usize>) -> Result<()> {
        changed.clear();
        let store = self.store(number);
        let (table, on_write, is_seen) = (store.table(), store.on_write(), store.has_events());
        let state = store.tracks_mut().slot_mut(slot);
        if state.state != State::Persistent {
            return Ok(());
        }
        if state.unwritten.is_some() {
            self.resolve(number, slot)?;
        }
        if is_seen {
            self.see_changed(number, slot)?;
        }
        let store = self.store(number);
        let state = store.tracks_mut().slot_mut(slot);
        state.unwritten = None;
        let Some(was) = state.snapshot.take() else { return Ok(()) };
        let mut set = Ok(Vec::new());
        if let Some(row) = store.record_mut(slot) {
            let (mut was, version) = (was.comparing(), table.version());
            for index in 0..table.columns.len() {
                if Some(index) == version {
                    was.skip();
                    continue;
                }
                let field = row.field_mut(index);
                // What no database can hold is an error when it is written.
                if !was.is(|now| field.send_normalized(now)).unwrap_or(false) {
                    changed.push(index);
                }
            }
            if !changed.is_empty() && !is_seen {
                set = set_on_write(table, row, on_write);
            }
        }
        store.tracks_mut().slot_mut(slot).snapshot = Some(was);
        let set = set?;
        if !set.is_empty() {
            changed.extend(set);
            changed.sort_unstable();
            changed.dedup();
        }
        Ok(())
    }
}
