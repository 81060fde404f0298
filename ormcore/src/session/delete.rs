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
    /// To find what follows it the session flushes first, if something was added or changed.
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
                Some(State::Pending) => undo::leave(&mut self.stores, id),
                Some(State::Persistent) => self.mark_deleted(id, &mut left)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn mark_deleted(&mut self, id: RowId, left: &mut Vec<RowId>) -> Result<()> {
        let find = self.stores.get(id).dependents();
        if self.has_news() {
            self.autoflush()?;
        }
        self.check_usable()?;
        let Session { database, options, tx, stores, unlinks, .. } = &mut *self;
        let tx = open(database, options, tx)?;
        for dependents in find(stores, id, tx)? {
            match dependents {
                Dependents::None => {}
                Dependents::Deleted(rows) => left.extend(rows),
                Dependents::Released(rows, columns) => rows.into_iter().for_each(|row| release(stores, row, &columns)),
                Dependents::Links(steps) => unlinks.push(steps),
            }
        }
        let tracks = self.stores.get_mut(id).tracks_mut();
        tracks.slot_mut(id.slot).state = State::Deleted;
        tracks.deleted.push(id.slot);
        Ok(())
    }

    /// Whether the database does not know all that would follow a row: something was added or changed, but for what
    /// follows rows that are to be deleted already.
    fn has_news(&self) -> bool {
        self.stores.all.iter().any(|store| {
            let tracks = store.tracks();
            let is_new = |slot: &u32| !tracks.slot(*slot).released && store.differs(*slot);
            tracks.has_pending() || (tracks.lent > 0 && tracks.touched.iter().any(is_new))
        })
    }
}

/// Leaves a row without the one that it points to.
fn release(stores: &mut Stores, row: RowId, columns: &[usize]) {
    if stores.state(row) != Some(State::Persistent) {
        return;
    }
    let store = stores.get_mut(row);
    let is_new = !store.tracks().slot(row.slot).touched;
    store.lend(row.slot);
    if is_new {
        store.tracks_mut().release(row.slot);
    }
    for column in columns {
        if let Some(record) = store.record_mut(row.slot) {
            // The column may be NULL, or it would not be among them.
            let _ = record.field_mut(*column).assign(Value::Null);
        }
    }
}
