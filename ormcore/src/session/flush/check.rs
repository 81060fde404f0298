//! What a flush finds out before its first statement, so that the session can go on after it: what drafts lack, keys that
//! were edited, and what models say to their rows.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{Event, Pointing, RowId, State, written_columns};
use crate::schema::Table;
use crate::session::flush::Flush;
use crate::session::flush::update::Given;
use crate::session::stores::read_only;

impl Flush<'_> {
    /// Checks the rows that are to be written, and has their models see them; rows that wait for the key of another are
    /// seen when it is there. Of those to be inserted some are about to leave.
    pub(in crate::session) fn check(&mut self, leaving: &HashSet<RowId>) -> Result<()> {
        for number in 0..self.stores.all.len() as u32 {
            self.check_drafts(number, leaving)?;
            self.check_changed(number)?;
            self.check_written(number)?;
        }
        // Their models may have given rows other keys.
        self.stores.copy_again()
    }

    fn check_drafts(&mut self, number: u32, leaving: &HashSet<RowId>) -> Result<()> {
        let has_events = self.store(number).has_events();
        for slot in self.store(number).tracks().pending.clone() {
            if leaving.contains(&self.id(number, slot)) {
                continue;
            }
            let state = self.store(number).tracks().slot(slot);
            if state.state != State::Pending || (state.unwritten.is_none() && !has_events) {
                continue;
            }
            if let Some(problem) = state.unwritten.as_ref().and_then(|unwritten| unwritten.problem.as_ref()) {
                return Err(Error::new(problem.kind().clone()));
            }
            if has_events && self.resolve(number, slot)? {
                self.see_drafts(number, &[slot])?;
            } else if !has_events {
                self.store(number).check_complete(slot)?;
            }
        }
        Ok(())
    }

    /// Has their model see drafts, once in a flush.
    pub(super) fn see_drafts(&mut self, number: u32, slots: &[u32]) -> Result<()> {
        if !self.store(number).has_events() {
            return Ok(());
        }
        for slot in slots.iter().copied() {
            if !self.seen.contains(&(number, slot)) {
                self.store(number).see(slot, Event::BeforeInsert)?;
                self.seen.insert((number, slot));
            }
        }
        Ok(())
    }

    /// Has their model see rows that were inserted.
    pub(super) fn see_inserted(&mut self, number: u32, slots: &[u32]) -> Result<()> {
        if !self.store(number).has_events() {
            return Ok(());
        }
        slots.iter().try_for_each(|slot| self.store(number).see(*slot, Event::AfterInsert))
    }

    fn check_changed(&mut self, number: u32) -> Result<()> {
        let has_events = self.store(number).has_events();
        let touched = self.store(number).tracks().touched.clone();
        let key: Vec<usize> = self.store(number).table().primary_key().collect();
        for slot in touched {
            self.check_key(number, slot, &key)?;
            if has_events && self.store(number).differs(slot) && self.resolve(number, slot).unwrap_or(false) {
                self.see_changed(number, slot)?;
            }
        }
        Ok(())
    }

    /// Has its model, which has a say, see a row that differs, once in a flush.
    pub(super) fn see_changed(&mut self, number: u32, slot: u32) -> Result<()> {
        if !self.seen.contains(&(number, slot)) && self.store(number).differs(slot) {
            self.store(number).see(slot, Event::BeforeUpdate)?;
            let key: Vec<usize> = self.store(number).table().primary_key().collect();
            self.check_key(number, slot, &key)?;
            self.seen.insert((number, slot));
            self.seen_changed.insert((number, slot));
        }
        Ok(())
    }

    /// Has their model see rows of which these columns were written, with what the database has written beside; those that
    /// were only inserted in parts it has seen.
    pub(super) fn see_updated(&mut self, number: u32, slots: &[u32], columns: &[usize], was: Vec<Given>) -> Result<()> {
        for (slot, was) in slots.iter().copied().zip(was) {
            if !self.seen_changed.remove(&(number, slot)) {
                continue;
            }
            let store = self.store(number);
            let Some(row) = store.record(slot) else { continue };
            let columns = written_columns(columns, row, &was);
            store.see(slot, Event::AfterUpdate(&columns))?;
        }
        Ok(())
    }

    /// Has their model see rows that were deleted.
    pub(super) fn see_deleted(&mut self, number: u32, slots: &[u32]) -> Result<()> {
        if !self.store(number).has_events() {
            return Ok(());
        }
        slots.iter().try_for_each(|slot| self.store(number).see(*slot, Event::AfterDelete))
    }

    /// Checks that the key was not edited, and will not be by what it waits for: it names its row. A version is the
    /// session's own to count: one that was edited is again what it was.
    pub(super) fn check_key(&mut self, number: u32, slot: u32, key: &[usize]) -> Result<()> {
        let store = self.stores.all[number as usize].as_ref();
        let (table, tracks) = (store.table(), store.tracks());
        // A row that is to be deleted gets no other key.
        let unwritten = tracks.slot(slot).unwritten.as_ref();
        let waits =
            unwritten.filter(|_| tracks.slot(slot).state == State::Persistent).map_or(&[][..], |all| &all.waits);
        let edited = match waits {
            [] => store.edited(slot, key),
            waits => key.iter().copied().find(|index| {
                let Some(was) = tracks.snapshot(slot).filter(|_| waits.iter().any(|wait| wait.column == *index)) else {
                    return store.edited(slot, &[*index]).is_some();
                };
                let value = Pointing::new(self.stores).value((self.id(number, slot), *index));
                value.is_none_or(|value| !was.get(*index).is_same_key(&value))
            }),
        };
        if let Some(index) = edited {
            return Err(edited_key(table, index));
        }
        let Some(index) = table.version() else { return Ok(()) };
        let (tracks, row) = self.store(number).tracks_and_record(slot);
        let (Some(was), Some(row)) = (tracks.snapshot(slot), row) else { return Ok(()) };
        let assigned = row.field_mut(index).assign(was.get(index));
        assigned.map_err(|error| Error::encode(table.name, table.columns[index].name, &error))
    }

    fn check_written(&mut self, number: u32) -> Result<()> {
        let store = self.store(number);
        let (table, tracks) = (store.table(), store.tracks());
        let is_written = || !tracks.deleted.is_empty() || tracks.touched.iter().any(|slot| store.differs(*slot));
        if table.read_only && is_written() {
            return Err(read_only(table));
        }
        if table.primary_key().next().is_none() && is_written() {
            return Err(Error::usage(format!("`{}` has no primary key: its rows can be added and read", table.name)));
        }
        if !store.has_events() {
            return Ok(());
        }
        let deleted: Vec<u32> = tracks.deleted.clone();
        let deleted = deleted.into_iter().filter(|slot| store.tracks().slot(*slot).state == State::Deleted);
        let deleted: Vec<u32> = deleted.collect();
        deleted.into_iter().try_for_each(|slot| self.store(number).see(slot, Event::BeforeDelete))
    }
}

fn edited_key(table: &Table, index: usize) -> Error {
    Error::usage(format!(
        "`{}.{}` is part of the primary key, which names the row, and was edited: add a row with the new key and delete \
         this one",
        table.name, table.columns[index].name
    ))
}
