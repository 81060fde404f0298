//! The order in which rows are inserted: batch by batch, each of rows that wait for nothing by then.

use crate::error::Result;
use crate::session::flush::shapes::by_shape;
use crate::session::flush::waiting::Waiting;
use crate::session::flush::{Flush, Pointers};

impl Flush<'_> {
    /// Inserts rows, parents before children; of rows that wait for each other some are written without, and updated
    /// after.
    pub(super) fn insert(&mut self, order: &[u32], pointers: &Pointers) -> Result<()> {
        loop {
            let (mut left, mut done) = (0, 0);
            for number in order.iter().copied() {
                let inserted = self.insert_free(number, pointers)?;
                if inserted > 0 && !self.store(number).tracks().pending.is_empty() {
                    self.insert_waiting(number, pointers)?;
                }
                done += inserted;
                left += self.store(number).tracks().pending.len();
            }
            if left == 0 {
                return Ok(());
            }
            if done == 0 {
                self.break_circle(order, pointers)?;
            }
        }
    }

    /// Inserts the rows of a store that wait for nothing, and says how many they are.
    pub(super) fn insert_free(&mut self, number: u32, pointers: &Pointers) -> Result<usize> {
        let slots: Vec<u32> = self.store(number).tracks().new_rows().collect();
        let waits: Result<Vec<bool>> = slots.iter().map(|slot| Ok(!self.resolve(number, *slot)?)).collect();
        let mut waits = waits?;
        self.wait_by_value(number, &slots, pointers, &mut waits);
        let ready = if waits.contains(&true) {
            slots.into_iter().zip(waits).filter_map(|(slot, waits)| (!waits).then_some(slot)).collect()
        } else {
            slots
        };
        let inserted = ready.len();
        if inserted > 0 {
            self.insert_ready(number, ready)?;
        }
        self.store(number).tracks_mut().tidy_pending();
        Ok(inserted)
    }

    /// Inserts the rows of a store that waited for others of it, as soon as those are there.
    fn insert_waiting(&mut self, number: u32, pointers: &Pointers) -> Result<()> {
        let mut waiting = Waiting::new(self, number, pointers);
        loop {
            let ready = waiting.next(self)?;
            if ready.is_empty() {
                break;
            }
            self.insert_ready(number, ready.clone())?;
            waiting.inserted(&ready);
        }
        self.store(number).tracks_mut().tidy_pending();
        Ok(())
    }

    fn insert_ready(&mut self, number: u32, ready: Vec<u32>) -> Result<()> {
        self.see_drafts(number, &ready)?;
        let (ready, runs) = by_shape(self.store(number), ready);
        let transaction = self.stores.transaction;
        let gone = self.stores.all[number as usize].insert(&ready, runs, self.tx, transaction)?;
        let replaced = self.replaced(number, &gone);
        let (store, session) = (&self.stores.all[number as usize], self.stores.session);
        ready.iter().for_each(|slot| self.undo.inserted(store.id(session, number, *slot)));
        replaced.and_then(|()| self.see_inserted(number, &ready))
    }
}
