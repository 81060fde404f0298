//! Which of the rows that are to be inserted wait for others: for the values that those get, or because they point to them by
//! value.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::error::Result;
use crate::model::{AnyStore, Keys, State};
use crate::session::by_key::ByKey;
use crate::session::flush::pointers::Pointer;
use crate::session::flush::shapes::{given, own_keys, push_given};
use crate::session::flush::{Flush, Pointers};

/// The rows of a store that wait, while others of it are inserted: each is looked at again only when what it waited for is
/// there. A row is meant by its place among them, which are in the order in which they were added.
pub(super) struct Waiting<'p> {
    number: u32,
    slots: Vec<u32>,
    is_waiting: Vec<bool>,
    /// Of each, how many values of rows that are yet to be inserted it waits for.
    missing: Vec<usize>,
    /// Those that wait for the values of a row of the store, by its slot.
    by_slot: HashMap<u32, Vec<usize>>,
    /// Those that point by value to another one of them, by that one.
    by_value: HashMap<usize, Vec<usize>>,
    /// The rows to be inserted of other stores, by the keys that lead there: none of them comes meanwhile.
    coming: Vec<(&'p Pointer, ByKey)>,
    own: Vec<OwnKey>,
    /// Those that may wait for nothing any more.
    asked: BinaryHeap<Reverse<usize>>,
}

/// A foreign key by which a table points to itself.
struct OwnKey {
    columns: Vec<usize>,
    references: Vec<usize>,
    keys: Keys,
    /// The rows that have, or had, each of the keys to which it leads.
    rows: Vec<Vec<usize>>,
}

impl<'p> Waiting<'p> {
    pub(super) fn new(flush: &Flush<'_>, number: u32, pointers: &'p Pointers) -> Self {
        let store = flush.stores.all[number as usize].as_ref();
        let slots: Vec<u32> = store.tracks().new_rows().collect();
        let brings =
            |(_, references): &(Vec<usize>, Vec<usize>)| slots.iter().any(|slot| brings(store, *slot, references));
        let own = own_keys(store.table()).filter(brings);
        let own =
            own.map(|(columns, references)| OwnKey { columns, references, keys: Keys::default(), rows: Vec::new() });
        let mut waiting = Waiting {
            number,
            is_waiting: vec![true; slots.len()],
            missing: vec![0; slots.len()],
            by_slot: HashMap::new(),
            by_value: HashMap::new(),
            coming: flush.coming_elsewhere(number, pointers).collect(),
            own: own.collect(),
            asked: BinaryHeap::new(),
            slots,
        };
        for place in 0..waiting.slots.len() {
            waiting.note_key(store, place);
            let unwritten = store.tracks().slot(waiting.slots[place]).unwritten.as_ref();
            let waits = unwritten.map_or(&[][..], |unwritten| &unwritten.waits);
            for wait in waits.iter().filter(|wait| flush.stores.state(wait.row) == Some(State::Pending)) {
                waiting.missing[place] += 1;
                if wait.row.store == number {
                    waiting.by_slot.entry(wait.row.slot).or_default().push(place);
                }
            }
            if waiting.missing[place] == 0 {
                waiting.asked.push(Reverse(place));
            }
        }
        waiting
    }

    /// The rows that wait for nothing by now, in their order.
    pub(super) fn next(&mut self, flush: &mut Flush<'_>) -> Result<Vec<u32>> {
        let mut ready = Vec::new();
        while let Some(Reverse(place)) = self.asked.pop() {
            let slot = self.slots[place];
            if !flush.resolve(self.number, slot)? {
                continue;
            }
            let store = flush.stores.all[self.number as usize].as_ref();
            // What it got may be what others point to.
            self.note_key(store, place);
            let leads = |(pointer, coming): &mut (&Pointer, ByKey)| {
                given(store, slot, &pointer.columns).is_some_and(|key| coming.find(&key).is_some())
            };
            if self.coming.iter_mut().any(leads) {
                continue;
            }
            if let Some(before) = self.waiting_before(store, place) {
                self.by_value.entry(before).or_default().push(place);
                continue;
            }
            self.is_waiting[place] = false;
            ready.push(slot);
            // They come in the same batch, behind it.
            self.asked.extend(self.by_value.remove(&place).into_iter().flatten().map(Reverse));
        }
        Ok(ready)
    }

    /// Follows that rows were inserted.
    pub(super) fn inserted(&mut self, slots: &[u32]) {
        for place in slots.iter().filter_map(|slot| self.by_slot.remove(slot)).flatten() {
            self.missing[place] -= 1;
            if self.missing[place] == 0 {
                self.asked.push(Reverse(place));
            }
        }
    }

    fn note_key(&mut self, store: &dyn AnyStore, place: usize) {
        for own in &mut self.own {
            if push_given(store, self.slots[place], &own.references, &mut own.keys) {
                let number = own.keys.number().0;
                own.rows.resize_with(own.rows.len().max(number + 1), Vec::new);
                own.rows[number].push(place);
            }
        }
    }

    /// A row before this one that waits, and to which this one points by value.
    fn waiting_before(&mut self, store: &dyn AnyStore, place: usize) -> Option<usize> {
        let (slot, is_waiting) = (self.slots[place], &self.is_waiting);
        self.own.iter_mut().find_map(|own| {
            let number =
                if push_given(store, slot, &own.columns, &mut own.keys) { own.keys.find()? } else { return None };
            own.rows[number].iter().copied().find(|other| *other < place && is_waiting[*other])
        })
    }
}

impl Flush<'_> {
    /// Has rows wait that point by value to a row of another store which is to be inserted, or to one before them which waits;
    /// `waits` says of each of the rows whether it does.
    pub(super) fn wait_by_value(&self, number: u32, slots: &[u32], pointers: &Pointers, waits: &mut [bool]) {
        let store = self.stores.all[number as usize].as_ref();
        for (pointer, mut coming) in self.coming_elsewhere(number, pointers) {
            for (slot, waits) in slots.iter().zip(&mut *waits) {
                let key = if *waits { None } else { given(store, *slot, &pointer.columns) };
                *waits |= key.is_some_and(|key| coming.find(&key).is_some());
            }
        }
        wait_for_own(store, slots, waits);
    }

    /// The rows of other stores to which the foreign keys of a store lead, and which are to be inserted. Parents come before
    /// children: only in a circle, or where they wait themselves, are some left.
    fn coming_elsewhere<'p>(&self, number: u32, pointers: &'p Pointers) -> impl Iterator<Item = (&'p Pointer, ByKey)> {
        let elsewhere = pointers.of(number).iter().filter(move |pointer| pointer.parents != number);
        let left = elsewhere.filter(|pointer| self.stores.all[pointer.parents as usize].tracks().has_pending());
        left.map(|pointer| {
            (pointer, ByKey::new(self.stores.pending(pointer.parents), self.stores, &pointer.references))
        })
    }
}

/// Whether a row has a value of its own in each of these columns: who points by value finds only such.
fn brings(store: &dyn AnyStore, slot: u32, references: &[usize]) -> bool {
    references.iter().all(|at| !store.tracks().unset(slot).contains(*at))
}

/// Has rows wait that point by value to one of their table before them which waits.
fn wait_for_own(store: &dyn AnyStore, slots: &[u32], waits: &mut [bool]) {
    if !waits.contains(&true) {
        return;
    }
    // Of each foreign key what the rows so far that wait have in the columns that are pointed to.
    let mut own: Vec<_> = own_keys(store.table()).map(|key| (key, Keys::default())).collect();
    let mut waiting = slots.iter().zip(waits.iter()).filter(|(_, waits)| **waits);
    if !waiting.any(|(slot, _)| own.iter().any(|((_, references), _)| brings(store, *slot, references))) {
        return;
    }
    for (slot, waits) in slots.iter().zip(waits) {
        *waits |=
            own.iter_mut().any(|((columns, _), keys)| push_given(store, *slot, columns, keys) && keys.find().is_some());
        for ((_, references), keys) in own.iter_mut().filter(|_| *waits) {
            if push_given(store, *slot, references, keys) {
                keys.number();
            }
        }
    }
}
