//! Links that go and come, and the session's own rows of their tables, which follow.

use std::collections::HashSet;

use crate::error::Result;
use crate::model::{Keys, RowId, State};
use crate::relation::LinkBatch;
use crate::schema::Table;
use crate::session::flush::actions::is_to;
use crate::session::flush::pointers::positions;
use crate::session::flush::{Flush, Pointers};
use crate::session::links::PendingLinks;
use crate::session::stores::Stores;
use crate::value::Value;

/// What deletes all links of a row that is to be deleted.
pub(in crate::session) struct Unlink {
    pub(in crate::session) row: RowId,
    pub(in crate::session) links: LinkBatch,
}

impl Flush<'_> {
    /// Writes new links, or deletes those that go; a link that both sides name is written once.
    pub(super) fn write_links(&mut self, links: &PendingLinks, pointers: &Pointers, deletes: bool) -> Result<()> {
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        for link in links.ready(self.stores, deletes) {
            let batch = link.batch(self.stores, deletes)?;
            if seen.insert(batch.key()) {
                all.push(batch);
            }
        }
        self.drive_links(all, pointers)
    }

    /// Deletes links of rows that are to be deleted, but for those of tables of which the session is to write or delete rows
    /// itself: these first become what their own relationships, or the program, made of them.
    pub(super) fn unlink_free(&mut self, pointers: &Pointers) -> Result<()> {
        self.unlink(pointers, |stores, unlink| {
            let mut rows = stores.all.iter().filter(|store| is_same(store.table(), unlink.links.table()));
            !rows.any(|store| store.tracks().has_deleted() || !store.tracks().touched.is_empty())
        })
    }

    /// Deletes those links that are left of these rows, which are about to be deleted, and those that may lead to them.
    pub(super) fn unlink_all_of(&mut self, number: u32, slots: &[u32], pointers: &Pointers) -> Result<()> {
        if self.unlinks.is_empty() {
            return Ok(());
        }
        let slots: HashSet<u32> = slots.iter().copied().collect();
        self.unlink(pointers, |stores, Unlink { row, links }| match row.store == number {
            true => slots.contains(&row.slot),
            false => links.table().all_foreign_keys().any(|key| is_to(&key, stores.all[number as usize].table())),
        })
    }

    /// Deletes the links that are meant of rows that are to be deleted.
    pub(super) fn unlink(&mut self, pointers: &Pointers, is_meant: impl Fn(&Stores, &Unlink) -> bool) -> Result<()> {
        let all = std::mem::take(self.unlinks);
        let (now, later) = all.into_iter().partition(|unlink| is_meant(self.stores, unlink));
        *self.unlinks = later;
        let now: Vec<Unlink> = now;
        self.drive_links(now.into_iter().map(|unlink| unlink.links).collect(), pointers)
    }

    /// Writes or deletes links, those of one table in one statement.
    fn drive_links(&mut self, all: Vec<LinkBatch>, pointers: &Pointers) -> Result<()> {
        let mut batches: Vec<LinkBatch> = Vec::new();
        for batch in all {
            match batches.iter_mut().find(|other| other.is_like(&batch)) {
                Some(same) => same.merge(batch),
                None => batches.push(batch),
            }
        }
        batches.iter_mut().try_for_each(|batch| {
            self.tx.drive(batch)?;
            self.follow_links(batch, pointers)
        })
    }

    /// Notes what has become of the session's rows of a link table.
    fn follow_links(&mut self, links: &LinkBatch, pointers: &Pointers) -> Result<()> {
        for number in 0..self.stores.all.len() as u32 {
            if !is_same(self.store(number).table(), links.table()) {
                continue;
            }
            match links.deleted() {
                Some(deleted) => {
                    let gone = self.linked_by(number, links.table(), deleted);
                    self.gone(number, &gone, pointers)?;
                }
                None => self.stores.collections.forget_parents(number),
            }
        }
        Ok(())
    }

    /// The rows of a store that the database had with one of these keys, in these columns of the link table. A row that is to
    /// have another key was to stay: that it cannot be written is told then.
    fn linked_by(&self, number: u32, links: &Table, (columns, mut keys): (Vec<usize>, Keys)) -> Vec<u32> {
        let store = self.stores.all[number as usize].as_ref();
        let names: Vec<_> = columns.iter().map(|column| links.columns[*column].name).collect();
        let Some(columns) = positions(store.table(), &names) else { return Vec::new() };
        let goes = |slot: &u32| match store.tracks().slot(*slot).state {
            State::Deleted => true,
            State::Persistent => !store.is_unwritten(*slot, &columns),
            State::Pending | State::Removed | State::Gone => false,
        };
        let is_linked = |slot: &u32| {
            let key: Vec<_> = columns.iter().map(|column| store.written(*slot, *column)).collect();
            key.iter().for_each(|part| keys.push(part));
            // NULL equals nothing.
            keys.find().is_some() && !key.iter().any(Value::is_null)
        };
        (0..store.tracks().slots.len() as u32).filter(goes).filter(is_linked).collect()
    }
}

fn is_same(one: &Table, other: &Table) -> bool {
    (one.schema, one.name) == (other.schema, other.name)
}
