use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

use crate::backend::pool::{Checkout, Lease};
use crate::backend::{Steps, TransactionOptions};
use crate::database::lend;
use crate::error::{Error, Result};
use crate::plan::{Observer, drive, release, rollback_to, savepoint};
use crate::sql::Dialect;

/// A transaction that is open: what the closure of [`Database::transaction`](crate::Database::transaction) is given.
///
/// It is rolled back when it is dropped without a commit.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// let ann = db.transaction(|tx| {
///     User::new("bob").insert(tx)?;
///     User::new("ann").insert(tx)
/// })?;
/// assert_eq!(ann.id, 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Transaction {
    checkout: RefCell<Checkout>,
    dialect: &'static dyn Dialect,
    observer: Arc<Observer>,
    /// Whether a statement met an error that may be gone when the whole is run again.
    met_conflict: Cell<bool>,
}

impl Transaction {
    pub(super) fn begin(
        mut checkout: Checkout,
        dialect: &'static dyn Dialect,
        observer: Arc<Observer>,
        options: TransactionOptions,
    ) -> Result<Self> {
        checkout.lease()?.connection.begin(&options)?;
        Ok(Transaction { checkout: RefCell::new(checkout), dialect, observer, met_conflict: Cell::new(false) })
    }

    /// What this database says differently from others.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert_eq!(db.test_transaction()?.dialect().name(), "sqlite");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    pub(crate) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// Opens a savepoint that is ended by [`Transaction::release`] or [`Transaction::rollback_to`].
    pub(crate) fn open_savepoint(&self) -> Result<()> {
        savepoint(open(&mut *self.connection()?)?)
    }

    /// Ends the innermost savepoint and keeps what was done.
    pub(crate) fn release(&self) -> Result<()> {
        release(self.connection()?.lease()?)
    }

    /// Ends the innermost savepoint and undoes what was done.
    pub(crate) fn rollback_to(&self) -> Result<()> {
        rollback_to(self.connection()?.lease()?)
    }

    pub(crate) fn drive(&self, steps: &mut dyn Steps) -> Result<()> {
        let mut checkout = self.connection()?;
        let lease = open(&mut checkout)?;
        self.note(drive(lease, self.dialect, &self.observer, steps))
    }

    /// Remembers a conflict, whatever becomes of its error.
    fn note(&self, ended: Result<()>) -> Result<()> {
        if let Err(error) = &ended
            && error.is_retryable()
        {
            self.met_conflict.set(true);
        }
        ended
    }

    /// Whether a statement met a conflict with another transaction.
    pub(crate) fn met_conflict(&self) -> bool {
        self.met_conflict.get()
    }

    fn connection(&self) -> Result<std::cell::RefMut<'_, Checkout>> {
        self.checkout.try_borrow_mut().map_err(|_| {
            Error::usage("this transaction is giving rows to `each`: collect them before you use `tx` again")
        })
    }

    /// Runs the closure in a savepoint: `Ok` keeps what it did, `Err` and a panic undo it, and the transaction goes on.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// db.transaction(|tx| {
    ///     User::new("ann").insert(tx)?;
    ///     let undone = tx.transaction(|tx| {
    ///         User::new("bob").insert(tx)?;
    ///         Err::<(), _>(Error::rollback("no bob"))
    ///     });
    ///     assert!(undone.is_err());
    ///     Ok(())
    /// })?;
    /// assert_eq!(User::query().all(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of the savepoint.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.savepoint(work)
    }

    /// As [`Transaction::transaction`], with any error that can be made from ormcore's.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// db.transaction(|tx| {
    ///     let wrong = tx.savepoint::<i64, Box<dyn std::error::Error>>(|tx| {
    ///         User::new("ann").insert(tx)?;
    ///         Ok("x".parse()?)
    ///     });
    ///     assert!(wrong.is_err() && User::query().all(tx)?.is_empty());
    ///     Ok(())
    /// })?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of the savepoint.
    pub fn savepoint<T, E: From<Error>>(&self, work: impl FnOnce(&Transaction) -> Result<T, E>) -> Result<T, E> {
        self.note(savepoint(open(&mut *self.connection()?)?))?;
        let undo = UndoSavepoint(self);
        let value = work(self)?;
        // PostgreSQL refuses it after an error of which the closure said nothing: then it is undone too.
        let released = release(self.connection()?.lease()?);
        self.note(released)?;
        std::mem::forget(undo);
        Ok(value)
    }

    /// Lends the driver's own connection, as [`Database::with_driver`](crate::Database::with_driver) does; do not end the
    /// transaction on it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::backend::sqlite::rusqlite;
    ///
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let row = db.transaction(|tx| {
    ///     tx.with_driver(|connection: &mut rusqlite::Connection| connection.last_insert_rowid())
    /// })?;
    /// assert_eq!(row, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the driver's connection is of another type.
    pub fn with_driver<C: 'static, T>(&self, work: impl FnOnce(&mut C) -> T) -> Result<T> {
        lend(self.connection()?.lease()?, work)
    }

    pub(crate) fn commit(self) -> Result<()> {
        let mut checkout = self.checkout.into_inner();
        let lease = checkout.lease()?;
        if !lease.connection.in_transaction() {
            return Err(Error::usage(
                "the database ended this transaction after an earlier error: nothing of it is kept",
            ));
        }
        lease.connection.commit()
    }
}

/// The connection, if the transaction is still open: a full disk ends it by itself, and what followed would be committed
/// one by one.
fn open(checkout: &mut Checkout) -> Result<&mut Lease> {
    let lease = checkout.lease()?;
    if lease.is_doubtful {
        lease.is_doubtful = !lease.connection.in_transaction();
    }
    if !lease.is_doubtful {
        return Ok(lease);
    }
    Err(Error::usage("the database ended this transaction after an earlier error: nothing more can run in it"))
}

/// Undoes the innermost savepoint when it is dropped, which a panic does too.
struct UndoSavepoint<'t>(&'t Transaction);

impl Drop for UndoSavepoint<'_> {
    fn drop(&mut self) {
        if let Ok(mut checkout) = self.0.connection()
            && let Ok(lease) = checkout.lease()
        {
            // Where this fails, the connection is broken, and so is the transaction around it.
            let _ = rollback_to(lease);
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
