//! Which of the rows that are to be inserted go together in one statement.

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

/// The foreign keys by which a table points to itself: their columns, and those that they refer to.
pub(super) fn own_keys(table: &Table) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> {
    let own = table.all_foreign_keys().filter(|key| (key.schema, key.table) == (table.schema, table.name));
    own.filter_map(|key| Some((positions(table, &key.columns)?, positions(table, &key.references)?)))
}

/// Adds what a row to be inserted has in these columns to the key, if it has values in all of them.
pub(super) fn push_given(store: &dyn AnyStore, slot: u32, columns: &[usize], keys: &mut Keys) -> bool {
    let values = given(store, slot, columns);
    values.iter().flatten().for_each(|part| keys.push(part));
    values.is_some()
}

/// What a row to be inserted has in these columns, if it has values in all of them.
pub(super) fn given(store: &dyn AnyStore, slot: u32, columns: &[usize]) -> Option<Vec<Value<'static>>> {
    let (unset, row) = (store.tracks().unset(slot), store.record(slot)?);
    if columns.iter().any(|column| unset.contains(*column)) {
        return None;
    }
    let values: Vec<_> = columns.iter().map(|column| value(row, *column)).collect();
    (!values.iter().any(Value::is_null)).then_some(values)
}
