//! Which of the rows that are to be inserted wait for others to which they point by value.

use crate::model::{AnyStore, Keys};
use crate::session::by_key::ByKey;
use crate::session::flush::shapes::{given, own_keys, push_given};
use crate::session::flush::{Flush, Pointers};

impl Flush<'_> {
    /// Has rows wait that point by value to a row of another store which is to be inserted, or to one before them which waits;
    /// `waits` says of each of the rows whether it does.
    pub(super) fn wait_by_value(&self, number: u32, slots: &[u32], pointers: &Pointers, waits: &mut [bool]) {
        let store = self.stores.all[number as usize].as_ref();
        for pointer in pointers.of(number).iter().filter(|pointer| pointer.parents != number) {
            // Parents come before children: only in a circle, or where they wait themselves, are some left.
            if !self.stores.all[pointer.parents as usize].tracks().has_pending() {
                continue;
            }
            let mut coming = ByKey::new(self.stores.pending(pointer.parents), self.stores, &pointer.references);
            for (slot, waits) in slots.iter().zip(&mut *waits) {
                let key = if *waits { None } else { given(store, *slot, &pointer.columns) };
                *waits |= key.is_some_and(|key| coming.find(&key).is_some());
            }
        }
        wait_for_own(store, slots, waits);
    }
}

/// Has rows wait that point by value to one of their table before them which waits.
fn wait_for_own(store: &dyn AnyStore, slots: &[u32], waits: &mut [bool]) {
    if !waits.contains(&true) {
        return;
    }
    // Of each foreign key what the rows so far that wait have in the columns that are pointed to.
    let mut own: Vec<_> = own_keys(store.table()).map(|key| (key, Keys::default())).collect();
    // Who points by value finds only rows that bring their keys along.
    let brings =
        |slot: u32, references: &[usize]| references.iter().all(|at| !store.tracks().unset(slot).contains(*at));
    let mut waiting = slots.iter().zip(waits.iter()).filter(|(_, waits)| **waits);
    if !waiting.any(|(slot, _)| own.iter().any(|((_, references), _)| brings(*slot, references))) {
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
