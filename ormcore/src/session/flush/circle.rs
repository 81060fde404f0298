//! Rows to be inserted that wait for each other in a circle.

use crate::error::{Error, Result};
use crate::model::{ParentKey, Pointing, RowId, State, Wait};
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
            for slot in self.store(number).tracks().pending.clone() {
                if let Some(Opened { columns, waits, kept }) = self.opened(number, slot, pointers) {
                    let id = self.id(number, slot);
                    *unwritten_of(self.store(number), slot) = kept;
                    columns.into_iter().try_for_each(|(column, value)| self.stores.assign(id, column, value))?;
                    broken.push((slot, waits));
                }
            }
            if broken.is_empty() {
                continue;
            }
            let (ready, waiting) = self.split_pending(number)?;
            self.store(number).tracks_mut().pending = waiting;
            let is_broken = !ready.is_empty();
            if is_broken {
                self.insert_ready(number, ready)?;
            }
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
        Err(Error::usage(
            "rows that were added point to each other in a circle, by foreign keys that may not be NULL: make one of them \
             an `Option`",
        ))
    }

    /// How a row can be inserted at once, if it can: its foreign keys lead nowhere until the rows are there that they wait
    /// for, by columns that are NULL; what others of their columns wait for has to be known.
    fn opened(&mut self, number: u32, slot: u32, pointers: &Pointers) -> Option<Opened> {
        let (id, store) = (self.id(number, slot), self.stores.all[number as usize].as_ref());
        let (table, pointing) = (store.table(), Pointing::new(self.stores));
        let waits = store.tracks().slot(slot).unwritten.as_ref().map_or(&[][..], |unwritten| &unwritten.waits);
        let mut opened = Opened::default();
        for wait in waits {
            if self.stores.state(wait.row) != Some(State::Pending) {
                opened.kept.push(*wait);
                continue;
            }
            // They may hold the key of the row pointed to before, which may be gone by now.
            let is_null = table.columns[wait.column].nullable;
            let value = if is_null { Value::Null } else { pointing.value((id, wait.column))? };
            opened.columns.push((wait.column, value));
            opened.waits.push(*wait);
        }
        let columns = &opened.columns;
        let is_open = |pointer: &Pointer| {
            let is_null = |column: &usize| columns.iter().any(|(other, value)| other == column && value.is_null());
            pointer.columns.iter().any(is_null) || !self.waits_for_new(id, pointer)
        };
        let concerned = |pointer: &&Pointer| columns.iter().any(|(column, _)| pointer.columns.contains(column));
        let is_waiting = columns.iter().any(|(_, value)| value.is_null());
        (is_waiting && pointers.of(number).iter().filter(concerned).all(is_open)).then_some(opened)
    }

    /// Whether a foreign key leads to a row that is yet to be inserted.
    fn waits_for_new(&self, id: RowId, pointer: &Pointer) -> bool {
        let pairs = pointer.references.iter().copied().zip(pointer.columns.iter().copied());
        match Pointing::new(self.stores).key_of_parent(id, pointer.parents, pairs) {
            Some(ParentKey::Row(parent)) => self.stores.state(parent) == Some(State::Pending),
            Some(ParentKey::Unknown) => true,
            Some(ParentKey::Values(_)) | None => false,
        }
    }
}
