use crate::error::Result;
use crate::model::{Dependents, Handle, Model, RowId, State};
use crate::session::stores::Stores;
use crate::session::{Session, open, undo};
use crate::value::Value;

impl Session {
    /// Deletes a row at the next flush, and what its relationships have follow it (`cascade`); a row that was not flushed
    /// yet just leaves.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// session.delete(ann)?;
    /// session.commit()?;
    /// assert_eq!(User::query().count(&db)?, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// What follows it is found at once, in the session and in the database; nothing is written before the flush.
    ///
    /// # Errors
    /// If the handle names no row of this session, or what follows it cannot be read.
    pub fn delete<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        self.stores.check(handle)?;
        self.delete_all(vec![handle.id()])
    }

    /// Deletes rows that were taken out of what they cannot be without.
    pub(super) fn delete_orphans(&mut self) -> Result<()> {
        let orphans = std::mem::take(&mut self.orphans);
        self.delete_all(orphans)
    }

    fn delete_all(&mut self, mut left: Vec<RowId>) -> Result<()> {
        while let Some(id) = left.pop() {
            match self.stores.state(id) {
                Some(State::Pending) => {
                    let found = self.stores.get(id).dependents()(&mut self.stores, id, None)?;
                    undo::leave(&mut self.stores, id);
                    self.depend(found, &mut left);
                }
                Some(State::Persistent) => self.mark_deleted(id, &mut left)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn mark_deleted(&mut self, id: RowId, left: &mut Vec<RowId>) -> Result<()> {
        self.check_usable()?;
        let find = self.stores.get(id).dependents();
        let Session { database, options, tx, stores, .. } = &mut *self;
        let found = find(stores, id, Some(open(database, options, tx)?))?;
        self.depend(found, left);
        let tracks = self.stores.get_mut(id).tracks_mut();
        tracks.slot_mut(id.slot).state = State::Deleted;
        tracks.deleted.push(id.slot);
        Ok(())
    }

    /// Has what follows a row follow it.
    fn depend(&mut self, found: Vec<Dependents>, left: &mut Vec<RowId>) {
        for dependents in found {
            match dependents {
                Dependents::Deleted(rows) => left.extend(rows),
                Dependents::Released(rows, columns) => {
                    rows.into_iter().for_each(|row| release(&mut self.stores, row, &columns));
                }
                Dependents::Links(steps) => self.unlinks.push(steps),
            }
        }
    }
}

/// Leaves a row without the one that it points to.
fn release(stores: &mut Stores, row: RowId, columns: &[usize]) {
    if !stores.is_live(row) {
        return;
    }
    let store = stores.get_mut(row);
    let is_new = !store.tracks().slot(row.slot).touched;
    store.lend(row.slot);
    if is_new {
        store.tracks_mut().release(row.slot);
    }
    if let Some(unwritten) = &mut store.tracks_mut().slot_mut(row.slot).unwritten {
        unwritten.waits.retain(|wait| !columns.contains(&wait.column));
    }
    for column in columns {
        if let Some(record) = store.record_mut(row.slot) {
            // The column may be NULL, or it would not be among them.
            let _ = record.field_mut(*column).assign(Value::Null);
        }
    }
}
