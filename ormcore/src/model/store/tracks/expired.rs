//! Which rows are to be read again before they are given.

use crate::model::store::tracks::{Slot, State, Tracks};

impl Slot {
    /// Whether what the database gives takes the place of what is here, which it may be newer than.
    pub(in crate::model::store) fn is_renewed(&self, by_newer: bool) -> bool {
        self.expired || (by_newer && self.state == State::Persistent)
    }
}

impl Tracks {
    /// Lets a row be read again that is in the database. One without a key stays as it is: nothing finds it there again.
    pub(crate) fn expire(&mut self, slot: u32) {
        let slot = &mut self.slots[slot as usize];
        if !slot.expired && slot.state == State::Persistent && slot.key.is_some() {
            slot.expired = true;
            self.expired += 1;
        }
    }

    /// Notes that a row was read again, or leaves.
    pub(in crate::model::store) fn unexpire(&mut self, slot: u32) {
        if std::mem::take(&mut self.slots[slot as usize].expired) {
            self.expired -= 1;
        }
    }

    /// Whether rows are to be read again.
    pub(crate) fn has_expired(&self) -> bool {
        self.expired > 0
    }

    /// Lets rows be read again that were read in what has this number, or later.
    pub(crate) fn expire_read(&mut self, since: u32) {
        let start = self.read.partition_point(|(_, number)| *number < since);
        let read = self.read.split_off(start);
        for (slot, _) in read {
            if self.slots[slot as usize].read_in >= since {
                self.expire(slot);
            }
            // What reads it again may be of the same number.
            self.slots[slot as usize].read_in = 0;
        }
    }

    /// Lets all rows be read again.
    pub(crate) fn expire_all(&mut self) {
        (0..self.slots.len() as u32).for_each(|slot| self.expire(slot));
    }
}
