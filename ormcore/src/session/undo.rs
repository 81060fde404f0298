//! What a flush did to the rows in hand, so that a rollback takes it back.

use crate::error::Result;
use crate::model::{RowId, State, Values, restore};
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
            Undo::Removed(id) if stores.state(id).is_some() => {
                let store = stores.get_mut(id);
                store.tracks_mut().slot_mut(id.slot).state = State::Persistent;
                store.tracks_mut().put_back(id.slot);
                // What it was changed to, or waited for, before it was deleted.
                store.give_back(id.slot)?;
            }
            Undo::Changed(id, values) if stores.state(id).is_some() => {
                let store = stores.get_mut(id);
                let table = store.table();
                if let Some(row) = store.record_mut(id.slot) {
                    restore(table, row, &values)?;
                }
            }
            // The program has taken the row.
            Undo::Removed(_) | Undo::Changed(..) => {}
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
/// those that were to be deleted stay. It asks the rows, for a flush that a panic ended has lost its lists.
pub(super) fn take_back_unflushed(stores: &mut Stores) -> Result<()> {
    for store in &mut stores.all {
        store.tracks_mut().clear_lists();
        for slot in 0..store.tracks().slots.len() as u32 {
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

/// Lets rows that were read since then be read again: what they hold may never have been committed.
pub(super) fn expire_read(stores: &mut Stores, since: u32) {
    for store in &mut stores.all {
        for slot in &mut store.tracks_mut().slots {
            slot.expired |= slot.state == State::Persistent && slot.read_in >= since;
        }
    }
}
