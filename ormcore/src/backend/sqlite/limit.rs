//! How long a statement may run.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::sql::Dialect;

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

    /// Lets what runs take so many microseconds from now on.
    fn start(&self, limit: u64) {
        self.until.store(self.elapsed().saturating_add(limit).max(1), Ordering::Relaxed);
    }

    /// Stops; gives what was left.
    fn stop(&self) -> u64 {
        self.until.swap(0, Ordering::Relaxed).saturating_sub(self.elapsed())
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

    /// Starts the clock, until what it gives is dropped.
    #[inline]
    pub(super) fn start(&self) -> Option<Limited<'_>> {
        let limit = self.now.get()?;
        let clock = self.clock.as_deref()?;
        let limit = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        clock.start(limit);
        Some(Limited { clock, limit })
    }

    /// Runs a statement, each of whose executions is limited; what the plan does with the rows is not.
    #[inline]
    pub(super) fn run<T>(&self, steps: &mut dyn Steps, run: impl FnOnce(&mut dyn Steps) -> T) -> T {
        let mut timed;
        let steps: &mut dyn Steps = match self.start() {
            None => steps,
            Some(limited) => {
                timed = Timed { steps, limited };
                &mut timed
            }
        };
        run(steps)
    }
}

/// Something that runs with a limit.
pub(super) struct Limited<'l> {
    clock: &'l Clock,
    limit: u64,
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        self.clock.stop();
    }
}

/// The steps of a plan, during which the clock stands still.
struct Timed<'s> {
    steps: &'s mut dyn Steps,
    limited: Limited<'s>,
}

impl Steps for Timed<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.steps.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let bound = self.steps.bind(statement, execution, parameters);
        self.limited.clock.start(self.limited.limit);
        bound
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        let left = self.limited.clock.stop();
        let taken = self.steps.row(statement, execution, row);
        self.limited.clock.start(left);
        taken
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.steps.outcome(statement, execution, outcome)
    }
}
