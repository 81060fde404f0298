use crate::database::transaction::run_after_commit;
use crate::database::{Database, Transaction};
use crate::error::Result;
use crate::plan::{Executor, Plan};
use crate::sql::Dialect;

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

impl Db<'_> {
    /// What this database says differently from others.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert_eq!(Db::from(&db).dialect().name(), "sqlite");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn dialect(self) -> &'static dyn Dialect {
        match self {
            Db::Database(database) => database.dialect(),
            Db::Transaction(transaction) => transaction.dialect(),
        }
    }

    /// Runs the closure in a transaction of the database, or in a savepoint of the transaction: all or nothing either way.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// # #[derive(Model)] struct Account { #[column(primary_key)] id: i64, cents: i64 }
    /// fn transfer<'d>(from: i64, to: i64, cents: i64, db: impl Into<Db<'d>>) -> ormcore::Result<()> {
    ///     db.into().transaction(|tx| {
    ///         for (id, cents) in [(from, -cents), (to, cents)] {
    ///             let mut account = Account::find(id, tx)?;
    ///             account.cents += cents;
    ///             account.update(tx)?;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Account,)>()?;
    /// # Account::insert_all([Account::new(100), Account::new(0)], &db)?;
    ///
    /// transfer(1, 2, 30, &db)?;
    /// db.transaction(|tx| {
    ///     assert!(transfer(1, 7, 30, tx).is_err()); // nothing is taken away
    ///     transfer(2, 1, 10, tx)
    /// })?;
    /// assert_eq!(Account::find(1, &db)?.cents, 80);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of BEGIN, COMMIT or the savepoint.
    pub fn transaction<T>(self, work: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        match self {
            Db::Database(database) => database.transaction(work),
            Db::Transaction(transaction) => transaction.transaction(work),
        }
    }

    /// Has the function run once what was written so far is kept: as [`Transaction::on_commit`] in a transaction, and at once
    /// with the database alone, which has committed each operation by itself.
    ///
    /// ```
    /// # use std::sync::mpsc::{Sender, channel};
    /// use ormcore::prelude::*;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// fn sign_up<'d>(name: &str, mails: &Sender<String>, db: impl Into<Db<'d>>) -> ormcore::Result<User> {
    ///     let (db, mails) = (db.into(), mails.clone());
    ///     let user = User::new(name).insert(db)?;
    ///     let mail = format!("welcome, {}", user.name);
    ///     db.on_commit(move || {
    ///         let _ = mails.send(mail);
    ///     });
    ///     Ok(user)
    /// }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    ///
    /// let (mails, sent) = channel();
    /// sign_up("ann", &mails, &db)?;
    /// assert_eq!(sent.try_recv().as_deref(), Ok("welcome, ann"));
    /// db.transaction(|tx| {
    ///     sign_up("bob", &mails, tx)?;
    ///     assert!(sent.try_recv().is_err()); // not yet
    ///     Ok(())
    /// })?;
    /// assert_eq!(sent.try_recv().as_deref(), Ok("welcome, bob"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on_commit(self, work: impl FnOnce() + Send + 'static) {
        match self {
            Db::Database(_) => run_after_commit(work),
            Db::Transaction(transaction) => transaction.on_commit(work),
        }
    }
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
