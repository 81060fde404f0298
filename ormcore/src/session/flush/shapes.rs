//! Which of the rows that are to be inserted go together in one statement, and which wait for others of their table.

use crate::model::{AnyStore, Keys, Run, value};
use crate::schema::Table;
use crate::session::flush::pointers::positions;
use crate::value::Value;

/// Puts rows to be inserted in such an order that those of one shape follow each other, whatever was added between them,
/// unless their own order matters; gives how they go together.
pub(super) fn by_shape(store: &dyn AnyStore, slots: Vec<u32>) -> (Vec<u32>, Vec<Run>) {
    let shape = |slot: u32| store.tracks().unset(slot);
    let mut shapes: Vec<Vec<u32>> = Vec::new();
    let mut numbers = Vec::with_capacity(slots.len());
    for slot in slots.iter().copied() {
        let number = shapes.iter().position(|other| shape(other[0]) == shape(slot)).unwrap_or(shapes.len());
        match shapes.get_mut(number) {
            Some(same) => same.push(slot),
            None => shapes.push(vec![slot]),
        }
        numbers.push(number);
    }
    let run = |slots: &[u32]| Run { unset: shape(slots[0]).clone(), rows: slots.len() };
    if shapes.len() > 1 && (mixes_keys(store, &shapes) || points_back(store, &slots, &numbers)) {
        let runs = slots.chunk_by(|one, other| shape(*one) == shape(*other)).map(run).collect();
        return (slots, runs);
    }
    let runs = shapes.iter().map(|slots| run(slots)).collect();
    (shapes.concat(), runs)
}

/// Whether some rows bring keys along that the database makes for others: those count for the ones made after them.
fn mixes_keys(store: &dyn AnyStore, shapes: &[Vec<u32>]) -> bool {
    let lacks_key = |slots: &Vec<u32>| {
        let unset = store.tracks().unset(slots[0]);
        store.table().primary_key().any(|index| unset.contains(index))
    };
    shapes.iter().any(lacks_key) && !shapes.iter().all(lacks_key)
}

/// Whether a row points by value to one before it that would come after it, shape by shape; `numbers` are those of the
/// rows' shapes.
fn points_back(store: &dyn AnyStore, slots: &[u32], numbers: &[usize]) -> bool {
    own_keys(store.table()).any(|(columns, references)| {
        // What the rows so far have in the columns that are pointed to, and the numbers of their shapes.
        let (mut keys, mut found): (Keys, Vec<usize>) = (Keys::default(), Vec::new());
        slots.iter().zip(numbers).any(|(slot, number)| {
            let points = push_given(store, *slot, &columns, &mut keys)
                && keys.find().is_some_and(|earlier| found[earlier] > *number);
            if !points && push_given(store, *slot, &references, &mut keys) {
                let (key, _) = keys.number();
                found.resize(found.len().max(key + 1), 0);
                found[key] = *number;
            }
            points
        })
    })
}

/// Has rows wait that point by value to one before them which waits; `waits` says of each of the rows whether it does.
pub(super) fn wait_by_value(store: &dyn AnyStore, slots: &[u32], waits: &mut [bool]) {
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

/// The foreign keys by which a table points to itself: their columns, and those that they refer to.
fn own_keys(table: &Table) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> {
    let own = table.all_foreign_keys().filter(|key| (key.schema, key.table) == (table.schema, table.name));
    own.filter_map(|key| Some((positions(table, &key.columns)?, positions(table, &key.references)?)))
}

/// Adds what a row to be inserted has in these columns to the key, if it has values in all of them.
fn push_given(store: &dyn AnyStore, slot: u32, columns: &[usize], keys: &mut Keys) -> bool {
    let (unset, Some(row)) = (store.tracks().unset(slot), store.record(slot)) else { return false };
    if columns.iter().any(|column| unset.contains(*column)) {
        return false;
    }
    let values: Vec<_> = columns.iter().map(|column| value(row, *column)).collect();
    let is_given = !values.iter().any(Value::is_null);
    if is_given {
        values.iter().for_each(|part| keys.push(part));
    }
    is_given
}
