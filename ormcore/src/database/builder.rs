use std::fmt;
use std::time::Duration;

use crate::backend::pool::{Limits, Pool, PoolOptions};
use crate::backend::url;
use crate::backend::{Backend, Connection};
use crate::database::Database;
use crate::error::Result;
use crate::plan::{LazyLoads, Observer, ObserverOptions, Recorded};

/// What a [`Database`] is made of, before it connects.
///
/// ```
/// use ormcore::prelude::*;
/// use std::time::Duration;
///
/// let db = Database::builder("sqlite::memory:")
///     .checkout_timeout(Duration::from_secs(2))
///     .on_connect(|connection| connection.execute_script("PRAGMA cache_size = -8000"))
///     .connect()?;
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "it connects with `connect`"]
pub struct DatabaseBuilder {
    url: String,
    pool: PoolOptions,
    observer: ObserverOptions,
}

impl DatabaseBuilder {
    pub(super) fn new(url: &str) -> Self {
        DatabaseBuilder {
            url: url.to_string(),
            pool: PoolOptions {
                max_connections: 8,
                checkout_timeout: Duration::from_secs(30),
                on_connect: Vec::new(),
                limits: Limits::default(),
            },
            observer: ObserverOptions::default(),
        }
    }

    /// Opens at most this many connections (8 if not set, never more than 1024); a private in-memory database has one,
    /// whatever is set.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("postgres://localhost/app").max_connections(4).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.pool.max_connections = connections.max(1);
        self
    }

    /// Waits at most this long for a connection when all are in use (30 seconds if not set).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use std::time::Duration;
    /// let db = Database::builder("sqlite::memory:").checkout_timeout(Duration::from_millis(500)).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn checkout_timeout(mut self, timeout: Duration) -> Self {
        self.pool.checkout_timeout = timeout;
        self
    }

    /// Makes this many connections at once (1 if not set, never more than `max_connections`), and keeps as many when idle
    /// ones are closed. One that broke or grew too old is replaced when it is needed.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("postgres://localhost/app").min_connections(2).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn min_connections(mut self, connections: usize) -> Self {
        self.pool.limits.min_connections = connections;
        self
    }

    /// Closes connections that were not used for this long, but for `min_connections` (never if not set).
    ///
    /// There is no thread for it: they are closed when another connection is returned, up to a quarter of the time later.
    /// A private in-memory database keeps its connection, whatever is set.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// # use std::time::Duration;
    /// let db = Database::builder("postgres://localhost/app").idle_timeout(Duration::from_secs(600)).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool.limits.idle_timeout = Some(timeout);
        self
    }

    /// Uses no connection for longer than this (no limit if not set), or up to a tenth less, so that those that were made
    /// together do not end together.
    ///
    /// An operation that is running is not cut short: the connection is closed when it is returned, or before it would be
    /// lent again. A private in-memory database keeps its connection, whatever is set.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// # use std::time::Duration;
    /// let db = Database::builder("postgres://localhost/app").max_lifetime(Duration::from_secs(3600)).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.pool.limits.max_lifetime = Some(lifetime);
        self
    }

    /// Asks a connection that was not used for this long whether the server still answers, before it is lent; zero asks
    /// each time (5 seconds if not set). An embedded database has no server to ask.
    ///
    /// One that does not answer is replaced, and so are those that were made before it. An operation that finds out by
    /// itself that the server is gone fails: it is not repeated, for the server may have carried it out before it went.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// # use std::time::Duration;
    /// let db = Database::builder("postgres://localhost/app").ping_after(Duration::ZERO).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn ping_after(mut self, idle: Duration) -> Self {
        self.pool.limits.ping_after = Some(idle);
        self
    }

    /// Runs the closure on each new connection, after ormcore's own settings: a PRAGMA on SQLite, a `SET` on PostgreSQL.
    ///
    /// It runs again on a connection of a server whose settings were undone, because SQL of your own or the driver's user
    /// may have changed them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("sqlite::memory:")
    ///     .on_connect(|connection| connection.execute_script("PRAGMA temp_store = memory"))
    ///     .connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on_connect(mut self, hook: impl Fn(&mut dyn Connection) -> Result<()> + Send + Sync + 'static) -> Self {
        self.pool.on_connect.push(Box::new(hook));
        self
    }

    /// Shows the values of parameters in recordings and `tracing` events. Those of [`Secret`](crate::Secret) fields are
    /// never shown.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("sqlite::memory:").log_values().connect()?;
    /// let statements = db.record();
    /// db.query_as::<(i64,)>("SELECT ?", (7,))?;
    /// assert_eq!(format!("{:?}", statements.entries()[0].parameters), "Some([Int(7)])");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn log_values(mut self) -> Self {
        self.observer.log_values = true;
        self
    }

    /// Calls the closure with each statement that takes this long or longer.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use std::time::Duration;
    /// let db = Database::builder("sqlite::memory:")
    ///     .on_slow_statement(Duration::from_millis(200), |slow| eprintln!("{:?}: {}", slow.elapsed, slow.sql))
    ///     .connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on_slow_statement(mut self, threshold: Duration, hook: impl Fn(&Recorded) + Send + Sync + 'static) -> Self {
        self.observer.slow = Some((threshold, Box::new(hook)));
        self
    }

    /// Counts lazy loads of one relationship by rows of one query, and reports or refuses them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::LazyLoads;
    ///
    /// let watch = LazyLoads::new().report(|repeated| eprintln!("{repeated}"));
    /// let db = Database::builder("sqlite::memory:").watch_lazy_loads(watch).connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn watch_lazy_loads(mut self, lazy_loads: LazyLoads) -> Self {
        self.observer.lazy_loads = Some(lazy_loads);
        self
    }

    /// Connects.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("sqlite::memory:").connect()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the URL is not understood, or the database cannot be reached or opened.
    pub fn connect(self) -> Result<Database> {
        let backend = backend(&self.url)?;
        self.connect_to(backend)
    }

    /// Connects to a backend of your own; the URL is not looked at.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
    ///
    /// let backend = SqliteBackend::new(SqliteOptions::memory());
    /// let db = Database::builder("").log_values().connect_to(Box::new(backend))?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the backend cannot connect.
    pub fn connect_to(self, backend: Box<dyn Backend>) -> Result<Database> {
        Database::new(Pool::new(backend, self.pool), Observer::new(self.observer))
    }
}

fn backend(url: &str) -> Result<Box<dyn Backend>> {
    match url::scheme(url)?.as_str() {
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            use crate::backend::sqlite::{SqliteBackend, SqliteOptions};
            Ok(Box::new(SqliteBackend::new(SqliteOptions::from_url(&url::Url::parse(url)?)?)))
        }
        #[cfg(not(feature = "sqlite"))]
        "sqlite" => Err(url::missing_feature("sqlite", "sqlite")),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => {
            use crate::backend::postgres::{PostgresBackend, PostgresOptions};
            Ok(Box::new(PostgresBackend::new(PostgresOptions::from_url(url)?)))
        }
        #[cfg(not(feature = "postgres"))]
        scheme @ ("postgres" | "postgresql") => Err(url::missing_feature(scheme, "postgres")),
        scheme => Err(url::unknown_scheme(scheme)),
    }
}

impl fmt::Debug for DatabaseBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseBuilder").field("max_connections", &self.pool.max_connections).finish_non_exhaustive()
    }
}
