use std::collections::HashSet;

use crate::error::Error;
use crate::model::draft::{ColumnSet, Wait};
use crate::model::handle::RowId;
use crate::model::store::Values;
use crate::model::store::values::{Snapshot, Snapshots};
use crate::model::{Keys, Record};
use crate::value::Value;

mod expired;
#[cfg(test)]
mod tests;

/// As many rows that are noted twice are no burden.
const FEW_STIRRED: usize = 256;

/// What is known of a row besides its values.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) generation: u32,
    pub(crate) state: State,
    /// Whether the row is to be read again before it is given.
    pub(crate) expired: bool,
    /// Whether it is among those that were lent since the last flush.
    pub(crate) touched: bool,
    /// Whether it was only lent because a row that it pointed to is to be deleted.
    pub(crate) released: bool,
    /// The transaction (or the savepoint) in which it was read.
    pub(crate) read_in: u32,
    /// The number of the key by which it is found.
    pub(super) key: Option<u32>,
    /// The values that the database has, once the row was lent to be changed.
    snapshot: Option<Snapshot>,
    /// What has to be filled in when it is written; `None` is the usual: what the database fills in.
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
    /// Columns that have the values of other rows already, which may get others until they are written.
    pub(crate) copied: Vec<Copied>,
    /// What the draft lacks that was added.
    pub(crate) problem: Option<Error>,
}

/// What a column was given of another row; what it is set to since holds.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) wait: Wait,
    pub(crate) value: Value<'static>,
}

/// What is the same for the rows of every model.
#[derive(Debug, Default)]
pub(crate) struct Tracks {
    pub(crate) slots: Vec<Slot>,
    /// Columns that the database fills in where a row has no value for them.
    pub(super) usual: ColumnSet,
    pub(super) keys: Keys,
    /// The place of the row with each key, by the key's number.
    pub(super) places: Vec<Option<u32>>,
    /// The slots of rows that have left, and those of them that no list holds.
    left: Vec<u32>,
    free: Vec<u32>,
    /// To be inserted, in the order in which they were added; with some that have left since.
    pub(crate) pending: Vec<u32>,
    /// Lent to be changed since the last flush; with some that have left since.
    pub(crate) touched: Vec<u32>,
    /// How many of them were not only released.
    pub(crate) lent: usize,
    /// Added, or made known to lead elsewhere, since it was asked; nobody asks as long as there is none.
    stirred: Option<Vec<u32>>,
    /// To be deleted; with some that have left since.
    pub(crate) deleted: Vec<u32>,
    /// What a flush took out of `touched` to write it: if a panic ends it, nobody puts that back.
    at_work: Vec<u32>,
    /// How many rows are to be read again.
    expired: usize,
    /// Read or inserted in this transaction, each with the number that was noted with it then; the numbers ascend.
    read: Vec<(u32, u32)>,
    snapshots: Snapshots,
    /// What rows were before flushes of this transaction wrote them, the last at the end.
    set_aside: Vec<Snapshot>,
}

impl Tracks {
    /// Of a model whose columns `usual` the database fills in.
    pub(super) fn new(usual: ColumnSet) -> Self {
        Tracks { usual, ..Tracks::default() }
    }

    /// What is known of the row, if it is still what the name means.
    #[inline]
    pub(crate) fn find(&self, id: RowId) -> Option<&Slot> {
        self.slots.get(id.slot as usize).filter(|slot| slot.generation == id.generation && slot.state != State::Gone)
    }

    /// The name of the row.
    #[inline]
    pub(crate) fn id(&self, session: u32, store: u32, slot: u32) -> RowId {
        RowId { session, store, slot, generation: self.slots[slot as usize].generation }
    }

    pub(crate) fn slot(&self, slot: u32) -> &Slot {
        &self.slots[slot as usize]
    }

    pub(crate) fn slot_mut(&mut self, slot: u32) -> &mut Slot {
        &mut self.slots[slot as usize]
    }

    /// Where the row with the key is.
    pub(crate) fn place(&mut self, key: &[Value<'static>]) -> Option<u32> {
        if key.is_empty() {
            return None;
        }
        key.iter().for_each(|part| self.keys.push(part));
        let number = self.keys.find()?;
        self.numbered(number)
    }

    /// Where the row with the key of this number is.
    pub(super) fn numbered(&self, number: usize) -> Option<u32> {
        self.places.get(number).copied().flatten()
    }

    /// Says that the row with the key of this number is here; gives the one that was.
    pub(super) fn put_numbered(&mut self, number: usize, slot: u32) -> Option<u32> {
        if self.places.len() <= number {
            self.places.resize(number + 1, None);
        }
        self.slots[slot as usize].key = Some(number as u32);
        self.places[number].replace(slot)
    }

    /// Notes that a row was inserted, under the key of this number; gives the row that had the key.
    pub(super) fn settle(&mut self, slot: u32, number: Option<usize>, transaction: u32) -> Option<u32> {
        let inserted = &mut self.slots[slot as usize];
        (inserted.state, inserted.unwritten) = (State::Persistent, None);
        self.note_read(slot, transaction);
        self.put_numbered(number?, slot)
    }

    /// Numbers a row's key anew; the row is found by it only if it was before.
    pub(super) fn renumber(&mut self, key: &[Value<'static>], slot: u32, is_found: bool) {
        key.iter().for_each(|part| self.keys.push(part));
        let number = self.keys.number().0;
        if self.places.len() <= number {
            self.places.resize(number + 1, None);
        }
        self.slots[slot as usize].key = Some(number as u32);
        if is_found {
            self.places[number] = Some(slot);
        }
    }

    /// The columns of a row to be inserted that have no value.
    pub(crate) fn unset(&self, slot: u32) -> &ColumnSet {
        self.slot(slot).unwritten.as_ref().map_or(&self.usual, |unwritten| &unwritten.unset)
    }

    /// One of the columns that nobody fills in.
    pub(super) fn lacks(&self, unset: &ColumnSet) -> Option<usize> {
        unset.first_outside(&self.usual)
    }

    /// What has to be filled in when the row is written, to be changed.
    pub(crate) fn unwritten(&mut self, slot: u32) -> &mut Unwritten {
        self.stir(slot);
        let usual = || Box::new(Unwritten { unset: self.usual.clone(), ..Unwritten::default() });
        self.slots[slot as usize].unwritten.get_or_insert_with(usual)
    }

    /// Lets the row leave; its slot may be another's, under another name.
    pub(super) fn free(&mut self, slot: u32) {
        self.lift(slot);
        let left = &mut self.slots[slot as usize];
        if left.state == State::Gone {
            return;
        }
        left.generation = left.generation.wrapping_add(1);
        (left.state, left.key, left.unwritten) = (State::Gone, None, None);
        self.unexpire(slot);
        self.left.push(slot);
        self.forget(slot);
    }

    /// A free slot: of a row that left before the lists were empty, for they may hold some that have left.
    fn reuse(&mut self) -> Option<u32> {
        if !self.has_unwritten() {
            self.free.append(&mut self.left);
        }
        self.free.pop()
    }

    /// How many rows are here.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len() - self.left.len()
    }

    /// Lets the row be found by its key again.
    pub(crate) fn put_back(&mut self, slot: u32) {
        if let Some(number) = self.slots[slot as usize].key {
            self.places[number as usize] = Some(slot);
        }
    }

    /// Lets the row no longer be found by its key.
    pub(crate) fn lift(&mut self, slot: u32) {
        if let Some(number) = self.slots[slot as usize].key
            && self.places[number as usize] == Some(slot)
        {
            self.places[number as usize] = None;
        }
    }

    /// The rows that are to be inserted.
    pub(crate) fn new_rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.pending.iter().copied().filter(|slot| self.slot(*slot).state == State::Pending)
    }

    /// Whether a row is to be inserted.
    pub(crate) fn has_pending(&self) -> bool {
        self.new_rows().next().is_some()
    }

    /// Whether a row is to be deleted.
    pub(crate) fn has_deleted(&self) -> bool {
        self.deleted.iter().any(|slot| self.slot(*slot).state == State::Deleted)
    }

    /// Whether the lists of what is to be written hold rows.
    pub(crate) fn has_unwritten(&self) -> bool {
        !self.pending.is_empty() || !self.touched.is_empty() || !self.deleted.is_empty()
    }

    /// Whether rows may be to be inserted, or changed.
    pub(crate) fn may_be_changed(&self) -> bool {
        self.lent > 0 || !self.pending.is_empty()
    }

    /// The rows that are to be inserted, and those that may have been changed for another reason than that one that they
    /// pointed to is to be deleted.
    pub(crate) fn changed(&self) -> impl Iterator<Item = u32> + '_ {
        let lent: &[u32] = if self.lent > 0 { &self.touched } else { &[] };
        let is_lent = |slot: &u32| self.slot(*slot).state == State::Persistent && self.is_changed(*slot);
        self.new_rows().chain(lent.iter().copied().filter(is_lent))
    }

    /// Whether a row is one of those.
    pub(crate) fn is_changed(&self, slot: u32) -> bool {
        let slot = self.slot(slot);
        match slot.state {
            State::Pending => true,
            State::Persistent => slot.touched && !slot.released,
            State::Deleted | State::Removed | State::Gone => false,
        }
    }

    /// Gives the rows that came, or may lead elsewhere, since it was asked last, and takes note of those that do so from here
    /// on.
    pub(crate) fn watch(&mut self) -> Vec<u32> {
        self.stirred.replace(Vec::new()).unwrap_or_default()
    }

    pub(crate) fn unwatch(&mut self) {
        self.stirred = None;
    }

    /// Notes that a row came, or may lead elsewhere.
    #[inline]
    pub(super) fn stir(&mut self, slot: u32) {
        let Some(stirred) = self.stirred.as_mut().filter(|stirred| stirred.last() != Some(&slot)) else { return };
        stirred.push(slot);
        if stirred.len() > 2 * self.slots.len() + FEW_STIRRED {
            let mut seen = HashSet::new();
            stirred.retain(|slot| seen.insert(*slot));
        }
    }

    /// Takes rows out of the list of those to be inserted that are so no more.
    pub(crate) fn tidy_pending(&mut self) {
        let slots = &self.slots;
        self.pending.retain(|slot| slots[*slot as usize].state == State::Pending);
    }

    /// Takes rows out of the lists that have left them.
    pub(crate) fn tidy(&mut self) {
        self.tidy_pending();
        let slots = &self.slots;
        self.deleted.retain(|slot| slots[*slot as usize].state == State::Deleted);
        self.at_work.clear();
    }

    /// Takes the rows that were lent since the last flush, and of which it is known what the database has.
    pub(crate) fn drain_touched(&mut self) -> Vec<u32> {
        let mut slots = std::mem::take(&mut self.touched);
        self.lent = 0;
        slots.retain(|slot| {
            let state = &mut self.slots[*slot as usize];
            (state.touched, state.released) = (false, false);
            matches!(state.state, State::Persistent | State::Deleted) && state.snapshot.is_some()
        });
        slots
    }

    /// As [`Tracks::drain_touched`], for a flush that writes them, and puts those back that it does not.
    pub(crate) fn begin_update(&mut self) -> Vec<u32> {
        let slots = self.drain_touched();
        self.at_work.extend_from_slice(&slots);
        slots
    }

    /// Empties the lists of what is to be written, and gives what was in them, some of it more than once.
    pub(crate) fn drain_unwritten(&mut self) -> Vec<u32> {
        let mut slots = std::mem::take(&mut self.at_work);
        for list in [&mut self.pending, &mut self.touched, &mut self.deleted] {
            slots.append(list);
        }
        self.lent = 0;
        for slot in &slots {
            let slot = &mut self.slots[*slot as usize];
            (slot.touched, slot.released) = (false, false);
        }
        slots
    }

    /// Notes that a row was read or inserted, in the transaction or the savepoint with this number.
    pub(super) fn note_read(&mut self, slot: u32, number: u32) {
        // It is among them already under a number that it has.
        if std::mem::replace(&mut self.slots[slot as usize].read_in, number) != number {
            self.read.push((slot, number));
        }
    }

    /// Notes that another transaction begins.
    pub(crate) fn forget_read(&mut self) {
        self.read.clear();
    }

    /// Notes that a row with this many columns is about to be changed: as it is now the database has it, unless it was
    /// noted before.
    #[inline]
    pub(super) fn lend<R: Record + ?Sized>(&mut self, slot: u32, row: &R, columns: usize) {
        let state = &mut self.slots[slot as usize];
        if matches!(state.state, State::Persistent | State::Deleted) && state.snapshot.is_none() {
            state.snapshot = self.snapshots.take(row, columns);
            self.touch(slot);
        }
    }

    /// The values that the database has, once the row was lent to be changed.
    #[inline]
    pub(crate) fn snapshot(&self, slot: u32) -> Option<Values<'_>> {
        Some(self.snapshots.get(self.slot(slot).snapshot?))
    }

    /// Notes that these are the values that the database has.
    pub(crate) fn set_snapshot(&mut self, slot: u32, values: Values<'_>) {
        self.stir(slot);
        self.forget(slot);
        self.slots[slot as usize].snapshot = self.snapshots.add(values);
    }

    /// Notes that the database has the row as it is.
    #[inline]
    pub(crate) fn forget(&mut self, slot: u32) {
        let Some(snapshot) = self.slots[slot as usize].snapshot.take() else { return };
        self.snapshots.drop(snapshot);
        self.give_memory_back();
    }

    /// Gives memory back once most of it is that of snapshots that were dropped.
    #[inline]
    fn give_memory_back(&mut self) {
        if self.snapshots.are_sparse() {
            let kept = self.slots.iter_mut().filter_map(|slot| slot.snapshot.as_mut());
            self.snapshots.compact(kept.chain(&mut self.set_aside));
        }
    }

    /// Notes that the database has the row as it is, and keeps what it had before; gives the place of that.
    #[inline]
    pub(crate) fn set_aside(&mut self, slot: u32) -> Option<u32> {
        let snapshot = self.slots[slot as usize].snapshot.take()?;
        self.set_aside.push(snapshot);
        Some((self.set_aside.len() - 1) as u32)
    }

    /// What was set aside in a place.
    pub(crate) fn was(&self, place: u32) -> Option<Values<'_>> {
        Some(self.snapshots.get(*self.set_aside.get(place as usize)?))
    }

    /// Forgets what was set aside from a place on.
    pub(crate) fn let_go(&mut self, place: u32) {
        let gone = self.set_aside.drain((place as usize).min(self.set_aside.len())..);
        gone.for_each(|snapshot| self.snapshots.drop(snapshot));
        self.give_memory_back();
    }

    /// Notes that a row was lent.
    #[inline]
    pub(crate) fn touch(&mut self, slot: u32) {
        if !std::mem::replace(&mut self.slots[slot as usize].touched, true) {
            self.touched.push(slot);
            self.lent += 1;
        }
    }

    /// Notes that a row was lent only because one that it pointed to is to be deleted.
    pub(crate) fn release(&mut self, slot: u32) {
        if !std::mem::replace(&mut self.slots[slot as usize].released, true) {
            self.lent = self.lent.saturating_sub(1);
        }
    }

    /// Notes that a row was lent for another reason, too.
    #[inline]
    pub(crate) fn claim(&mut self, slot: u32) {
        self.stir(slot);
        if std::mem::take(&mut self.slots[slot as usize].released) {
            self.lent += 1;
        }
    }

    pub(super) fn add(&mut self, state: State) -> u32 {
        if let Some(slot) = self.reuse() {
            let free = &mut self.slots[slot as usize];
            (free.state, free.read_in, free.touched, free.released) = (state, 0, false, false);
            self.stir(slot);
            return slot;
        }
        self.slots.push(Slot {
            generation: 0,
            state,
            expired: false,
            touched: false,
            released: false,
            read_in: 0,
            key: None,
            snapshot: None,
            unwritten: None,
        });
        let slot = (self.slots.len() - 1) as u32;
        self.stir(slot);
        slot
    }
}
