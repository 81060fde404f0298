use crate::error::{Error, Result};
use crate::session::{Session, undo};

impl Session {
    /// Runs the closure in a savepoint: `Ok` keeps what it did, `Err` and a panic undo it, in the database and in the
    /// session, and the transaction goes on. What was changed before is flushed first. They may be nested.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// let undone = session.savepoint(|session| {
    ///     session[ann].name = "anna".into();
    ///     Err::<(), _>(Error::rollback("no"))
    /// });
    /// assert!(undone.is_err());
    /// assert_eq!(session[ann].name, "ann");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The closure's error, or that of a flush or the savepoint.
    pub fn savepoint<T, E: From<Error>>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, E>) -> Result<T, E> {
        self.flush()?;
        let savepoint = self.open()?.open_savepoint()?;
        self.savepoints += 1;
        self.stores.transaction += 1;
        let (undo, number) = (self.undo.len(), self.stores.transaction);
        let open = Savepoint { session: self, savepoint, undo, number, kept: false };
        let value = work(open.session)?;
        open.keep()?;
        Ok(value)
    }

    /// Checks that the transaction may end here.
    pub(super) fn check_may_end(&self) -> Result<()> {
        if self.is_in_hook() {
            return Err(Error::usage(
                "the transaction cannot end within a flush: return an error of the function that runs before or after it",
            ));
        }
        if self.savepoints == 0 {
            return Ok(());
        }
        Err(Error::usage(
            "the transaction cannot end within `savepoint`: return `Ok` to keep what the closure did, and an error to undo it",
        ))
    }
}

/// A savepoint that is undone when it is dropped, which a panic does too.
struct Savepoint<'s> {
    session: &'s mut Session,
    /// The transaction's own.
    savepoint: crate::database::Savepoint,
    /// How much there was to undo before.
    undo: usize,
    number: u32,
    kept: bool,
}

impl Savepoint<'_> {
    fn keep(mut self) -> Result<()> {
        self.session.flush()?;
        self.session.open()?.release(self.savepoint)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        self.session.savepoints -= 1;
        if self.kept {
            return;
        }
        let restored = self.session.take_back(self.undo);
        undo::expire_read(&mut self.session.stores, self.number);
        let rolled_back = self.session.open().and_then(|tx| tx.rollback_to(self.savepoint));
        // The closure's error is the one to tell; the session is not used before a rollback.
        self.session.failed = restored.and(rolled_back).is_err();
    }
}
