//! What a session gives: rows by key, by query and by handle.

use std::ops::{Index, IndexMut};

use crate::error::{Error, Result};
use crate::model::{AnyStore, Handle, IntoKey, Key, Model, RowId, State, Writable, fetch, not_found_by};
use crate::query::Query;
use crate::session::{Session, lost};

impl Session {
    /// The row with the key: the session's own if it has it, without a statement; else that of the database, as
    /// [`Model::get`] gives it.
    ///
    /// A row that is out of the model's default scope is found while the session has it. By its key it is read so:
    /// `session.one_or_none(Order::query().unscoped().filter(Order::ID.eq(7)))`.
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
        Ok(self.by_key(key.into_key())?.1)
    }

    /// The row with the key, as [`Session::get`] gives it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// assert_eq!(session.find::<User>(1)?, ann);
    /// assert!(session.find::<User>(2).is_err_and(|error| error.is_not_found()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::get`]; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none.
    pub fn find<M: Model>(&mut self, key: impl IntoKey<M::Key>) -> Result<Handle<M>>
    where
        M::Key: Key,
    {
        let (key, found) = self.by_key(key.into_key())?;
        found.ok_or_else(|| not_found_by::<M>(&key))
    }

    /// The key again, and the row with it, if there is one.
    fn by_key<M: Model>(&mut self, key: M::Key) -> Result<(M::Key, Option<Handle<M>>)>
    where
        M::Key: Key,
    {
        self.check_usable()?;
        let mut in_hand = self.in_hand::<M>(&key)?;
        if in_hand.is_none_or(|(found, is_expired)| is_expired || self.may_be_replaced(found.id())) {
            // A new row has its key when it is flushed.
            self.autoflush()?;
            in_hand = self.in_hand::<M>(&key)?;
        }
        if let Some((found, false)) = in_hand {
            let is_there = self.stores.state(found.id()) == Some(State::Persistent);
            return Ok((key, is_there.then_some(found)));
        }
        let (key, row) = fetch::<M>(key, in_hand.is_some(), self.open()?)?;
        let found = self.take_in(Vec::from_iter(row), false).pop();
        Ok((key, found.filter(|found| self.contains(*found))))
    }

    /// Whether a row is to be deleted, and another may come under its key.
    fn may_be_replaced(&self, id: RowId) -> bool {
        self.stores.state(id) == Some(State::Deleted) && self.stores.get(id).tracks().has_pending()
    }

    /// The row of the session with the key, and whether it has expired.
    fn in_hand<M: Model>(&mut self, key: &M::Key) -> Result<Option<(Handle<M>, bool)>>
    where
        M::Key: Key,
    {
        let session = self.stores.session;
        let (number, store) = self.stores.of::<M>()?;
        let slot = store.find(key);
        Ok(slot.map(|slot| (Handle::new(store.name(session, number, slot)), store.tracks().slot(slot).expired)))
    }

    /// The rows of a query; those that the session has already keep what they are, but for expired ones, and
    /// for those of a query that locks ([`Query::for_update`]): they get the values of the database, and keep what was changed in
    /// them since the last flush.
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
        let locked = query.locks();
        let rows = query.all(self.transaction()?)?;
        Ok(self.take_in(rows, locked))
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
        let locked = query.locks();
        let row = query.first(self.transaction()?)?;
        Ok(self.take_in(Vec::from_iter(row), locked).pop())
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
        let locked = query.locks();
        let row = query.one(self.transaction()?)?;
        self.take_in(vec![row], locked).pop().ok_or_else(lost)
    }

    /// The only row of a query, if there is one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert_eq!(session.one_or_none(User::query().filter_by(User::NAME, "ann"))?, Some(ann));
    /// assert_eq!(session.one_or_none(User::query().filter_by(User::NAME, "bob"))?, None);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::all`]; [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several.
    pub fn one_or_none<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<Option<Handle<M>>> {
        let locked = query.locks();
        let row = query.one_or_none(self.transaction()?)?;
        Ok(self.take_in(Vec::from_iter(row), locked).pop())
    }

    /// How many rows a query has; the session takes none of them in.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add_all(["ann", "bob"].map(User::new));
    /// assert_eq!(session.count(User::query())?, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the flush before it fails, or the database refuses the statement.
    pub fn count<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<u64> {
        query.count(self.transaction()?)
    }

    /// Whether a query has rows; the session takes none of them in.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// assert!(session.exists(User::query().filter_by(User::NAME, "ann"))?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::count`].
    pub fn exists<M: Model, S: 'static>(&mut self, query: Query<M, S>) -> Result<bool> {
        query.exists(self.transaction()?)
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
