//! The order in which a flush writes: links that go (those of rows that go only with these, where rows of the link table are
//! written or deleted by themselves, too), rows that leave those that they pointed to (first those that let go only until
//! another comes under that one's key), rows that go, rows that by leaving may take what those had, rows that changed, rows
//! that go once those have left them, rows that come, rows that point to those, links that come; and last those rows that
//! others still pointed to.

use std::collections::HashSet;

use crate::database::Transaction;
use crate::error::Result;
use crate::model::{AnyStore, RowId, State, Wait};
use crate::session::pointing::unwritten;
use crate::session::stores::Stores;
use crate::session::undo::Undo;

mod actions;
mod check;
mod circle;
mod coming;
mod delete;
mod insert;
mod late;
pub(super) mod links;
mod meanwhile;
pub(super) mod pointers;
mod shapes;
mod unique;
mod update;
mod waiting;

use coming::Coming;
use links::Unlink;
use pointers::Pointers;
use update::Turn;

/// One flush.
pub(super) struct Flush<'s> {
    pub(super) stores: &'s mut Stores,
    pub(super) unlinks: &'s mut Vec<Unlink>,
    pub(super) undo: &'s mut Undo,
    pub(super) tx: &'s Transaction,
    /// The rows that their models have seen.
    seen: HashSet<(u32, u32)>,
    /// Those of them that were changed, until they are written.
    seen_changed: HashSet<(u32, u32)>,
    /// How many values were needed meanwhile.
    temporary: i64,
    /// Where changed rows may lead that are in the database only when others are written.
    coming: Coming,
}

impl<'s> Flush<'s> {
    pub(super) fn new(
        stores: &'s mut Stores,
        unlinks: &'s mut Vec<Unlink>,
        undo: &'s mut Undo,
        tx: &'s Transaction,
    ) -> Self {
        Flush {
            stores,
            unlinks,
            undo,
            tx,
            seen: HashSet::new(),
            seen_changed: HashSet::new(),
            temporary: 0,
            coming: Coming::default(),
        }
    }

    pub(super) fn run(mut self) -> Result<()> {
        let (order, links) = (self.stores.order(), self.stores.links.take());
        let pointers = &*self.stores.pointers();
        let inserts = self.stores.all.iter().any(|store| store.tracks().has_pending());
        let deletes = self.stores.all.iter().any(|store| store.tracks().has_deleted());
        if inserts || deletes {
            self.coming = Coming::new(self.stores, pointers);
        }
        self.write_links(&links, pointers, true)?;
        self.unlink_free(pointers)?;
        if deletes && inserts {
            self.let_go_of_replaced(&order, pointers)?;
        }
        if deletes {
            self.update(&order, pointers, Turn::Leaving)?;
            self.break_deleted(&order, pointers)?;
            self.delete_free(&order, pointers)?;
            if self.may_enter(pointers) {
                self.update(&order, pointers, Turn::Entering)?;
                // What those left that were written now.
                self.delete_free(&order, pointers)?;
            }
        }
        if inserts {
            self.let_go_early(&order, pointers, Turn::Staying, inserts)?;
            self.update(&order, pointers, Turn::Staying)?;
            self.delete_free(&order, pointers)?;
        }
        if inserts || deletes {
            self.let_go_early(&order, pointers, Turn::All, inserts)?;
        }
        if inserts {
            self.insert(&order, pointers)?;
        }
        self.update(&order, pointers, Turn::All)?;
        self.unlink(pointers, |_, _| true)?;
        self.write_links(&links, pointers, false)?;
        self.delete(&order, pointers, |_| true)
    }

    fn store(&mut self, store: u32) -> &mut dyn AnyStore {
        self.stores.all[store as usize].as_mut()
    }

    fn id(&self, store: u32, slot: u32) -> RowId {
        self.stores.all[store as usize].id(self.stores.session, store, slot)
    }

    /// Fills in what a row waits for; `false` if a row that it waits for is not in the database yet.
    fn resolve(&mut self, number: u32, slot: u32) -> Result<bool> {
        let store = self.stores.all[number as usize].as_ref();
        let Some(unwritten) = &store.tracks().slot(slot).unwritten else { return Ok(true) };
        let waits: &[Wait] = &unwritten.waits;
        let is_pending = |wait: &Wait| self.stores.state(wait.row) == Some(State::Pending);
        if waits.is_empty() || waits.iter().any(is_pending) {
            return Ok(waits.is_empty());
        }
        let table = store.table();
        let values = waits.iter().map(|wait| Ok((wait.column, self.stores.awaited(table, wait)?)));
        let values = values.collect::<Result<Vec<_>>>()?;
        let id = self.id(number, slot);
        values.into_iter().try_for_each(|(column, value)| self.stores.assign(id, column, value))?;
        unwritten_of(self.store(number), slot).clear();
        Ok(true)
    }
}

/// What a row waits for.
fn unwritten_of(store: &mut dyn AnyStore, slot: u32) -> &mut Vec<Wait> {
    &mut unwritten(store, slot).waits
}
