use crate::database::{Database, Transaction};
use crate::error::Result;
use crate::plan::{Executor, Plan};

/// The database or a transaction: what a helper function takes that does not mind which.
///
/// ```
/// use ormcore::prelude::*;
///
/// fn answer<'d>(db: impl Into<Db<'d>>) -> ormcore::Result<i64> {
///     Ok(db.into().query_as::<(i64,)>("SELECT 42", ())?[0].0)
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// assert_eq!(answer(&db)?, 42);
/// assert_eq!(db.transaction(|tx| answer(tx))?, 42);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Db<'d> {
    /// The database: each operation takes a connection of its own.
    Database(&'d Database),
    /// A transaction: all operations run in it.
    Transaction(&'d Transaction),
}

impl<'d> From<&'d Database> for Db<'d> {
    fn from(database: &'d Database) -> Self {
        Db::Database(database)
    }
}

impl<'d> From<&'d Transaction> for Db<'d> {
    fn from(transaction: &'d Transaction) -> Self {
        Db::Transaction(transaction)
    }
}

impl Executor for &Database {
    type Out<'p, T: 'p>
        = Result<T>
    where
        Self: 'p;

    fn ready<'p, T: 'p>(self, value: Result<T>) -> Result<T>
    where
        Self: 'p,
    {
        value
    }

    fn run<'p, P: Plan + 'p>(self, mut plan: P) -> Result<P::Output>
    where
        Self: 'p,
    {
        if let Some(lazy_loads) = self.observer().lazy_loads() {
            plan.watch(lazy_loads);
        }
        self.drive(&mut plan)?;
        plan.finish()
    }
}

impl Executor for &Transaction {
    type Out<'p, T: 'p>
        = Result<T>
    where
        Self: 'p;

    fn ready<'p, T: 'p>(self, value: Result<T>) -> Result<T>
    where
        Self: 'p,
    {
        value
    }

    fn run<'p, P: Plan + 'p>(self, mut plan: P) -> Result<P::Output>
    where
        Self: 'p,
    {
        if let Some(lazy_loads) = self.observer().lazy_loads() {
            plan.watch(lazy_loads);
        }
        self.drive(&mut plan)?;
        plan.finish()
    }
}

impl Executor for Db<'_> {
    type Out<'p, T: 'p>
        = Result<T>
    where
        Self: 'p;

    fn ready<'p, T: 'p>(self, value: Result<T>) -> Result<T>
    where
        Self: 'p,
    {
        value
    }

    fn run<'p, P: Plan + 'p>(self, plan: P) -> Result<P::Output>
    where
        Self: 'p,
    {
        match self {
            Db::Database(database) => database.run(plan),
            Db::Transaction(transaction) => transaction.run(plan),
        }
    }
}
