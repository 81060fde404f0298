//! Rows to be inserted that wait for each other in a circle.

use crate::error::{Error, Result};
use crate::model::{ParentKey, Pointing, RowId, State, Wait};
use crate::session::by_key::ByKey;
use crate::session::flush::pointers::Pointer;
use crate::session::flush::{Flush, Pointers, unwritten_of};
use crate::value::Value;

/// How a row can be inserted before those that it waits for.
#[derive(Default)]
struct Opened {
    /// The columns that are written when those rows are there, and what they have until then.
    columns: Vec<(usize, Value<'static>)>,
    waits: Vec<Wait>,
    /// What it gets of rows that are there.
    kept: Vec<Wait>,
}

impl Flush<'_> {
    /// Lets rows of a circle be inserted without what they wait for, and be updated when that is there.
    pub(super) fn break_circle(&mut self, order: &[u32], pointers: &Pointers) -> Result<()> {
        for number in order.iter().copied() {
            let mut broken: Vec<(u32, Vec<Wait>)> = Vec::new();
            let pending = self.store(number).tracks().pending.clone();
            let coming =
                |pointer: &Pointer| ByKey::new(self.stores.pending(pointer.parents), self.stores, &pointer.references);
            let mut coming: Vec<ByKey> =
                if pending.is_empty() { Vec::new() } else { pointers.of(number).iter().map(coming).collect() };
            for slot in pending {
                if let Some(Opened { columns, waits, kept }) = self.opened(number, slot, pointers, &mut coming) {
                    let id = self.id(number, slot);
                    *unwritten_of(self.store(number), slot) = kept;
                    columns.into_iter().try_for_each(|(column, value)| self.stores.assign(id, column, value))?;
                    broken.push((slot, waits));
                }
            }
            if broken.is_empty() {
                continue;
            }
            let is_broken = self.insert_free(number, pointers)? > 0;
            for (slot, waits) in broken {
                let store = self.store(number);
                store.lend(slot);
                *unwritten_of(store, slot) = waits;
            }
            // Or all of them wait by value, too.
            if is_broken {
                return Ok(());
            }
        }
        self.insert_unopened(order)
    }

    /// Inserts rows that wait for others by value alone: whether those have to be there is the database's to say, which may
    /// ask for them only at the end, or not at all.
    fn insert_unopened(&mut self, order: &[u32]) -> Result<()> {
        let nowhere = Pointers::none(self.stores);
        for number in order.iter().copied() {
            if self.insert_free(number, &nowhere)? > 0 {
                return Ok(());
            }
        }
        Err(Error::usage(
            "rows that were added point to each other in a circle, by foreign keys that may not be NULL: make one of them \
             an `Option`",
        ))
    }

    /// How a row can be inserted at once, if it can: its foreign keys lead nowhere until the rows are there that they wait
    /// for, by columns that are NULL; what others of their columns wait for has to be known. `coming` has the rows that are
    /// to be inserted, for each foreign key.
    fn opened(&self, number: u32, slot: u32, pointers: &Pointers, coming: &mut [ByKey]) -> Option<Opened> {
        let (id, store) = (self.id(number, slot), self.stores.all[number as usize].as_ref());
        let (table, pointing) = (store.table(), Pointing::new(self.stores));
        let mut opened = Opened::default();
        for wait in self.waits(id, pointers, coming) {
            if self.stores.state(wait.row) != Some(State::Pending) {
                opened.kept.push(wait);
                continue;
            }
            // They may hold the key of the row pointed to before, which may be gone by now.
            let is_null = table.columns[wait.column].nullable;
            let value = if is_null { Value::Null } else { pointing.value((id, wait.column))? };
            opened.columns.push((wait.column, value));
            opened.waits.push(wait);
        }
        let columns = &opened.columns;
        let is_open = |(pointer, coming): (&Pointer, &mut ByKey)| {
            let is_null = |column: &usize| columns.iter().any(|(other, value)| other == column && value.is_null());
            pointer.columns.iter().any(is_null) || !self.waits_for_new(id, pointer, coming)
        };
        let concerned = |(pointer, _): &(&Pointer, _)| columns.iter().any(|(at, _)| pointer.columns.contains(at));
        let is_waiting = columns.iter().any(|(_, value)| value.is_null());
        (is_waiting && pointers.of(number).iter().zip(coming).filter(concerned).all(is_open)).then_some(opened)
    }

    /// What a row waits for, be it that it points there by value.
    fn waits(&self, id: RowId, pointers: &Pointers, coming: &mut [ByKey]) -> Vec<Wait> {
        let unwritten = self.stores.get(id).tracks().slot(id.slot).unwritten.as_ref();
        let mut waits = unwritten.map(|unwritten| unwritten.waits.clone()).unwrap_or_default();
        for (pointer, coming) in pointers.of(id.store).iter().zip(coming) {
            let Some(ParentKey::Values(key)) = self.parent_key(id, pointer) else { continue };
            let Some(row) = coming.find(&key).filter(|row| *row != id) else { continue };
            for (column, referenced) in pointer.columns.iter().copied().zip(pointer.references.iter().copied()) {
                if !waits.iter().any(|wait| wait.column == column) {
                    waits.push(Wait { column, row, referenced });
                }
            }
        }
        waits
    }

    /// Whether a foreign key leads to a row that is yet to be inserted.
    fn waits_for_new(&self, id: RowId, pointer: &Pointer, coming: &mut ByKey) -> bool {
        match self.parent_key(id, pointer) {
            Some(ParentKey::Row(parent)) => self.stores.state(parent) == Some(State::Pending),
            Some(ParentKey::Values(key)) => coming.find(&key).is_some_and(|row| row != id),
            Some(ParentKey::Unknown) => true,
            None => false,
        }
    }

    fn parent_key(&self, id: RowId, pointer: &Pointer) -> Option<ParentKey> {
        let pairs = pointer.references.iter().copied().zip(pointer.columns.iter().copied());
        Pointing::new(self.stores).key_of_parent(id, pointer.parents, pairs)
    }
}
