use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::sync::Arc;

use crate::backend::pool::Checkout;
use crate::backend::{Steps, TransactionOptions};
use crate::database::held::{Line, Place};
use crate::database::lend;
use crate::error::{Error, Result};
use crate::plan::{Observer, release, rollback_to, savepoint};
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
    line: RefCell<Line>,
    dialect: &'static dyn Dialect,
    observer: Arc<Observer>,
    /// Whether a statement met an error that may be gone when the whole is run again.
    met_conflict: Cell<bool>,
}

impl Transaction {
    /// Opens one, which may hold statements in the place, if it is given one.
    pub(super) fn begin(
        mut checkout: Checkout,
        place: Option<&Place>,
        dialect: &'static dyn Dialect,
        observer: Arc<Observer>,
        options: TransactionOptions,
    ) -> Result<Self> {
        checkout.lease()?.connection.begin(&options)?;
        let line = RefCell::new(Line::new(checkout, place));
        Ok(Transaction { line, dialect, observer, met_conflict: Cell::new(false) })
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

    /// Opens a savepoint that is ended by [`Transaction::release`] or [`Transaction::rollback_to`]; gives its number.
    pub(crate) fn open_savepoint(&self) -> Result<usize> {
        savepoint(self.line()?.open()?)
    }

    /// Ends a savepoint and keeps what was done.
    pub(crate) fn release(&self, number: usize) -> Result<()> {
        release(self.line()?.lease()?, number)
    }

    /// Ends a savepoint and undoes what was done.
    pub(crate) fn rollback_to(&self, number: usize) -> Result<()> {
        rollback_to(self.line()?.lease()?, number)
    }

    pub(crate) fn drive(&self, steps: &mut dyn Steps) -> Result<()> {
        let ended = self.line()?.drive(self.dialect, &self.observer, steps);
        self.note(ended)
    }

    /// Remembers a conflict that the connection met, whatever becomes of its error.
    fn note<T>(&self, ended: Result<T>) -> Result<T> {
        if let Err(error) = &ended
            && error.is_retryable()
            && !error.is_of_closure()
        {
            self.met_conflict.set(true);
        }
        ended
    }

    /// Whether a statement met a conflict with another transaction.
    pub(crate) fn met_conflict(&self) -> bool {
        self.met_conflict.get()
    }

    fn line(&self) -> Result<RefMut<'_, Line>> {
        self.line.try_borrow_mut().map_err(|_| {
            Error::usage(
                "this transaction is giving rows to `each` or `chunks`: collect them before you use `tx` again",
            )
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
        let number = self.note(self.open_savepoint())?;
        let undo = UndoSavepoint(self, number);
        let value = work(self)?;
        // PostgreSQL refuses it after an error of which the closure said nothing: then it is undone too.
        self.note(self.release(number))?;
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
    /// If the driver's connection is of another type, or the database has ended the transaction after an earlier error.
    pub fn with_driver<C: 'static, T>(&self, work: impl FnOnce(&mut C) -> T) -> Result<T> {
        let mut line = self.line()?;
        let lease = line.open()?;
        let value = lend(lease, work);
        // The driver's user has the errors of what ran there.
        if lease.connection.met_conflict() {
            self.met_conflict.set(true);
        }
        value
    }

    pub(crate) fn commit(self) -> Result<()> {
        let mut line = self.line.into_inner();
        let lease = line.lease()?;
        if !lease.connection.in_transaction() {
            return Err(Error::usage(
                "the database ended this transaction after an earlier error: nothing of it is kept",
            ));
        }
        lease.connection.commit()
    }
}

/// Undoes a savepoint when it is dropped, which a panic does too.
struct UndoSavepoint<'t>(&'t Transaction, usize);

impl Drop for UndoSavepoint<'_> {
    fn drop(&mut self) {
        // Where this fails, the connection is broken, and so is the transaction around it.
        let _ = self.0.rollback_to(self.1);
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
