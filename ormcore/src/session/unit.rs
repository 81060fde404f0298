//! Units of work: a session from its begin to its commit, run again after a conflict.

use crate::database::{Database, Failure, until_done};
use crate::error::{Error, Result};
use crate::session::{Session, SessionOptions};

impl Database {
    /// Runs the closure in a session and commits: `Err` and a panic roll back.
    ///
    /// The closure runs once: [`Database::unit_of_work_with`] can run it again after a conflict. The session is gone
    /// afterwards, and its handles name nothing any more: return keys, or rows that were taken out of it
    /// ([`Session::take`]).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = db.unit_of_work(|session| {
    ///     let ann = session.add(User::new("ann"));
    ///     session.flush()?;
    ///     session.take(ann)
    /// })?;
    /// assert_eq!(ann.id, 1);
    ///
    /// let undone: ormcore::Result<()> = db.unit_of_work(|session| {
    ///     session.add(User::new("bob"));
    ///     Err(Error::rollback("no bob"))
    /// });
    /// assert!(undone.is_err());
    /// assert_eq!(User::query().count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of BEGIN, the last flush or COMMIT.
    pub fn unit_of_work<T>(&self, work: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        self.attempt_unit(SessionOptions::new(), work).map_err(|failure| failure.error)
    }

    /// As [`Database::unit_of_work`], with options, and with any error that can be made from ormcore's.
    ///
    /// With [`retry`](crate::TransactionOptions::retry) among the options of its transaction the closure runs again, in a
    /// new session, after a conflict with another transaction; but not once it has ended a transaction of its session
    /// itself.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct Account { #[column(primary_key)] id: i64, cents: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Account,)>()?;
    /// # Account::insert_all([Account::new(100), Account::new(0)], &db)?;
    /// let serializable = TransactionOptions::serializable().retry(5);
    /// db.unit_of_work_with(SessionOptions::new().transaction(serializable), |session| {
    ///     let accounts = session.all(Account::query().order_by(Account::ID))?;
    ///     session[accounts[0]].cents -= 30;
    ///     session[accounts[1]].cents += 30;
    ///     Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// assert_eq!(Account::find(2, &db)?.cents, 30);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of BEGIN, the last flush or COMMIT.
    pub fn unit_of_work_with<T, E: From<Error>>(
        &self,
        options: SessionOptions,
        mut work: impl FnMut(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        until_done(options.transaction.retries, || self.attempt_unit(options, &mut work))
    }

    /// Runs it once, to its end. Its transaction begins at once, for a failure to begin may be worth a try more.
    fn attempt_unit<T, E: From<Error>>(
        &self,
        options: SessionOptions,
        work: impl FnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, Failure<E>> {
        let mut session = self.session_with(options).map_err(Failure::of_database)?;
        let first = session.stores.begun;
        session.tx = Some(self.try_begin(options.transaction, None)?);
        let ended = work(&mut session).and_then(|value| {
            session.flush()?;
            Ok(value)
        });
        let is_first = session.stores.begun == first;
        let met_conflict = session.tx.as_ref().is_some_and(|tx| tx.met_conflict());
        let value = ended.map_err(|error| Failure { error, is_retryable: is_first && met_conflict })?;
        session.commit().map_err(|error| {
            let failure = Failure::of_commit(error, met_conflict);
            Failure { is_retryable: is_first && failure.is_retryable, ..failure }
        })?;
        Ok(value)
    }
}
