//! What watches statements: recordings for tests, events for `tracing`, a report of slow ones.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use self::watched::Watched;
use crate::backend::{Statement, Steps};
use crate::error::Result;
use crate::plan::LazyLoads;
use crate::value::Parameter;

mod watched;

/// What a slow statement is reported to.
pub(crate) type SlowHook = Box<dyn Fn(&Recorded) + Send + Sync>;

#[derive(Default)]
pub(crate) struct ObserverOptions {
    pub(crate) log_values: bool,
    pub(crate) slow: Option<(Duration, SlowHook)>,
    pub(crate) lazy_loads: Option<LazyLoads>,
}

/// Runs batches, and tells whoever wants to know.
pub(crate) struct Observer {
    options: Arc<ObserverOptions>,
    listening: AtomicUsize,
    recordings: Mutex<Vec<Weak<Entries>>>,
    /// That of the database which this is a part of: it is told of everything too.
    whole: Option<Arc<Observer>>,
}

struct Entries(Mutex<Vec<Recorded>>);

impl Entries {
    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One statement as it ran.
///
/// ```
/// # use ormcore::prelude::*;
/// # let db = Database::connect("sqlite::memory:")?;
/// let statements = db.record();
/// db.query_as::<(i64,)>("SELECT 1 UNION SELECT 2", ())?;
/// let entry = &statements.entries()[0];
/// assert_eq!((entry.executions, entry.rows), (1, 2));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// The text.
    pub sql: String,
    /// How often it ran, each time with other parameters.
    pub executions: usize,
    /// How many rows it gave or changed.
    pub rows: u64,
    /// How long it took, the reading of its rows included. Where several statements are sent at once, one that the
    /// database ran while the rows of the one before it were read took no time of its own.
    pub elapsed: Duration,
    /// The values of the last execution, where the database's builder asked for them; secret ones are left out.
    pub parameters: Option<Vec<Parameter>>,
}

/// The statements that ran since [`Database::record`](crate::Database::record), in order: for tests.
///
/// A statement that ran many times in one go, with other values each time, is one entry. BEGIN, COMMIT, savepoints and
/// settings are not among them.
///
/// ```
/// use ormcore::prelude::*;
///
/// let db = Database::connect("sqlite::memory:")?;
/// let statements = db.record();
/// db.query_as::<(i64,)>("SELECT 1", ())?;
/// assert_eq!(statements.texts(), ["SELECT 1"]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Clone)]
pub struct Recording(Arc<Entries>);

impl Recording {
    /// How many statements ran.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.record();
    /// db.query_as::<(i64,)>("SELECT 1", ())?;
    /// db.query_as::<(i64,)>("SELECT 2", ())?;
    /// assert_eq!(statements.len(), 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Whether none ran.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.record();
    /// assert!(statements.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets what ran so far.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.record();
    /// db.query_as::<(i64,)>("SELECT 1", ())?;
    /// statements.clear();
    /// assert!(statements.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn clear(&self) {
        self.0.lock().clear();
    }

    /// The texts, in order.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.record();
    /// db.query_as::<(i64,)>("SELECT ?", (7,))?;
    /// assert_eq!(statements.texts(), ["SELECT ?"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.lock().iter().map(|entry| entry.sql.clone()).collect()
    }

    /// All that is known of each, in order.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let statements = db.record();
    /// db.query_as::<(i64,)>("SELECT 1", ())?;
    /// for entry in statements.entries() {
    ///     println!("{} took {:?} and gave {} rows", entry.sql, entry.elapsed, entry.rows);
    /// }
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn entries(&self) -> Vec<Recorded> {
        self.0.lock().clone()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.lock().iter()).finish()
    }
}

/// How a connection executes a batch.
type Execute<'e> = dyn FnMut(&[Statement], &mut dyn Steps) -> Result<()> + 'e;

impl Observer {
    /// What counts lazy loads, if anything does.
    pub(crate) fn lazy_loads(&self) -> Option<&LazyLoads> {
        self.options.lazy_loads.as_ref()
    }

    pub(crate) fn new(options: ObserverOptions) -> Self {
        let listening = AtomicUsize::new(usize::from(options.slow.is_some()));
        Observer { options: Arc::new(options), listening, recordings: Mutex::default(), whole: None }
    }

    /// One that tells this one what it is told, and has recordings of its own besides.
    pub(crate) fn part(self: &Arc<Self>) -> Self {
        Observer {
            options: Arc::clone(&self.options),
            // It always listens: it cannot know who listens to the whole.
            listening: AtomicUsize::new(1),
            recordings: Mutex::default(),
            whole: Some(Arc::clone(self)),
        }
    }

    pub(crate) fn record(&self) -> Recording {
        let entries = Arc::new(Entries(Mutex::default()));
        self.recordings().push(Arc::downgrade(&entries));
        self.listening.fetch_add(1, Ordering::Relaxed);
        Recording(entries)
    }

    fn recordings(&self) -> MutexGuard<'_, Vec<Weak<Entries>>> {
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a connection execute the batch.
    #[inline]
    pub(crate) fn execute(
        &self,
        mut execute: impl FnMut(&[Statement], &mut dyn Steps) -> Result<()>,
        batch: &[Statement],
        steps: &mut dyn Steps,
    ) -> Result<()> {
        if self.listening.load(Ordering::Relaxed) == 0 && !is_traced() {
            return execute(batch, steps);
        }
        self.watch(&mut execute, batch, steps)
    }

    #[cold]
    fn watch(&self, execute: &mut Execute<'_>, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        let mut watched = Watched::new(steps, self.options.log_values, batch);
        let ended = execute(batch, &mut watched);
        watched.end(ended.as_ref().err());
        watched.entries.iter().filter(|entry| entry.executions > 0).for_each(|entry| self.tell(entry));
        ended
    }

    fn tell(&self, entry: &Recorded) {
        if let Some((threshold, hook)) = &self.options.slow
            && entry.elapsed >= *threshold
        {
            hook(entry);
        }
        #[cfg(feature = "tracing")]
        tracing::debug!(
            target: TARGET,
            sql = entry.sql,
            executions = entry.executions,
            rows = entry.rows,
            elapsed_us = entry.elapsed.as_micros() as u64,
            parameters = entry.parameters.as_ref().map(tracing::field::debug),
        );
        self.note(entry);
    }

    fn note(&self, entry: &Recorded) {
        if let Some(whole) = &self.whole {
            whole.note(entry);
        }
        self.recordings().retain(|recording| match recording.upgrade() {
            Some(entries) => {
                entries.lock().push(entry.clone());
                true
            }
            None => {
                self.listening.fetch_sub(1, Ordering::Relaxed);
                false
            }
        });
    }
}

#[cfg(feature = "tracing")]
const TARGET: &str = "ormcore::statement";

/// Whether somebody wants the events of `tracing`; costs one load where nobody does.
#[cfg(feature = "tracing")]
fn is_traced() -> bool {
    tracing::enabled!(target: TARGET, tracing::Level::DEBUG)
}

#[cfg(not(feature = "tracing"))]
fn is_traced() -> bool {
    false
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("listening", &self.listening).finish_non_exhaustive()
    }
}

impl Recorded {
    fn new(statement: &Statement) -> Self {
        Recorded { sql: statement.sql.to_string(), executions: 0, rows: 0, elapsed: Duration::ZERO, parameters: None }
    }
}
