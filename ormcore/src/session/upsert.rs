//! Upserts of a session: which row it is, only the database knows, and so they run at once.

use crate::error::{Error, Result};
use crate::model::{Draft, Handle, Model, RowId, Writable, keep, values};
use crate::query::Upsert;
use crate::session::Session;

/// What becomes of a draft in an upsert: the row, or a row if there is one.
pub trait Upserted<M>: Send + Sized {
    /// The same with the row's handle.
    type Handle;

    #[doc(hidden)]
    fn into_row(self) -> Option<M>;

    #[doc(hidden)]
    fn with_handle(handle: Handle<M>) -> Self::Handle;

    /// What there is where no row is.
    #[doc(hidden)]
    fn without() -> Option<Self::Handle>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Upserted<M> for M {
    type Handle = Handle<M>;

    fn into_row(self) -> Option<M> {
        Some(self)
    }

    fn with_handle(handle: Handle<M>) -> Handle<M> {
        handle
    }

    fn without() -> Option<Handle<M>> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Upserted<M> for Option<M> {
    type Handle = Option<Handle<M>>;

    fn into_row(self) -> Option<M> {
        self
    }

    fn with_handle(handle: Handle<M>) -> Option<Handle<M>> {
        Some(handle)
    }

    fn without() -> Option<Option<Handle<M>>> {
        Some(None)
    }
}

impl Session {
    /// Runs an upsert, and gives the handle of the row that it leaves: one that the session has already, with the values that
    /// it has now, or a new one; `None` where the upsert may leave no row, and has not.
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
        let Some(row) = upsert.insert(self.open()?)?.into_row() else {
            return O::without().ok_or_else(super::lost);
        };
        self.stores.collections.clear();
        let session = self.stores.session;
        let (number, store) = self.stores.of::<M>()?;
        let known = store.find_row(&row).map(|slot| store.name(session, number, slot));
        if let Some(known) = known {
            self.note_overwritten(known);
            self.expire(Handle::<M>::new(known))?;
        }
        let id = keep(&mut self.stores, vec![row]).1.pop().ok_or_else(super::lost)?;
        if known.is_none() {
            // It may be one that the upsert inserted: whether it is, only the database knows.
            self.undo.inserted(id);
        }
        Ok(O::with_handle(Handle::new(id)))
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
