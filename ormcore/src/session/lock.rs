//! Rows that are read as the database has them, because they are locked.

use crate::error::Result;
use crate::model::{Handle, Key, Model, column_is, describe_row, keep, keep_newest, not_found};
use crate::query::Queryable;
use crate::session::Session;

impl Session {
    /// Locks a row until the transaction ends, and reads it again: from here on nobody else changes it, and what the session
    /// has of it is what the database has. Changes that are not written yet are flushed first; with `autoflush(false)` they
    /// stay changes.
    ///
    /// On SQLite nothing is locked: a transaction that writes locks out all others that do. The row is read again there too.
    /// As SQLAlchemy's `refresh` does `with_for_update`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Account { #[column(primary_key)] id: i64, cents: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Account,)>()?;
    /// let mut session = db.session()?;
    /// let account = session.add(Account::new(100));
    /// session.commit()?;
    /// Account::query().update(Account::CENTS.set(40), &db)?; // somebody else
    /// session.lock(account)?;
    /// session[account].cents -= 30;
    /// session.commit()?;
    /// assert_eq!(Account::find(1, &db)?.cents, 10);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session, the row is not in the database
    /// ([`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it is gone), or the database refuses the statement: as for a view
    /// that groups, which has no rows to lock.
    pub fn lock<M: Model>(&mut self, handle: Handle<M>) -> Result<()>
    where
        M::Key: Key,
    {
        self.stores.check(handle)?;
        self.transaction()?;
        self.stores.check_persistent(handle)?;
        let id = handle.id();
        let mut query = M::query().unscoped().for_update();
        for index in M::TABLE.primary_key() {
            let value = self.stores.get(id).written(id.slot, index);
            query.body().filter(Ok(column_is(M::TABLE, index, value)));
        }
        let found = query.first(self.open()?)?;
        let row = self.stores.row(handle)?;
        let found = found.ok_or_else(|| not_found(M::TABLE, &describe_row(M::TABLE, row)))?;
        keep_newest(&mut self.stores, vec![found]);
        Ok(())
    }

    /// The rows that a query has read, by handle. The session's own stay as they are, unless the query has locked them: what
    /// is locked to be changed has to be what the database has.
    pub(super) fn take_in<M: Model>(&mut self, rows: Vec<M>, locked: bool) -> Vec<Handle<M>> {
        let keep = if locked { keep_newest } else { keep };
        keep(&mut self.stores, rows).1.into_iter().map(Handle::new).collect()
    }
}
