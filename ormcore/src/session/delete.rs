use crate::error::Result;
use crate::model::{Dependents, Handle, Model, RowId, State};
use crate::session::{Session, open, undo};

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
    /// # Errors
    /// If the handle names no row of this session, or what follows it cannot be read.
    pub fn delete<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        self.stores.check(handle)?;
        let mut left = vec![handle.id()];
        while let Some(id) = left.pop() {
            match self.stores.state(id) {
                Some(State::Pending) => self.drop_pending(id),
                Some(State::Persistent) => self.mark_deleted(id, &mut left)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn drop_pending(&mut self, id: RowId) {
        self.links.retain(|link| link.ends().0 != id && link.ends().1 != id);
        undo::leave(&mut self.stores, id);
    }

    fn mark_deleted(&mut self, id: RowId, left: &mut Vec<RowId>) -> Result<()> {
        self.autoflush_pending()?;
        let find = self.stores.get(id).dependents();
        let Session { database, options, tx, stores, unlinks, .. } = &mut *self;
        let tx = open(database, options, tx)?;
        for dependents in find(stores, id, tx)? {
            match dependents {
                Dependents::None => {}
                Dependents::Deleted(rows) => left.extend(rows),
                Dependents::Released(rows, columns) => {
                    for row in rows {
                        let store = stores.get_mut(row);
                        store.lend(row.slot);
                        for column in &columns {
                            if let Some(record) = store.record_mut(row.slot) {
                                // The column may be NULL, or it would not be among them.
                                let _ = record.field_mut(*column).assign(crate::value::Value::Null);
                            }
                        }
                    }
                }
                Dependents::Links(steps) => unlinks.push(steps),
            }
        }
        let tracks = self.stores.get_mut(id).tracks_mut();
        tracks.slots[id.slot as usize].state = State::Deleted;
        tracks.deleted.push(id.slot);
        Ok(())
    }
}
