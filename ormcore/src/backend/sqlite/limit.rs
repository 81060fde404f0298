//! How long a statement may run, and what is left of a write that is ended.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::error::is_interrupted;
use super::{Failure, SqliteConnection};
use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::sql::pieces::Pieces;
use crate::sql::{Dialect, Sqlite};

/// How many instructions of its machine SQLite runs before it looks at the clock: some ten microseconds.
const STEPS: i32 = 1000;

/// When what has no limit is to end.
const NEVER: u64 = 0;

/// When what SQLite has not asked about yet is to end. It asks for the first time when it has the locks that it waits for.
const NOT_ASKED: u64 = u64::MAX;

/// What a write begins with that may stand in a transaction, as VACUUM, PRAGMA and BEGIN may not.
const WRITES: [&str; 10] =
    ["INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "CREATE", "DROP", "ALTER", "REINDEX", "ANALYZE"];

/// The limit of a connection, and that of its transaction.
pub(super) struct Limit {
    usual: Option<Duration>,
    now: Cell<Option<Duration>>,
    clock: Option<Arc<Clock>>,
}

/// The clock that SQLite asks whether to go on.
struct Clock {
    since: Instant,
    /// How long what runs may, in microseconds.
    limit: AtomicU64,
    /// When it is to end.
    until: AtomicU64,
}

impl Clock {
    fn elapsed(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Lets what runs take so many microseconds, from when SQLite asks.
    fn start(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
        self.until.store(NOT_ASKED, Ordering::Relaxed);
    }

    fn stop(&self) {
        self.until.store(NEVER, Ordering::Relaxed);
    }

    /// Stands still meanwhile.
    fn pause<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        let (until, paused) = (self.until.swap(NEVER, Ordering::Relaxed), self.elapsed());
        let done = meanwhile();
        let passed = self.elapsed().saturating_sub(paused);
        self.until.store(until.saturating_add(passed), Ordering::Relaxed);
        done
    }

    fn is_over(&self) -> bool {
        let (until, now) = (self.until.load(Ordering::Relaxed), self.elapsed());
        if until == NOT_ASKED {
            let limit = self.limit.load(Ordering::Relaxed);
            self.until.store(now.saturating_add(limit).max(1), Ordering::Relaxed);
        }
        until != NEVER && now >= until
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
            let [limit, until] = [0, NEVER].map(AtomicU64::new);
            let clock = Arc::new(Clock { since: Instant::now(), limit, until });
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

/// A write with a limit, which is there as a whole or not at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole {
    /// Whether the transaction is its own.
    is_alone: bool,
}

impl SqliteConnection {
    /// Begins a transaction of its own for a write that has a limit and no transaction. Without one its last step commits it,
    /// and SQLite, which asks for the time once more behind that, would tell that it was ended.
    #[inline]
    pub(super) fn begin_whole(&self, prepared: &rusqlite::Statement<'_>) -> rusqlite::Result<Option<Whole>> {
        if self.limit.now.get().is_none() || prepared.readonly() {
            return Ok(None);
        }
        let is_write = || prepared.expanded_sql().is_some_and(|sql| is_write(&sql));
        let is_alone = self.connection.is_autocommit() && is_write();
        if is_alone {
            self.step("BEGIN")?;
        }
        Ok(Some(Whole { is_alone }))
    }

    /// Commits what has a transaction of its own: also behind an error, for SQLite has undone by then what is to be undone, which
    /// is not all of an `OR FAIL`. A write that was ended is rolled back, with the transaction around it: SQLite does the same,
    /// but for one that it ends after its last step.
    #[inline]
    pub(super) fn end_whole(&self, whole: Option<Whole>, ended: Result<(), Failure>) -> Result<(), Failure> {
        let Some(Whole { is_alone }) = whole else { return ended };
        let is_ended = matches!(&ended, Err(Failure::Database(error)) if is_interrupted(error));
        let is_kept = is_alone && !is_ended && !matches!(ended, Err(Failure::Steps(_)));
        let committed = match is_kept && !self.connection.is_autocommit() {
            true => self.step("COMMIT").map_err(Failure::Database),
            false => Ok(()),
        };
        if (is_alone || is_ended) && !self.connection.is_autocommit() {
            // Where this fails the transaction stays open, and whoever takes the connection back rolls it back.
            let _ = self.step("ROLLBACK");
        }
        ended.and(committed)
    }
}

fn is_write(sql: &str) -> bool {
    let first = Pieces::of(sql, Sqlite.nests_comments(), b"\"`").next();
    first.is_some_and(|first| WRITES.iter().any(|write| first.is_word(write)))
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
        self.limited.clock.pause(|| self.steps.row(statement, execution, row))
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.steps.outcome(statement, execution, outcome)
    }
}
