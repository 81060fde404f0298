//! What a session gives: rows by key, by query and by handle.

use std::ops::{Index, IndexMut};

use crate::error::{Error, Result};
use crate::model::{AnyStore, Handle, IntoKey, Key, Model, State, Writable, fetch, keep};
use crate::query::Query;
use crate::session::{Session, lost};

impl Session {
    /// The row with the key: the session's own if it has it, without a statement.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// let statements = db.record();
    /// assert_eq!(session.get::<User>(1)?, Some(ann));
    /// assert!(statements.is_empty()); // the session has it
    /// assert_eq!(session.get::<User>(2)?, None);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, or the row cannot be read.
    pub fn get<M: Model>(&mut self, key: impl IntoKey<M::Key>) -> Result<Option<Handle<M>>>
    where
        M::Key: Key,
    {
        self.check_usable()?;
        let key = key.into_key();
        let session = self.stores.session;
        let (number, store) = self.stores.of::<M>()?;
        if let Some(slot) = store.find(&key) {
            let found = Handle::new(store.name(session, number, slot));
            let state = store.tracks().slot(slot);
            if !state.expired {
                return Ok((state.state == State::Persistent).then_some(found));
            }
        }
        self.autoflush()?;
        let row = fetch::<M>(key, self.transaction()?)?;
        let found = keep(&mut self.stores, row.into_iter().collect()).1.pop();
        Ok(found.filter(|id| self.stores.is_live(*id)).map(Handle::new))
    }

    /// The rows of a query; those that the session has already keep what they are, but for expired ones.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// let bob = session.add(User::new("bob"));
    /// assert_eq!(session.all(User::query().order_by(User::NAME.desc()))?, [bob, ann]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the flush before it fails, the database refuses the statement, or a row cannot be read.
    pub fn all<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<Vec<Handle<M>>> {
        self.autoflush()?;
        let rows = query.all(self.transaction()?)?;
        Ok(keep(&mut self.stores, rows).1.into_iter().map(Handle::new).collect())
    }

    /// The first row of a query, if there is one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.add(User::new("bob"));
    /// assert_eq!(session.first(User::query().order_by(User::NAME))?, Some(ann));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::all`].
    pub fn first<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<Option<Handle<M>>> {
        self.autoflush()?;
        let row = query.first(self.transaction()?)?;
        Ok(keep(&mut self.stores, row.into_iter().collect()).1.pop().map(Handle::new))
    }

    /// The only row of a query.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert_eq!(session.one(User::query().filter_by(User::NAME, "ann"))?, ann);
    /// assert!(session.one(User::query().filter_by(User::NAME, "bob")).unwrap_err().is_not_found());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::all`]; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none, and
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several.
    pub fn one<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<Handle<M>> {
        self.autoflush()?;
        let row = query.one(self.transaction()?)?;
        let found = keep(&mut self.stores, vec![row]).1.pop().map(Handle::new);
        found.ok_or_else(lost)
    }

    /// The row of a handle.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert_eq!(session.try_get(ann)?.name, "ann");
    /// session.rollback()?;
    /// assert!(session.try_get(ann).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session: it is another session's, or the row has left.
    pub fn try_get<M: Model>(&self, handle: Handle<M>) -> Result<&M> {
        self.stores.row(handle)
    }

    /// The row of a handle, to be changed: the next flush writes what differs.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.try_get_mut(ann)?.name.push('a');
    /// assert_eq!(session[ann].name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::try_get`].
    pub fn try_get_mut<M: Writable>(&mut self, handle: Handle<M>) -> Result<&mut M> {
        self.stores.row_mut(handle)
    }

    /// The row's primary key; `None` before the flush that inserts it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert_eq!(session.key(ann)?, None);
    /// session.flush()?;
    /// assert_eq!(session.key(ann)?, Some(1));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::try_get`].
    pub fn key<M: Model>(&self, handle: Handle<M>) -> Result<Option<M::Key>>
    where
        M::Key: Key,
    {
        let row = self.stores.row(handle)?;
        if self.stores.state(handle.id()) == Some(State::Pending) {
            return Ok(None);
        }
        let indexes: Vec<usize> = M::TABLE.primary_key().collect();
        let key = M::Key::from_parts(&mut |position| row.field(indexes[position]).value());
        key.map(Some).map_err(|error| Error::encode(M::NAME, "", &error))
    }

    /// Whether the handle names a row of this session that is not deleted.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// assert!(session.contains(ann));
    /// session.delete(ann)?;
    /// assert!(!session.contains(ann));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn contains<M: Model>(&self, handle: Handle<M>) -> bool {
        self.stores.is_live(handle.id())
    }
}

impl<M: Model> Index<Handle<M>> for Session {
    type Output = M;

    /// The row. It does no I/O.
    ///
    /// # Panics
    /// If the handle names no row of this session; [`Session::try_get`] gives an error instead.
    fn index(&self, handle: Handle<M>) -> &M {
        match self.stores.row(handle) {
            Ok(row) => row,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<M: Model> IndexMut<Handle<M>> for Session {
    /// The row, to be changed: the next flush writes what differs, and refuses a change of a row of a `read_only` model.
    ///
    /// # Panics
    /// If the handle names no row of this session; [`Session::try_get_mut`] gives an error instead.
    fn index_mut(&mut self, handle: Handle<M>) -> &mut M {
        match self.stores.row_mut(handle) {
            Ok(row) => row,
            Err(error) => panic!("{error}"),
        }
    }
}
