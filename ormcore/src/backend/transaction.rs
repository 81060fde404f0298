use std::time::Duration;

/// How a transaction runs.
///
/// ```
/// use ormcore::prelude::*;
///
/// let db = Database::connect("sqlite::memory:")?;
/// let options = TransactionOptions::new().read_only();
/// let answer = db.transaction_with(options, |tx| tx.query_as::<(i64,)>("SELECT 42", ()))?;
/// assert_eq!(answer, [(42,)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct TransactionOptions {
    /// How far it is kept apart from others; `None` is the database's default.
    pub isolation: Option<Isolation>,
    /// Whether it may only read.
    pub read_only: bool,
    /// How often it is run again after a conflict; a connection need not look at it.
    pub retries: u32,
    /// How long each of its statements may run; `None` is what the database's URL says.
    pub statement_timeout: Option<Duration>,
}

/// How far a transaction is kept apart from others.
///
/// SQLite's transactions are always serializable; PostgreSQL's default is `ReadCommitted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Sees what others commit while it runs.
    ReadCommitted,
    /// Sees the database as it was when it began.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl TransactionOptions {
    /// The database's defaults, reading and writing.
    pub const fn new() -> Self {
        TransactionOptions { isolation: None, read_only: false, retries: 0, statement_timeout: None }
    }

    /// As if transactions ran one after the other; on a server, some are told to try again for it.
    pub const fn serializable() -> Self {
        Self::new().isolation(Isolation::Serializable)
    }

    /// Sees the database as it was when it began.
    pub const fn repeatable_read() -> Self {
        Self::new().isolation(Isolation::RepeatableRead)
    }

    /// Sees what others commit while it runs.
    pub const fn read_committed() -> Self {
        Self::new().isolation(Isolation::ReadCommitted)
    }

    /// Sets the isolation.
    pub const fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Refuses writes; on SQLite it takes no write lock.
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Ends each of its statements that runs longer in [`ErrorKind::Canceled`](crate::ErrorKind::Canceled); zero lets them run for
    /// ever. It is counted in milliseconds, and begins anew with each statement. On PostgreSQL the time that a statement waits
    /// for others counts; on SQLite it does not, and there is `busy_timeout` for it. What the closure of `each` does with a row
    /// does not count on SQLite; on PostgreSQL it does once the server waits for its rows to be taken.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// let options = TransactionOptions::new().statement_timeout(Duration::from_millis(20));
    /// let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    /// let error = db.transaction_with(options, |tx| tx.query_as::<(i64,)>(endless, ())).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Canceled { .. }));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = Some(limit);
        self
    }

    /// Runs it again, this often at most, when it fails because of others: a conflict, a deadlock, a lock that was not to
    /// be had.
    ///
    /// That is so when the closure or the commit fails and BEGIN, COMMIT or a statement between them met an error that
    /// [`is_retryable`](crate::Error::is_retryable), whatever the closure made of it; one that the closure of `each` or
    /// `chunks` gives, from another database say, is no error of the statement. What the failed try did is undone, and a
    /// pause, which grows from about 5 milliseconds to a second, lets the others go first. The last try's error is the one
    /// that comes out.
    ///
    /// A transaction that may be kept is never run again: when the connection breaks during COMMIT, that is the error,
    /// whatever happened before, and what is in the database tells how it ended.
    ///
    /// The closure runs from its start each time: what it does outside of the database it does again. A savepoint is never
    /// run again alone, and waiting in vain for a connection is no conflict.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// let mut tries = 0;
    /// db.transaction_with(TransactionOptions::serializable().retry(5), |tx| {
    ///     tries += 1;
    ///     tx.query_as::<(i64,)>("SELECT 42", ())
    /// })?;
    /// assert_eq!(tries, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn retry(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }
}
