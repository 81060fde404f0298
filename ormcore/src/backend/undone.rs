//! One connection inside of a transaction that is never committed, as a backend: for tests of programs that commit.
//!
//! A transaction of the program's is a savepoint here. What runs outside of one gets a savepoint of its own, for on some
//! databases an error would spoil the transaction around it.

use std::any::Any;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::backend::pool::Checkout;
use crate::backend::{Backend, Connection, Statement, Steps, TransactionOptions};
use crate::error::{Error, Result};
use crate::sql::Dialect;

/// The savepoint that stands for the program's transaction; the program's own have the numbers behind it.
const TRANSACTION: usize = 1;

/// A database of one connection, all of whose work is undone when it is dropped: a pool rolls back what comes back to it.
pub(crate) struct Undone {
    dialect: &'static dyn Dialect,
    /// None once it is lent.
    checkout: Mutex<Option<Checkout>>,
}

impl Undone {
    /// Opens the transaction.
    pub(crate) fn begin(mut checkout: Checkout, dialect: &'static dyn Dialect) -> Result<Self> {
        checkout.lease()?.connection.begin(&TransactionOptions::new())?;
        Ok(Undone { dialect, checkout: Mutex::new(Some(checkout)) })
    }
}

impl Backend for Undone {
    fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        let checkout = self.checkout.lock().unwrap_or_else(PoisonError::into_inner).take();
        let checkout = checkout.ok_or_else(|| Error::connection("the connection is gone"))?;
        Ok(Box::new(UndoneConnection { checkout, open: Open::Nothing }))
    }

    fn is_single_connection(&self) -> bool {
        true
    }
}

impl fmt::Debug for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undone").finish_non_exhaustive()
    }
}

struct UndoneConnection {
    checkout: Checkout,
    open: Open,
}

/// What the savepoint is open for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Transaction,
    /// Whose user does not say when it ends: that is at the next operation.
    Driver,
}

impl UndoneConnection {
    /// The connection, if the transaction around all is still open: what ran behind it would be kept.
    fn inner(&mut self) -> Result<&mut dyn Connection> {
        let connection = self.checkout.lease()?.connection.as_mut();
        if connection.in_transaction() {
            return Ok(connection);
        }
        Err(Error::usage(
            "the transaction around this test database has ended, by SQL of the program's or after an error: nothing more \
             can run in it",
        ))
    }

    /// Opens the savepoint.
    fn open(&mut self, purpose: Open) -> Result<()> {
        self.settle()?;
        self.inner()?.savepoint(TRANSACTION)?;
        self.open = purpose;
        Ok(())
    }

    /// Ends the savepoint of the driver's user, and undoes what was done in it if the database keeps nothing of that.
    fn settle(&mut self) -> Result<()> {
        if self.open == Open::Driver && self.commit().is_err() {
            self.rollback()?;
        }
        Ok(())
    }

    /// Runs it in the program's transaction, or in one of its own. A panic leaves that open: the pool rolls it back.
    fn run(&mut self, work: impl FnOnce(&mut dyn Connection) -> Result<()>) -> Result<()> {
        if self.open == Open::Transaction {
            return work(self.inner()?);
        }
        self.open(Open::Transaction)?;
        let ended = work(self.inner()?).and_then(|()| self.commit());
        if ended.is_err() {
            // The first error is the one to tell.
            let _ = self.rollback();
        }
        ended
    }
}

impl Connection for UndoneConnection {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        self.run(|connection| connection.execute(batch, steps))
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.run(|connection| connection.execute_script(sql))
    }

    /// A savepoint has neither an isolation of its own nor is it read-only.
    fn begin(&mut self, _: &TransactionOptions) -> Result<()> {
        self.open(Open::Transaction)
    }

    fn commit(&mut self) -> Result<()> {
        self.inner()?.release(TRANSACTION)?;
        self.open = Open::Nothing;
        Ok(())
    }

    fn rollback(&mut self) -> Result<()> {
        let was = std::mem::replace(&mut self.open, Open::Nothing);
        if was == Open::Nothing { Ok(()) } else { self.inner()?.rollback_to(TRANSACTION) }
    }

    fn savepoint(&mut self, number: usize) -> Result<()> {
        self.inner()?.savepoint(behind(number))
    }

    fn release(&mut self, number: usize) -> Result<()> {
        self.inner()?.release(behind(number))
    }

    fn rollback_to(&mut self, number: usize) -> Result<()> {
        self.inner()?.rollback_to(behind(number))
    }

    fn in_transaction(&self) -> bool {
        self.open == Open::Transaction && self.checkout.connection().is_some_and(Connection::in_transaction)
    }

    fn met_conflict(&self) -> bool {
        self.checkout.connection().is_some_and(Connection::met_conflict)
    }

    fn is_usable(&self) -> bool {
        self.checkout.connection().is_some_and(Connection::is_usable)
    }

    fn driver(&mut self) -> &mut dyn Any {
        if self.open != Open::Transaction {
            // Where this fails, so does what the driver's user runs.
            let _ = self.open(Open::Driver);
        }
        match self.checkout.lease() {
            Ok(lease) => lease.connection.driver(),
            Err(_) => &mut self.open,
        }
    }
}

/// A savepoint of the program's, behind the one that stands for its transaction; the highest number is still nobody's.
fn behind(number: usize) -> usize {
    number.saturating_add(TRANSACTION)
}
