//! How long a statement may run.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How many instructions of its machine SQLite runs before it looks at the clock: some ten microseconds.
const STEPS: i32 = 1000;

/// The limit of a connection, and that of its transaction.
pub(super) struct Limit {
    usual: Option<Duration>,
    now: Cell<Option<Duration>>,
    clock: Option<Arc<Clock>>,
}

/// The clock that SQLite asks whether to go on.
struct Clock {
    since: Instant,
    /// When the statement that runs is to end, in microseconds; 0 if nothing limits it.
    until: AtomicU64,
}

impl Clock {
    fn elapsed(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn is_over(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != 0 && self.elapsed() >= until
    }
}

impl Limit {
    /// That of the options.
    pub(super) fn new(usual: Option<Duration>, connection: &mut rusqlite::Connection) -> rusqlite::Result<Self> {
        let mut limit = Limit { usual: None, now: Cell::new(None), clock: None };
        limit.set(usual, connection)?;
        limit.usual = usual;
        Ok(limit)
    }

    /// Sets another one, if there is one, until [`reset`](Limit::reset).
    pub(super) fn set(
        &mut self,
        limit: Option<Duration>,
        connection: &mut rusqlite::Connection,
    ) -> rusqlite::Result<()> {
        let Some(limit) = limit else { return Ok(()) };
        if self.clock.is_none() {
            let clock = Arc::new(Clock { since: Instant::now(), until: AtomicU64::new(0) });
            let asked = Arc::clone(&clock);
            connection.progress_handler(STEPS, Some(move || asked.is_over()))?;
            self.clock = Some(clock);
        }
        self.now.set((!limit.is_zero()).then_some(limit));
        Ok(())
    }

    /// Goes back to that of the options.
    #[inline]
    pub(super) fn reset(&self) {
        self.now.set(self.usual);
    }

    /// Starts the clock for a statement, until what it gives is dropped.
    #[inline]
    pub(super) fn start(&self) -> Option<Limited<'_>> {
        let limit = self.now.get()?;
        let clock = self.clock.as_deref()?;
        let limit = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        clock.until.store(clock.elapsed().saturating_add(limit).max(1), Ordering::Relaxed);
        Some(Limited { clock })
    }
}

/// A statement that runs with a limit.
pub(super) struct Limited<'l> {
    clock: &'l Clock,
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        self.clock.until.store(0, Ordering::Relaxed);
    }
}
