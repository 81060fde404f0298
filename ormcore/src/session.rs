//! The session: a unit of work over one transaction, and the rows that it owns, each once.

use std::fmt;
use std::ops::Range;

use crate::database::{Database, Transaction, is_refusal};
use crate::error::{Error, Result};
use crate::model::{Draft, Handle, Model, State, Writable, merging};

mod begin;
mod by_key;
mod change;
mod changeable;
mod changes;
mod collections;
mod delete;
mod expire;
mod flush;
mod handles;
mod history;
mod hooks;
mod known;
mod links;
mod lock;
mod options;
mod orphans;
mod pointing;
mod read;
mod refused;
mod relations;
mod savepoint;
mod stores;
mod transaction;
mod undo;
mod unit;
mod upsert;
mod write;

pub use change::{Change, ColumnChange, Operation};
pub use changeable::Changeable;
pub use handles::IntoHandles;
pub use options::SessionOptions;
pub use relations::Handles;

use delete::Released;
use flush::Flush;
use flush::links::Unlink;
use hooks::Hooks;
use orphans::Orphans;
use stores::Stores;
use undo::Undo;

/// A unit of work: rows are added, read, changed and deleted in it, and a flush writes what differs, in an order in which
/// the database takes it.
///
/// It owns its rows, each once, and gives [`Handle`]s for them: `session[handle]` borrows a row. Its transaction begins with
/// the first statement and ends by [`Session::commit`] or [`Session::rollback`]; a session that is dropped rolls back.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// let mut session = db.session()?;
/// let ann = session.add(User::new("ann"));
/// session.commit()?;
/// session[ann].name.push('a');
/// assert_eq!(session.all(User::query().filter_by(User::NAME, "anna"))?, [ann]);
/// session.rollback()?;
/// assert_eq!(session[ann].name, "ann");
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Session {
    database: Database,
    options: SessionOptions,
    tx: Option<Transaction>,
    stores: Stores,
    /// What deletes all links of rows that are to be deleted.
    unlinks: Vec<Unlink>,
    /// Rows that were taken out of what they cannot be without: the next flush deletes them, unless they are given back or
    /// to another row of that kind until then.
    orphans: Orphans,
    /// Rows that were left without those that are to be deleted.
    released: Vec<Released>,
    undo: Undo,
    /// What of it the last flush did.
    flushed: Range<usize>,
    /// What runs around flushes.
    hooks: Option<Box<Hooks>>,
    /// How many savepoints are open.
    savepoints: usize,
    /// Whether a flush has failed: nothing runs until a rollback.
    failed: bool,
}

impl Session {
    /// Adds a row, which the next flush inserts. What the draft lacks is an error then.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert!(session.key(ann)?.is_none());
    /// session.flush()?;
    /// assert_eq!(session[ann].id, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn add<M: Model>(&mut self, draft: Draft<M>) -> Handle<M> {
        let id = self.stores.add(draft);
        if self.stores.state(id).is_some() {
            self.settle_waits(id);
            self.place_new(id);
        }
        Handle::new(id)
    }

    /// Adds rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let users = session.add_all(["ann", "bob"].map(User::new));
    /// session.commit()?;
    /// assert_eq!(session[users[1]].id, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn add_all<M: Model>(&mut self, drafts: impl IntoIterator<Item = Draft<M>>) -> Vec<Handle<M>> {
        let drafts = drafts.into_iter();
        if let Ok((_, store)) = self.stores.of::<M>() {
            store.reserve(drafts.size_hint().0);
        }
        drafts.map(|draft| self.add(draft)).collect()
    }

    /// Whether the next flush has something to write.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert!(session.is_modified());
    /// session.commit()?;
    /// assert!(!session.is_modified());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_modified(&self) -> bool {
        !self.stores.links.is_empty()
            || !self.orphans.is_empty(&self.stores)
            || self.stores.all.iter().any(|store| {
                let tracks = store.tracks();
                tracks.has_pending()
                    || tracks.deleted.iter().any(|slot| tracks.slot(*slot).state == State::Deleted)
                    || tracks.touched.iter().any(|slot| store.differs(*slot))
            })
    }

    /// Takes a row of the database that is in hand into the session: one that it has already gets the values, and the next
    /// flush writes what differs. Rows that are loaded in its relationship fields are merged with it, and those that are
    /// loaded in theirs, where the relationship has the cascade `merge`, which is the default; who leads to whom is what
    /// foreign keys and links say, and not what the fields hold.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut ann = User::new("ann").insert(&db)?;
    /// ann.name = "anna".into();
    /// let mut session = db.session()?;
    /// let merged = session.merge(ann)?;
    /// session.commit()?;
    /// assert_eq!(session[merged].name, "anna");
    /// assert_eq!(User::find(1, &db)?.name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the row, or one that is merged with it, is not in the database, has another version there
    /// ([`ErrorKind::StaleRow`](crate::ErrorKind::StaleRow)), is to be deleted, or cannot be read: nothing is merged then.
    pub fn merge<M: Writable>(&mut self, mut row: M) -> Result<Handle<M>> {
        self.autoflush()?;
        let Session { database, options, tx, stores, .. } = &mut *self;
        let merged = merging(&row, stores, open(database, options, tx)?)?;
        let id = merged.first().ok_or_else(lost)?.id;
        merged.iter().try_for_each(|merged| stores.check_stays(merged.id))?;
        // What no database can hold of the row itself is an error at the flush: its values are moved, and not read.
        let mut given = Vec::new();
        for related in &merged[1..] {
            let columns = stores.get_mut(related.id).take_in(related)?;
            if related.id == id {
                given.extend(columns);
            }
        }
        let handle = Handle::new(id);
        let kept: &mut M = stores.row_mut(handle)?;
        let columns = (0..M::COLUMNS.len()).filter(|index| !given.contains(index));
        columns.for_each(|index| kept.field_mut(index).exchange(row.field_mut(index)));
        Ok(handle)
    }

    /// Takes a row out of the session: it is the program's own from here on, and changes of it that were not flushed are
    /// not written.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// let row: User = session.take(ann)?;
    /// assert_eq!(row.name, "ann");
    /// assert!(session.try_get(ann).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session, or the row is to be deleted.
    pub fn take<M: Model>(&mut self, handle: Handle<M>) -> Result<M> {
        self.stores.check(handle)?;
        let id = handle.id();
        if self.stores.state(id) == Some(State::Deleted) {
            return Err(stores::deleted(M::NAME));
        }
        self.forget_written_ends(id);
        self.stores.collections.forget_taken(id);
        let row = self.stores.of::<M>()?.1.take_row(id.slot);
        row.ok_or_else(lost)
    }

    /// Writes what differs from the database; what is written stays in the session's transaction.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.flush()?;
    /// assert_eq!(session[ann].id, 1);
    /// session.rollback()?;
    /// assert_eq!(User::query().count(&db)?, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses a statement, or a row was changed or deleted by somebody else: nothing more runs then until
    /// [`Session::rollback`]. If a draft lacks a value, a key was edited, a row of a `read_only` model was changed, or a model
    /// refuses a row before the first statement: nothing was written, and the next flush tries again.
    pub fn flush(&mut self) -> Result<()> {
        self.check_usable()?;
        if self.hooks.is_some() { self.flush_in_rounds() } else { self.flush_once() }
    }

    /// Flushes, and ends the transaction; the rows stay.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// assert_eq!(User::find(1, &db)?.name, session[ann].name);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::flush`]; and if the database refuses the commit, or the link is lost before its answer: nobody knows then
    /// whether anything is kept, and [`Session::rollback`] lets every row be read again.
    pub fn commit(&mut self) -> Result<()> {
        self.check_may_end()?;
        self.flush()?;
        if let Some(tx) = self.tx.take()
            && let Err(error) = tx.commit()
        {
            self.failed = true;
            if !is_refusal(&error) {
                // Perhaps all of it is kept, so that any row may be another than it was.
                self.stores.begun = 0;
            }
            return Err(error);
        }
        self.undo.let_go(&mut self.stores);
        self.next_transaction();
        if self.options.expires_on_commit {
            self.expire_all();
        }
        Ok(())
    }

    /// Ends the transaction and undoes what it did: rows have the values that they had when it began, those that were
    /// deleted are back, and those that were added leave the session. Rows that were read in it are read again before they
    /// are given next.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// session[ann].name = "anna".into();
    /// let bob = session.add(User::new("bob"));
    /// session.rollback()?;
    /// assert_eq!(session[ann].name, "ann");
    /// assert!(session.try_get(bob).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Within [`Session::savepoint`]; and never otherwise for rows that were read or written.
    pub fn rollback(&mut self) -> Result<()> {
        self.check_may_end()?;
        // A dropped transaction is rolled back.
        drop(self.tx.take());
        self.take_back(0)?;
        let begun = self.stores.begun;
        undo::expire_read(&mut self.stores, begun);
        self.next_transaction();
        Ok(())
    }

    /// Flushes, whatever runs before and after.
    fn flush_once(&mut self) -> Result<()> {
        self.flushed = self.undo.len()..self.undo.len();
        self.reload_awaited()?;
        self.stores.copy_again()?;
        if !self.is_modified() {
            self.orphans.clear();
            self.stores.links.clear();
            self.stores.forget_changes();
            self.stores.all.iter_mut().try_for_each(|store| store.settle_unchanged())?;
            self.settle_placed();
            return Ok(());
        }
        self.open()?;
        let marked = self.delete_orphans().inspect_err(|_| self.failed = true)?;
        self.release_again();
        let Session { database, options, tx, stores, unlinks, orphans, released, undo, failed, .. } = &mut *self;
        let tx = open(database, options, tx)?;
        let mut flush = Flush::new(stores, unlinks, undo, tx);
        // A panic of a model's function leaves it so.
        *failed = true;
        // Nothing was written yet, and what is wrong can be mended.
        if let Err(error) = flush.check(&marked.new) {
            *failed = false;
            self.take_back_marked(marked);
            return Err(error);
        }
        marked.let_go(flush.stores);
        flush.stores.forget_changes();
        orphans.clear();
        flush.stores.collections.forget_filtered();
        let flushed = flush.run();
        *failed = flushed.is_err();
        released.clear();
        stores.all.iter_mut().for_each(|store| store.tracks_mut().tidy());
        self.flushed.end = self.undo.len();
        self.follow_keys(self.flushed.start);
        flushed
    }

    fn next_transaction(&mut self) {
        self.stores.transaction += 1;
        self.stores.begun = self.stores.transaction;
        self.stores.all.iter_mut().for_each(|store| store.tracks_mut().forget_read());
    }

    fn take_back(&mut self, down_to: usize) -> Result<()> {
        self.stores.links.clear();
        self.unlinks.clear();
        self.orphans.clear();
        self.released.clear();
        self.stores.collections.clear();
        self.stores.forget_changes();
        self.failed = false;
        undo::take_back_unflushed(&mut self.stores)?;
        undo::take_back(&mut self.stores, &mut self.undo, down_to)
    }

    fn check_usable(&self) -> Result<()> {
        if self.failed {
            return Err(Error::usage("a flush of this session failed, and nothing more runs in it until `rollback`"));
        }
        Ok(())
    }

    fn autoflush(&mut self) -> Result<()> {
        self.check_usable()?;
        if self.autoflushes() { self.flush() } else { Ok(()) }
    }

    /// Whether a flush comes before what is read.
    fn autoflushes(&self) -> bool {
        self.options.autoflushes && !self.is_in_hook()
    }

    /// The transaction, begun if it is not open.
    fn open(&mut self) -> Result<&Transaction> {
        open(&self.database, &self.options, &mut self.tx)
    }
}

fn open<'t>(database: &Database, options: &SessionOptions, tx: &'t mut Option<Transaction>) -> Result<&'t Transaction> {
    Ok(match tx {
        Some(open) => open,
        none => none.insert(database.open(options.transaction)?),
    })
}

fn lost() -> Error {
    Error::usage("the session lost a row")
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("number", &self.stores.session)
            .field("in_transaction", &self.tx.is_some())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
