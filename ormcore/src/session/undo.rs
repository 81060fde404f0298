//! What a flush did to the rows in hand, so that a rollback takes it back.

use std::ops::Range;

use crate::error::Result;
use crate::model::{RowId, State, Tracks, Values, restore};
use crate::session::history::Fate;
use crate::session::stores::Stores;

/// What flushes did in a transaction, the last at the end.
#[derive(Default)]
pub(super) struct Undo {
    done: Vec<Done>,
    /// What rows were before, one behind the other.
    values: Vec<u8>,
}

/// What a flush did to one row.
enum Done {
    Inserted(RowId),
    Removed(RowId),
    /// It was written, and had the values in this place before.
    Changed(RowId, Range<usize>),
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

    /// Takes what the row was, if it is known, out of the tracks: the database has it as it is now.
    pub(super) fn written(&mut self, id: RowId, tracks: &mut Tracks) {
        if let Some(was) = tracks.snapshot(id.slot) {
            let start = self.values.len();
            self.values.extend_from_slice(was.bytes());
            self.done.push(Done::Changed(id, start..self.values.len()));
            tracks.forget(id.slot);
        }
    }

    /// The rows that were inserted or changed since there was this much, and what they were before.
    pub(super) fn written_since(&self, since: usize) -> impl Iterator<Item = (RowId, Option<Values<'_>>)> {
        self.done(since..self.len()).filter(|done| !done.is_removed).map(|done| (done.id, done.was))
    }

    /// What was done from one place to another.
    pub(super) fn done(&self, range: Range<usize>) -> impl Iterator<Item = Fate<'_>> {
        let end = range.end.min(self.done.len());
        self.done[range.start.min(end)..end].iter().map(|done| match done {
            Done::Inserted(id) => Fate { id: *id, is_inserted: true, is_removed: false, was: None },
            Done::Removed(id) => Fate { id: *id, is_inserted: false, is_removed: true, was: None },
            Done::Changed(id, place) => {
                let was = Values::within(&self.values[place.clone()]);
                Fate { id: *id, is_inserted: false, is_removed: false, was: Some(was) }
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
        self.values = Vec::new();
    }
}

/// Takes back what flushes did, the last first, down to this many.
pub(super) fn take_back(stores: &mut Stores, undo: &mut Undo, down_to: usize) -> Result<()> {
    let Undo { done, values } = undo;
    for done in done.drain(down_to..).rev() {
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
                let was = Values::within(&values[place.clone()]);
                // The program may have taken the row.
                let store = stores.state(id).map(|_| stores.get_mut(id));
                if let Some((table, row)) = store.and_then(|store| Some((store.table(), store.record_mut(id.slot)?))) {
                    restore(table, row, was)?;
                }
                values.truncate(place.start);
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
