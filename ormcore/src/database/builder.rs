use std::fmt;
use std::time::Duration;

use crate::backend::pool::{Pool, PoolOptions};
use crate::backend::url::Url;
use crate::backend::{Backend, Connection};
use crate::database::Database;
use crate::error::{Error, Result};
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
            pool: PoolOptions { max_connections: 8, checkout_timeout: Duration::from_secs(30), on_connect: Vec::new() },
            observer: ObserverOptions::default(),
        }
    }

    /// Opens at most this many connections (8 if not set, never more than 1024); a private in-memory database has one, whatever is set.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// let db = Database::builder("sqlite:app.db").max_connections(4).connect()?;
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

    /// Runs the closure on each new connection, after ormcore's own settings.
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
        let backend = backend(&Url::parse(&self.url)?)?;
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

fn backend(url: &Url) -> Result<Box<dyn Backend>> {
    match url.scheme.as_str() {
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            use crate::backend::sqlite::{SqliteBackend, SqliteOptions};
            Ok(Box::new(SqliteBackend::new(SqliteOptions::from_url(url)?)))
        }
        scheme => Err(Error::connection(format!(
            "the URL's scheme `{scheme}` is not known: write `sqlite:app.db` or `sqlite::memory:`"
        ))),
    }
}

impl fmt::Debug for DatabaseBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseBuilder").field("max_connections", &self.pool.max_connections).finish_non_exhaustive()
    }
}
