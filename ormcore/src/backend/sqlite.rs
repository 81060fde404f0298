//! SQLite, embedded, through `rusqlite`.
//!
//! Every connection has foreign keys on, LIKE that respects case, text in double quotes refused as a value, a cache of
//! prepared statements, and a plan for each of them that does not depend on the values bound (QPSG). A file is in WAL
//! mode with `synchronous=FULL`: one fsync a commit, and readers beside one writer.

use std::any::Any;
use std::cell::Cell;
use std::sync::Arc;

use rusqlite::StatementStatus;

use self::bind::Binder;
use self::hold::Held;
use self::limit::Limit;
use self::row::SqliteRow;
use self::writers::Writers;
use crate::backend::{Backend, Connection, Hold, Outcome, Statement, Steps, TransactionOptions, Wants};
use crate::error::{Error, Result};
use crate::sql::{Dialect, Sqlite};

mod bind;
mod error;
mod functions;
mod hold;
mod key;
mod limit;
mod open;
mod options;
mod row;
mod writers;

/// The driver, in the version that ormcore was built with.
pub use rusqlite;

pub use options::SqliteOptions;

/// A SQLite database: a file, or memory.
#[derive(Debug, Clone)]
pub struct SqliteBackend {
    options: SqliteOptions,
    writers: Arc<Writers>,
}

impl SqliteBackend {
    /// The database that the options name.
    #[must_use]
    pub fn new(options: SqliteOptions) -> Self {
        SqliteBackend { options, writers: Arc::default() }
    }
}

impl Backend for SqliteBackend {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        let mut connection = open::open(&self.options)?;
        let limit = Limit::new(self.options.statement_timeout, &mut connection)
            .map_err(|error| error::translate(error, &connection, ""))?;
        let is_read_only = connection.is_readonly(rusqlite::MAIN_DB).unwrap_or(false);
        Ok(Box::new(SqliteConnection {
            connection,
            limit,
            usable: Cell::new(true),
            query_only: Cell::new(false),
            writers: Arc::clone(&self.writers),
            has_turn: Cell::new(false),
            is_alone: self.is_single_connection(),
            is_read_only,
        }))
    }

    fn is_single_connection(&self) -> bool {
        self.options.is_memory()
    }
}

struct SqliteConnection {
    connection: rusqlite::Connection,
    limit: Limit,
    usable: Cell<bool>,
    /// Whether a read-only transaction has set `query_only`.
    query_only: Cell<bool>,
    writers: Arc<Writers>,
    /// Whether it is the one that writes.
    has_turn: Cell<bool>,
    /// Whether no other connection has its database.
    is_alone: bool,
    /// Whether the file can only be read: a transaction takes no lock of writers then.
    is_read_only: bool,
}

/// What is known of a prepared statement.
#[derive(Clone, Copy)]
struct Known {
    /// How many values it takes.
    wanted: usize,
    /// Whether it is sure to set SQLite's count of changed rows.
    is_write: bool,
    /// Whether it may insert rows, so that the last key may be that of one.
    may_insert: bool,
}

impl Known {
    #[inline]
    fn of(prepared: &rusqlite::Statement<'_>, statement: &Statement) -> Self {
        let is_write = statement.wants == Wants::Count && is_write(&statement.sql) && prepared.column_count() == 0;
        let may_insert = !is_write || statement.sql.starts_with("INSERT ");
        Known { wanted: prepared.parameter_count(), is_write, may_insert }
    }
}

impl SqliteConnection {
    fn error(&self, error: rusqlite::Error, sql: &str) -> Error {
        if error::breaks_connection(&error) {
            self.usable.set(false);
        }
        error::translate(error, &self.connection, sql)
    }

    /// Runs each statement to its end: the driver's `execute_batch` computes but the first row of a SELECT.
    fn script(&self, sql: &str) -> Result<()> {
        let run = || -> Result<(), Failure> {
            use rusqlite::fallible_iterator::FallibleIterator;
            let mut statements = rusqlite::Batch::new(&self.connection, sql);
            while let Some(mut statement) = statements.next()? {
                let whole = self.begin_whole(&statement)?;
                let ended = {
                    let _limited = self.limit.start();
                    exhaust(&mut statement)
                };
                self.end_whole(whole, ended.map_err(Failure::Database))?;
            }
            Ok(())
        };
        run().map_err(|failure| match failure {
            Failure::Database(error) => self.error(error, sql),
            Failure::Steps(error) => error,
        })
    }

    /// BEGIN and its like, through the statement cache.
    fn control(&self, sql: &str) -> Result<()> {
        self.step(sql).map_err(|error| self.error(error, sql))
    }

    fn step(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }

    fn end(&self, sql: &str) -> Result<()> {
        self.control(sql)?;
        self.ended();
        self.allow_writes()
    }

    /// Takes back what is a transaction's.
    fn ended(&self) {
        self.limit.reset();
        self.end_turn();
    }

    /// Sets what makes a transaction read-only, unless the program has set it for the whole connection.
    fn refuse_writes(&self) -> Result<()> {
        let sql = "PRAGMA query_only";
        let is_set: bool =
            self.connection.query_row(sql, (), |row| row.get(0)).map_err(|error| self.error(error, sql))?;
        if !is_set {
            self.query_only.set(true);
            self.script("PRAGMA query_only = ON")?;
        }
        Ok(())
    }

    /// Takes back what a read-only transaction set, once that has ended; raw SQL or an error may have ended it.
    #[inline]
    fn allow_writes(&self) -> Result<()> {
        if self.query_only.get() && self.connection.is_autocommit() {
            self.script("PRAGMA query_only = OFF")?;
            self.query_only.set(false);
        }
        Ok(())
    }

    /// Runs a statement that is held no longer than this.
    #[inline(always)]
    fn run(&self, index: usize, statement: &Statement, steps: &mut dyn Steps) -> Result<()> {
        // It stays where it is made: to move what was only just written costs as much as a lock.
        let mut cached = self.connection.prepare_cached(&statement.sql);
        let ended = match &mut cached {
            Ok(prepared) => {
                let known = Known::of(prepared, statement);
                // What else writes no row, such as a checkpoint, has no need of the lock.
                let waits = !self.is_alone
                    && !self.has_turn.get()
                    && is_write(&statement.sql)
                    && self.connection.is_autocommit();
                let _turn = waits.then(|| self.turn());
                self.run_prepared(prepared, known, index, statement, steps)
            }
            Err(_) => cached.map(drop).map_err(Failure::Database),
        };
        ended.map_err(|failure| self.failure(failure, statement))
    }

    #[inline(always)]
    fn run_prepared(
        &self,
        prepared: &mut rusqlite::Statement<'_>,
        known: Known,
        index: usize,
        statement: &Statement,
        steps: &mut dyn Steps,
    ) -> Result<(), Failure> {
        let whole = self.begin_whole(prepared)?;
        let run = |steps: &mut dyn Steps| run(&self.connection, prepared, known, index, statement, steps);
        let ended = self.limit.run(steps, run);
        self.end_whole(whole, ended)
    }

    #[cold]
    fn failure(&self, failure: Failure, statement: &Statement) -> Error {
        match failure {
            Failure::Database(error) => {
                let error = error::without_values(error, &self.connection, &statement.sql);
                self.error(error, &statement.sql)
            }
            Failure::Steps(error) => error.with_statement(&statement.sql),
        }
    }
}

impl Connection for SqliteConnection {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        self.allow_writes()?;
        for (index, statement) in batch.iter().enumerate() {
            self.run(index, statement, steps)?;
        }
        Ok(())
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.allow_writes()?;
        self.script(sql)
    }

    fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.allow_writes()?;
        if options.read_only {
            self.control("BEGIN")?;
            self.refuse_writes()?;
        } else {
            // A transaction that reads first and writes later fails at once in WAL mode, whatever the busy timeout.
            let _turn = (!self.is_read_only).then(|| self.turn());
            self.control("BEGIN IMMEDIATE")?;
        }
        // One that cannot begin limits nothing.
        let limited = self.limit.set(options.statement_timeout, &mut self.connection);
        limited.map_err(|error| self.error(error, "BEGIN"))
    }

    fn commit(&mut self) -> Result<()> {
        self.end("COMMIT")
    }

    fn rollback(&mut self) -> Result<()> {
        // Some errors, such as a full disk, end the transaction by themselves.
        if self.in_transaction() { self.end("ROLLBACK") } else { Ok(()) }
    }

    fn in_transaction(&self) -> bool {
        let is_open = !self.connection.is_autocommit();
        if !is_open {
            // SQL or an error may have ended the transaction: the pool asks when the connection comes back.
            self.ended();
        }
        is_open
    }

    fn is_usable(&self) -> bool {
        self.usable.get()
    }

    fn driver(&mut self) -> &mut dyn Any {
        // Where this fails, so does what the driver's user writes.
        let _ = self.allow_writes();
        &mut self.connection
    }

    fn hold(&self) -> Option<Box<dyn Hold + '_>> {
        Some(Box::new(Held::new(self)))
    }
}

enum Failure {
    Database(rusqlite::Error),
    Steps(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Steps(error)
    }
}

#[inline(always)]
fn run(
    connection: &rusqlite::Connection,
    prepared: &mut rusqlite::Statement<'_>,
    known: Known,
    index: usize,
    statement: &Statement,
    steps: &mut dyn Steps,
) -> Result<(), Failure> {
    if let Some(table) = statement.key_of
        && prepared.get_status(StatementStatus::Run) == 0
    {
        key::check(connection, table)?;
    }
    for execution in 0..statement.executions {
        let mut binder = Binder::new(prepared, known.wanted);
        steps.bind(index, execution, &mut binder)?;
        binder.finish()?;
        match statement.wants {
            Wants::Rows => {
                let mut rows = prepared.raw_query();
                while let Some(row) = rows.next()? {
                    steps.row(index, execution, &SqliteRow(row))?;
                }
            }
            Wants::FirstRow => {
                if let Some(row) = prepared.raw_query().next()? {
                    steps.row(index, execution, &SqliteRow(row))?;
                }
            }
            Wants::Count => {
                let rows = if known.is_write { prepared.raw_execute()? as u64 } else { count(connection, prepared)? };
                let key = known.may_insert.then(|| connection.last_insert_rowid());
                steps.outcome(index, execution, Outcome { rows, key })?;
            }
        }
    }
    Ok(())
}

/// Whether it is sure to set SQLite's count of changed rows.
fn is_write(sql: &str) -> bool {
    ["INSERT INTO ", "UPDATE ", "DELETE FROM "].iter().any(|verb| sql.starts_with(verb))
}

/// Runs a statement of any kind to its end; how many rows it changed.
#[cold]
fn count(connection: &rusqlite::Connection, prepared: &mut rusqlite::Statement<'_>) -> rusqlite::Result<u64> {
    let before = connection.total_changes();
    exhaust(prepared)?;
    // A statement that is no INSERT, UPDATE or DELETE leaves the number of the one before it.
    Ok(if connection.total_changes() == before { 0 } else { connection.changes() })
}

/// Runs a statement to its end, and leaves its rows.
fn exhaust(prepared: &mut rusqlite::Statement<'_>) -> rusqlite::Result<()> {
    let mut rows = prepared.raw_query();
    while rows.next()?.is_some() {}
    Ok(())
}
