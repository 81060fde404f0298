//! What a flush did to the rows in hand, so that a rollback takes it back.

use std::ops::Range;

use crate::error::Result;
use crate::model::{RowId, State, Tracks, restore};
use crate::session::history::Fate;
use crate::session::stores::Stores;

/// What flushes did in a transaction, the last at the end.
#[derive(Default)]
pub(super) struct Undo {
    done: Vec<Done>,
}

/// What a flush did to one row.
enum Done {
    Inserted(RowId),
    Removed(RowId),
    /// It was written; its store has what it was before in this place.
    Changed(RowId, u32),
}

impl Undo {
    pub(super) fn len(&self) -> usize {
        self.done.len()
    }

    /// Makes room for this many rows more.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.done.reserve(rows);
    }

    pub(super) fn inserted(&mut self, id: RowId) {
        self.done.push(Done::Inserted(id));
    }

    pub(super) fn removed(&mut self, id: RowId) {
        self.done.push(Done::Removed(id));
    }

    /// Takes up what the row was, if that is known: the database has it as it is now.
    pub(super) fn written(&mut self, id: RowId, tracks: &mut Tracks) {
        if let Some(place) = tracks.set_aside(id.slot) {
            self.done.push(Done::Changed(id, place));
        }
    }

    /// What was done from one place to another.
    pub(super) fn done<'u>(&'u self, stores: &'u Stores, range: Range<usize>) -> impl Iterator<Item = Fate<'u>> {
        range.filter_map(|place| self.at(place, stores))
    }

    /// What was done to a row in one place.
    pub(super) fn at<'u>(&self, place: usize, stores: &'u Stores) -> Option<Fate<'u>> {
        Some(match *self.done.get(place)? {
            Done::Inserted(id) => Fate { id, is_inserted: true, is_removed: false, was: None },
            Done::Removed(id) => Fate { id, is_inserted: false, is_removed: true, was: None },
            Done::Changed(id, place) => {
                let was = stores.get(id).tracks().was(place);
                Fate { id, is_inserted: false, is_removed: false, was }
            }
        })
    }

    /// Lets rows that were deleted leave, once that is for good.
    pub(super) fn let_go(&mut self, stores: &mut Stores) {
        for done in self.done.drain(..) {
            if let Done::Removed(id) = done {
                leave(stores, id);
            }
        }
        stores.all.iter_mut().for_each(|store| store.tracks_mut().let_go(0));
    }
}

/// Takes back what flushes did, the last first, down to this many.
pub(super) fn take_back(stores: &mut Stores, undo: &mut Undo, down_to: usize) -> Result<()> {
    for done in undo.done.drain(down_to..).rev() {
        match done {
            Done::Inserted(id) => leave(stores, id),
            Done::Removed(id) if stores.state(id).is_some() => {
                let store = stores.get_mut(id);
                store.tracks_mut().slot_mut(id.slot).state = State::Persistent;
                store.tracks_mut().put_back(id.slot);
                // What it was changed to, or waited for, before it was deleted.
                store.give_back(id.slot)?;
            }
            Done::Changed(id, place) => {
                // The program may have taken the row.
                let is_here = stores.state(id).is_some();
                let store = stores.get_mut(id);
                let table = store.table();
                if let (tracks, Some(row)) = store.tracks_and_record(id.slot)
                    && let Some(was) = tracks.was(place).filter(|_| is_here)
                {
                    restore(table, row, was)?;
                }
                store.tracks_mut().let_go(place);
            }
            Done::Removed(_) => {}
        }
    }
    Ok(())
}

/// Lets a row leave: its handle means nothing from here on.
pub(super) fn leave(stores: &mut Stores, id: RowId) {
    if stores.state(id).is_some() {
        stores.drop_row(id);
    }
}

/// Takes back what was not flushed: rows that were changed have their values again, those that were added leave, and
/// those that were to be deleted stay.
pub(super) fn take_back_unflushed(stores: &mut Stores) -> Result<()> {
    for store in &mut stores.all {
        for slot in store.tracks_mut().drain_unwritten() {
            let state = store.tracks_mut().slot_mut(slot);
            match state.state {
                State::Pending => store.drop_row(slot),
                State::Persistent | State::Deleted => {
                    state.state = State::Persistent;
                    store.give_back(slot)?;
                }
                State::Removed | State::Gone => {}
            }
        }
    }
    Ok(())
}

/// Lets rows that were read since then be read again, all of them since 0: what they hold may never have been committed.
pub(super) fn expire_read(stores: &mut Stores, since: u32) {
    for store in &mut stores.all {
        match since {
            0 => store.tracks_mut().expire_all(),
            _ => store.tracks_mut().expire_read(since),
        }
    }
}
