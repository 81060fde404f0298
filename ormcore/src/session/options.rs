use crate::backend::TransactionOptions;

/// How a session works.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::SessionOptions;
///
/// let db = Database::connect("sqlite::memory:")?;
/// let session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
/// # drop(session);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct SessionOptions {
    pub(super) autoflushes: bool,
    pub(super) expires_on_commit: bool,
    pub(super) transaction: TransactionOptions,
}

impl SessionOptions {
    /// Queries flush first, rows stay as they are when the session commits, and transactions are the database's default.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session_with(SessionOptions::new())?;
    /// assert!(session.all(User::query())?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn new() -> Self {
        SessionOptions { autoflushes: true, expires_on_commit: false, transaction: TransactionOptions::new() }
    }

    /// Says whether queries flush first. An [upsert](crate::Session::upsert) does, whatever is said here.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    /// session.add(User::new("ann"));
    /// assert!(session.all(User::query())?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn autoflush(mut self, wanted: bool) -> Self {
        self.autoflushes = wanted;
        self
    }

    /// Says whether a commit lets every row be read again before it is given next.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    /// session.add(User::new("ann"));
    /// session.commit()?;
    /// let statements = db.record();
    /// session.get::<User>(1)?;
    /// assert!(!statements.is_empty()); // it is read again
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn expire_on_commit(mut self, wanted: bool) -> Self {
        self.expires_on_commit = wanted;
        self
    }

    /// Says how its transactions run.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let options = SessionOptions::new().transaction(TransactionOptions::serializable());
    /// let mut session = db.session_with(options)?;
    /// session.add(User::new("ann"));
    /// session.commit()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn transaction(mut self, options: TransactionOptions) -> Self {
        self.transaction = options;
        self
    }
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self::new()
    }
}
