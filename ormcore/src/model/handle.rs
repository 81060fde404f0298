use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::error::Result;
use crate::model::assign::{SetColumn, key_to, pair};
use crate::model::draft::Wait;
use crate::model::{Column, Draft, Model, Reference, Referenced};

/// A name for a row of the model `M` that a session owns: `session[handle]` borrows it.
///
/// It is `Copy`, 16 bytes, and names one row for ever: a row of another session, or one that left its session, is not
/// mistaken for it. The constructor and `set` of a draft take it for a foreign key, also before the row has a key.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// let mut session = db.session()?;
/// let ann: Handle<User> = session.add(User::new("ann"));
/// session.commit()?;
/// assert_eq!(session[ann].id, 1);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Handle<M> {
    id: RowId,
    model: PhantomData<fn() -> M>,
}

/// Which row of which session, whatever its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowId {
    /// The session's number, which no other one of the program has.
    pub(crate) session: u32,
    /// The place of the model's rows among those of other models.
    pub(crate) store: u32,
    /// The row's place.
    pub(crate) slot: u32,
    /// How many rows had the place before.
    pub(crate) generation: u32,
}

impl<M> Handle<M> {
    pub(crate) fn new(id: RowId) -> Self {
        Handle { id, model: PhantomData }
    }

    pub(crate) fn id(self) -> RowId {
        self.id
    }
}

impl<M> Clone for Handle<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Handle<M> {}

impl<M> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<M> Eq for Handle<M> {}

impl<M> Hash for Handle<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<M> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = std::any::type_name::<M>();
        let name = name.rsplit("::").next().unwrap_or(name);
        write!(f, "Handle<{name}>({}.{})", self.id.slot, self.id.generation)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Model, T> Reference<P, T> for Handle<P> {
    fn into_reference(self, _column: Column<P, T>) -> Result<Referenced<T>> {
        Ok(Referenced::Row(self.id))
    }
}

/// A row of a session that a foreign key is to point to, as [`SetColumn`]'s second parameter; the compiler finds this by
/// itself.
#[derive(Debug)]
pub struct ByHandle;

#[diagnostic::do_not_recommend]
impl<T, P: Model> SetColumn<T, ByHandle> for Handle<P> {
    fn set_column<M: Model>(self, column: Column<M, T>, draft: &mut Draft<M>) -> Result<()> {
        let key = key_to::<M, P>(column.name())?;
        for (child, parent) in key.columns.iter().zip(&key.references) {
            let (column, referenced) = pair::<M, P>(child, parent)?;
            draft.mark_set(column);
            draft.further().waits.push(Wait { column, row: self.id, referenced });
        }
        Ok(())
    }
}
