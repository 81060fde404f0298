use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    /// What runs after COMMIT, in order.
    after_commit: RefCell<Vec<AfterCommit>>,
}

/// A function that runs after COMMIT.
type AfterCommit = Box<dyn FnOnce() + Send>;

/// A savepoint that is open.
#[derive(Clone, Copy)]
pub(crate) struct Savepoint {
    number: usize,
    /// How many functions were to run after COMMIT when it was opened.
    after_commit: usize,
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
        let (met_conflict, after_commit) = Default::default();
        Ok(Transaction { line, dialect, observer, met_conflict, after_commit })
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
    pub(crate) fn open_savepoint(&self) -> Result<Savepoint> {
        let number = savepoint(self.line()?.open()?)?;
        Ok(Savepoint { number, after_commit: self.after_commit.borrow().len() })
    }

    /// Ends a savepoint and keeps what was done.
    pub(crate) fn release(&self, savepoint: Savepoint) -> Result<()> {
        release(self.line()?.lease()?, savepoint.number)
    }

    /// Ends a savepoint and undoes what was done.
    pub(crate) fn rollback_to(&self, savepoint: Savepoint) -> Result<()> {
        let dropped = self.after_commit.borrow_mut().split_off(savepoint.after_commit);
        drop(dropped);
        rollback_to(self.line()?.lease()?, savepoint.number)
    }

    /// Has the function run once the transaction is committed: to send a mail, wake a job, drop what a cache holds.
    ///
    /// Functions run in the order in which they were given, after a COMMIT that the database has confirmed, when the
    /// connection is back in the pool: they may use the database. What a savepoint or a try that is rolled back was given
    /// is dropped, and a [`test_transaction`](crate::Database::test_transaction) runs none. What must not be lost when the
    /// program ends between COMMIT and the function is a row of the transaction, which a job reads.
    ///
    /// The transaction is kept whatever becomes of them: a panic ends its function and nothing else, as one of a thread that
    /// nobody waits for. The others run, and the transaction gives what it has to give.
    ///
    /// ```
    /// # use std::sync::mpsc::channel;
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let (mails, sent) = channel();
    /// db.transaction(|tx| {
    ///     let ann = User::new("ann").insert(tx)?;
    ///     tx.on_commit(move || {
    ///         let _ = mails.send(format!("welcome, {}", ann.name));
    ///     });
    ///     assert!(sent.try_recv().is_err()); // not yet
    ///     Ok(())
    /// })?;
    /// assert_eq!(sent.try_recv().as_deref(), Ok("welcome, ann"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on_commit(&self, work: impl FnOnce() + Send + 'static) {
        self.after_commit.borrow_mut().push(Box::new(work));
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
        let savepoint = self.note(self.open_savepoint())?;
        let undo = UndoSavepoint(self, savepoint);
        let value = work(self)?;
        // PostgreSQL refuses it after an error of which the closure said nothing: then it is undone too.
        self.note(self.release(savepoint))?;
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
        lease.connection.commit()?;
        // The functions may want the connection.
        drop(line);
        self.after_commit.into_inner().into_iter().for_each(run_after_commit);
        Ok(())
    }
}

/// What was committed is kept, whatever the function does.
pub(super) fn run_after_commit(work: impl FnOnce()) {
    // The hook for panics has told of it.
    let _ = catch_unwind(AssertUnwindSafe(work));
}

/// Undoes a savepoint when it is dropped, which a panic does too.
struct UndoSavepoint<'t>(&'t Transaction, Savepoint);

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
