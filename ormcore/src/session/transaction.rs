//! The session's transaction, for what is no matter of whole rows.

use crate::database::Transaction;
use crate::error::Result;
use crate::session::Session;

impl Session {
    /// The transaction of the session, for what gives no rows of it: selects, aggregates, SQL of your own, bulk writes.
    /// What was changed is flushed first, as before a query.
    ///
    /// Rows in hand do not follow what is written so: [`Session::expire`] or [`Session::expire_all`] lets them be read
    /// again. The session alone ends the transaction.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// let names = User::query().select(User::NAME).all(session.transaction()?)?;
    /// assert_eq!(names, ["ann"]);
    /// User::query().update(User::NAME.set("anna"), session.transaction()?)?;
    /// session.refresh(ann)?;
    /// assert_eq!(session[ann].name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the flush before it fails, or the transaction cannot begin.
    pub fn transaction(&mut self) -> Result<&Transaction> {
        self.autoflush()?;
        self.open()
    }

    /// Has the function run once the session's transaction is committed, as [`Transaction::on_commit`]; a rollback, of a
    /// savepoint too, drops it.
    ///
    /// ```
    /// # use std::sync::mpsc::channel;
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let (mails, sent) = channel();
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// session.on_commit(move || {
    ///     let _ = mails.send("welcome, ann");
    /// })?;
    /// session.commit()?;
    /// assert_eq!(sent.try_recv(), Ok("welcome, ann"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a flush has failed, or the transaction cannot begin.
    pub fn on_commit(&mut self, work: impl FnOnce() + Send + 'static) -> Result<()> {
        self.check_usable()?;
        self.open()?.on_commit(work);
        Ok(())
    }
}
