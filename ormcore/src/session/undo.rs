//! What a flush did to the rows in hand, so that a rollback takes it back.

use crate::error::Result;
use crate::model::{RowId, State, Values, key, restore};
use crate::session::stores::Stores;

/// What a flush did to one row.
pub(super) enum Undo {
    /// It was inserted.
    Inserted(RowId),
    /// It was deleted.
    Removed(RowId),
    /// It was written, and had these values before.
    Changed(RowId, Values),
}

/// Takes back what flushes did, the last first, down to this many.
pub(super) fn take_back(stores: &mut Stores, undo: &mut Vec<Undo>, down_to: usize) -> Result<()> {
    for done in undo.drain(down_to..).rev() {
        match done {
            Undo::Inserted(id) => leave(stores, id),
            Undo::Removed(id) => {
                let store = stores.get_mut(id);
                let key = store.record(id.slot).map(|row| key(store.table(), row));
                let tracks = store.tracks_mut();
                tracks.slots[id.slot as usize].state = State::Persistent;
                if let Some(key) = key {
                    tracks.set_place(&key, Some(id.slot));
                }
            }
            Undo::Changed(id, values) => {
                let store = stores.get_mut(id);
                let table = store.table();
                if let Some(row) = store.record_mut(id.slot) {
                    restore(table, row, &values)?;
                }
            }
        }
    }
    Ok(())
}

/// Lets a row leave: its handle means nothing from here on.
pub(super) fn leave(stores: &mut Stores, id: RowId) {
    let store = stores.get_mut(id);
    let tracks = store.tracks_mut();
    tracks.pending.retain(|slot| *slot != id.slot);
    tracks.touched.retain(|slot| *slot != id.slot);
    tracks.deleted.retain(|slot| *slot != id.slot);
    stores.drop_row(id);
}

/// Takes back what was not flushed: rows that were changed have their values again, those that were added leave, and
/// those that were to be deleted stay.
pub(super) fn take_back_unflushed(stores: &mut Stores) -> Result<()> {
    for store in &mut stores.all {
        let table = store.table();
        for slot in std::mem::take(&mut store.tracks_mut().touched) {
            let state = &mut store.tracks_mut().slots[slot as usize];
            state.unwritten = None;
            let snapshot = state.snapshot.take();
            if let (Some(values), Some(row)) = (snapshot, store.record_mut(slot)) {
                restore(table, row, &values)?;
            }
        }
        for slot in std::mem::take(&mut store.tracks_mut().deleted) {
            store.tracks_mut().slots[slot as usize].state = State::Persistent;
        }
        for slot in std::mem::take(&mut store.tracks_mut().pending) {
            store.drop_row(slot);
        }
    }
    Ok(())
}

/// Lets rows that were read in this transaction be read again: what they hold may never have been committed.
pub(super) fn expire_read(stores: &mut Stores) {
    let transaction = stores.transaction;
    for store in &mut stores.all {
        for slot in &mut store.tracks_mut().slots {
            slot.expired |= slot.state == State::Persistent && slot.read_in == transaction;
        }
    }
}
