//! Upserts of a session: which row it is, only the database knows, and so they run at once.

use crate::error::{Error, Result};
use crate::model::{Draft, Handle, RowId, Writable, keep, values};
use crate::query::{Upsert, Upserted};
use crate::session::Session;

impl Session {
    /// Runs an upsert, and gives the handle of the row that it leaves: one that the session has already, with the values that
    /// it has now, or a new one; `None` where the upsert may leave no row, and has not. Of `or_find()` it gives the handle and
    /// whether the row is new; one that was there is loaded as by a query.
    ///
    /// It does not wait for the next flush, for which row it will be only the database knows; what waits is flushed before
    /// it, and what the session knows of relationships is read again. A row that was new to the session leaves it with a
    /// rollback, for it may have been added.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::proposed;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String, #[column(default = 1)] uses: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// let mut session = db.session()?;
    /// let rust = session.add(Tag::new("rust"));
    /// let more = Tag::USES.set(Tag::USES + proposed(Tag::USES));
    /// let same = session.upsert(Tag::new("rust").on_conflict(Tag::LABEL).do_update(more))?;
    /// assert_eq!((same, session[rust].uses), (rust, 2));
    /// let other = session.upsert(Tag::new("rust").on_conflict(Tag::LABEL).do_nothing())?;
    /// assert!(other.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Upsert::insert`]; if the flush before it fails, or the draft is to point to a row that is deleted or is another
    /// session's.
    pub fn upsert<M: Writable, O: Upserted<M>>(&mut self, mut upsert: Upsert<M, Draft<M>, O>) -> Result<O::Handle> {
        self.flush()?;
        self.fill_in(upsert.draft_mut())?;
        let output = upsert.insert(self.open()?)?;
        output.kept(|row, was_there| self.keep_upserted(row, was_there))
    }

    /// Keeps the row that an upsert has left, or has found as it was there.
    fn keep_upserted<M: Writable>(&mut self, row: M, was_there: bool) -> Result<Handle<M>> {
        let mut known = None;
        if !was_there {
            self.stores.collections.clear();
            let session = self.stores.session;
            let (number, store) = self.stores.of::<M>()?;
            known = store.find_row(&row).map(|slot| store.name(session, number, slot));
        }
        if let Some(known) = known {
            self.note_overwritten(known);
            self.expire(Handle::<M>::new(known))?;
        }
        let id = keep(&mut self.stores, vec![row]).1.pop().ok_or_else(super::lost)?;
        if known.is_none() && !was_there {
            // It may be one that the upsert inserted: whether it is, only the database knows.
            self.undo.inserted(id);
        }
        Ok(Handle::new(id))
    }

    /// Gives the columns of a draft that wait for rows of the session what these have.
    fn fill_in<M: Writable>(&self, draft: &mut Draft<M>) -> Result<()> {
        let waits = draft.further.as_mut().map(|further| std::mem::take(&mut further.waits));
        waits.into_iter().flatten().try_for_each(|wait| {
            let assigned = draft.row.field_mut(wait.column).assign(self.stores.awaited(M::TABLE, &wait)?);
            assigned.map_err(|error| Error::encode(M::NAME, M::COLUMNS[wait.column].name, &error))?;
            draft.unset.remove(wait.column);
            Ok(())
        })
    }

    /// Notes what a row is before it gets the values of an upsert, so that a rollback gives them back.
    fn note_overwritten(&mut self, id: RowId) {
        let store = self.stores.get_mut(id);
        let Some(was) = store.record(id.slot).map(|row| values(store.table(), row)) else { return };
        store.tracks_mut().set_snapshot(id.slot, was.values());
        self.undo.written(id, store.tracks_mut());
    }
}
