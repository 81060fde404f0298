//! Where the rows of one model are: what is known of each besides its values, and which key leads to it.

use std::num::NonZeroU32;

use crate::model::draft::{ColumnSet, Wait};
use crate::model::store::Values;
use crate::model::{Keys, RowId};
use crate::value::Value;

/// What is known of a row besides its values.
#[derive(Debug)]
pub(crate) struct Slot {
    /// How many rows had the place before.
    pub(crate) generation: u32,
    /// The number of its key, if it was told where that is.
    key: Option<NonZeroU32>,
    pub(crate) state: State,
    /// Whether the row is to be read again before it is given.
    pub(crate) expired: bool,
    /// The transaction in which it was read.
    pub(crate) read_in: u32,
    /// The values that the database has, once the row was lent to be changed.
    pub(crate) snapshot: Option<Values>,
    /// What has to be filled in when it is written.
    pub(crate) unwritten: Option<Box<Unwritten>>,
}

/// Where a row is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// To be inserted.
    Pending,
    /// In the database.
    Persistent,
    /// To be deleted.
    Deleted,
    /// Deleted in this transaction.
    Removed,
    /// No longer here.
    Gone,
}

/// What has to be filled in when a row is written.
#[derive(Debug, Default)]
pub(crate) struct Unwritten {
    /// Columns of a row to be inserted that have no value.
    pub(crate) unset: ColumnSet,
    /// Columns whose values are those of other rows.
    pub(crate) waits: Vec<Wait>,
}

/// What is the same for the rows of every model.
#[derive(Debug, Default)]
pub(crate) struct Tracks {
    pub(crate) slots: Vec<Slot>,
    pub(super) keys: Keys,
    /// The place of the row with each key, by the key's number.
    pub(super) places: Vec<Option<u32>>,
    /// Places whose rows have left.
    free: Vec<u32>,
    /// To be inserted, in the order in which they were added.
    pub(crate) pending: Vec<u32>,
    /// Lent to be changed since the last flush.
    pub(crate) touched: Vec<u32>,
    /// To be deleted.
    pub(crate) deleted: Vec<u32>,
}

impl Tracks {
    /// The row's place, if it is still what the name means.
    pub(crate) fn find(&self, id: RowId) -> Option<&Slot> {
        self.slots.get(id.slot as usize).filter(|slot| slot.generation == id.generation && slot.state != State::Gone)
    }

    /// Where the row with the key is.
    pub(crate) fn place(&mut self, key: &[Value<'static>]) -> Option<u32> {
        if key.is_empty() {
            return None;
        }
        key.iter().for_each(|part| self.keys.push(part));
        let number = self.keys.find()?;
        self.places.get(number).copied().flatten()
    }

    /// Says where the row with the key is, if it is anywhere.
    pub(crate) fn set_place(&mut self, key: &[Value<'static>], place: Option<u32>) {
        if key.is_empty() {
            return;
        }
        key.iter().for_each(|part| self.keys.push(part));
        let (number, _) = self.keys.number();
        self.set_numbered(number, place);
    }

    pub(super) fn set_numbered(&mut self, number: usize, place: Option<u32>) {
        if self.places.len() <= number {
            self.places.resize(number + 1, None);
        }
        self.places[number] = place;
        if let Some(place) = place {
            self.slots[place as usize].key = u32::try_from(number + 1).ok().and_then(NonZeroU32::new);
        }
    }

    /// Lets the row's place be another's, under another name; its key leads nowhere from here on.
    pub(super) fn free(&mut self, slot: u32) {
        let left = &mut self.slots[slot as usize];
        if left.state == State::Gone {
            return;
        }
        left.generation = left.generation.wrapping_add(1);
        (left.state, left.expired, left.snapshot, left.unwritten) = (State::Gone, false, None, None);
        if let Some(place) = left.key.take().and_then(|key| self.places.get_mut(key.get() as usize - 1))
            && *place == Some(slot)
        {
            *place = None;
        }
        self.free.push(slot);
    }

    /// How many rows are here.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there is something to write.
    pub(crate) fn is_clean(&self) -> bool {
        self.pending.is_empty() && self.touched.is_empty() && self.deleted.is_empty()
    }

    pub(super) fn add(&mut self, state: State, read_in: u32) -> u32 {
        if let Some(slot) = self.free.pop() {
            let free = &mut self.slots[slot as usize];
            (free.state, free.read_in) = (state, read_in);
            return slot;
        }
        let slot = Slot { generation: 0, key: None, state, expired: false, read_in, snapshot: None, unwritten: None };
        self.slots.push(slot);
        (self.slots.len() - 1) as u32
    }
}
