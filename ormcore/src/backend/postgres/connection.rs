use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::Duration;

use super::cache::Cache;
use super::cancel::CancelToken;
use super::command::Changes;
use super::error::ServerError;
use super::exchange::COMMIT;
use super::options::Pooler;
use super::pipeline::Spare;
use super::row::{Places, places};
use super::startup::milliseconds;
use super::wire::{Body, Incoming, Wire};
use crate::backend::{Connection, Isolation, Reset, Statement, Steps, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};

/// A connection to a PostgreSQL server: what [`Database::with_driver`](crate::Database::with_driver) lends.
///
/// ```no_run
/// use ormcore::backend::postgres::PostgresConnection;
/// use ormcore::prelude::*;
///
/// let db = Database::connect("postgres://localhost/app")?;
/// let version = db.with_driver(|connection: &mut PostgresConnection| {
///     connection.parameter("server_version").map(str::to_string)
/// })?;
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug)]
pub struct PostgresConnection {
    pub(super) wire: Wire,
    pub(super) cache: Cache,
    pub(super) changes: Changes,
    pub(super) session: Session,
    pub(super) cancel: CancelToken,
    /// Statements of a reset, which are sent and whose answers are not taken yet.
    pub(super) queued: usize,
    /// Statements that were written and not yet sent, such as BEGIN: they go with the next ones.
    pub(super) leading: Vec<String>,
    /// Whether one of these was refused, and the server skips what follows.
    pub(super) skips: bool,
    /// Whether the last of these leaves a transaction open, or else what the server said last.
    pub(super) begun: bool,
    pub(super) usable: bool,
    /// Whether an exchange has begun and not ended, which stays so if it panics.
    pub(super) in_exchange: bool,
    /// Whether the server said COMMIT of the last transaction that was to end so.
    pub(super) committed: bool,
    /// What made the open transaction fail, of which a conflict is known whoever met it.
    pub(super) failure: Option<ErrorKind>,
    /// Whether what is queued is a reset.
    pub(super) is_reset: bool,
    /// Whether SQL of the program's own has prepared a statement, by a name that is in nobody else's way.
    pub(super) has_named: bool,
    /// Whether SQL of the program's own ran, which may have left something behind.
    pub(super) touched: bool,
    pub(super) pooler: Pooler,
    /// Behind the row with which so many bytes are together, many rows that come as arrays begin another message.
    pub(super) most_together: usize,
    pub(super) spare: Spare,
}

/// What the server says besides answers.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// `I` outside a transaction, `T` inside one, `E` inside one that has failed.
    pub(super) status: u8,
    pub(super) parameters: HashMap<String, String>,
    pub(super) notifications: VecDeque<Notification>,
}

/// A message that another session sent by NOTIFY.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notification {
    /// The channel that LISTEN named.
    pub channel: String,
    /// The message.
    pub payload: String,
    /// The process of the session that sent it.
    pub process: i32,
}

impl Session {
    /// Takes a message that is no answer, by its tag.
    fn take(&mut self, tag: u8, body: &[u8]) -> io::Result<()> {
        let mut body = Body(body);
        match tag {
            b'S' => {
                let name = body.text()?.to_string();
                self.parameters.insert(name, body.text()?.to_string());
            }
            b'N' => notice(body.0),
            b'A' => {
                let process = body.u32()? as i32;
                let (channel, payload) = (body.text()?.to_string(), body.text()?.to_string());
                self.notifications.push_back(Notification { channel, payload, process });
            }
            _ => {}
        }
        Ok(())
    }
}

/// Hands a notice to whoever listens to `tracing` events; its DETAIL, which may hold values, is left out.
fn notice(body: &[u8]) {
    #[cfg(feature = "tracing")]
    if let Ok(notice) = ServerError::parse(body) {
        let (code, severity) = (notice.code(), notice.severity());
        tracing::info!(target: "ormcore::notice", code, severity, "{}", notice.message());
    }
    #[cfg(not(feature = "tracing"))]
    let _ = body;
}

impl PostgresConnection {
    /// A setting that the server reports, such as `server_version` or `TimeZone`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.session.parameters.get(name).map(String::as_str)
    }

    /// What cancels the statement that this connection runs, from another thread, until it goes back to the pool.
    #[must_use]
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Sets behind how many bytes of rows that come as arrays another message begins: tests have no time for a gigabyte.
    #[doc(hidden)]
    pub fn set_most_together(&mut self, bytes: usize) {
        self.most_together = bytes;
    }

    /// The next message that NOTIFY sent to a channel to which this connection listens, of those that have come with
    /// the answers to statements.
    pub fn notification(&mut self) -> Option<Notification> {
        self.session.notifications.pop_front()
    }

    /// The error of a stream that failed: the connection is not used again.
    pub(super) fn broken(&mut self, error: io::Error) -> Error {
        self.usable = false;
        let is_closed = matches!(
            error.kind(),
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof
        );
        if is_closed && let Some(last) = self.last_words() {
            return last.translate(None, false);
        }
        let problem = match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "the server did not answer in time".to_string(),
            _ => error.to_string(),
        };
        Error::connection(problem).with_source(error)
    }

    /// What the server said before it closed the connection, where that is not taken yet.
    fn last_words(&mut self) -> Option<ServerError> {
        self.wire.set_deadline(Some(LAST_WORDS_TIMEOUT)).ok()?;
        loop {
            let message = self.answer().ok()?;
            if message.tag == b'E' {
                return ServerError::parse(self.wire.body(&message)).ok();
            }
        }
    }

    /// What the server answered with.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn read_error(&mut self, message: &Incoming) -> Result<ServerError> {
        let error = ServerError::parse(self.wire.body(message));
        self.usable &= error.as_ref().is_ok_and(|error| !error.breaks_connection());
        error
    }

    /// The error that the server answered with.
    pub(super) fn server_error(&mut self, message: &Incoming, sql: Option<&str>, has_values: bool) -> Error {
        let error =
            self.read_error(message).map_or_else(|unreadable| unreadable, |error| error.translate(sql, has_values));
        if error.is_retryable() {
            self.failure.get_or_insert_with(|| error.kind().clone());
        }
        error
    }

    /// Waits for the next message that is an answer.
    pub(super) fn answer(&mut self) -> io::Result<Incoming> {
        loop {
            let message = self.wire.read()?;
            match message.tag {
                b'S' | b'N' | b'A' => {
                    // A notice goes to code of the program's, which may panic anywhere between the answers.
                    let usable = std::mem::replace(&mut self.usable, false);
                    let taken = self.session.take(message.tag, self.wire.body(&message));
                    self.usable = usable;
                    taken?;
                }
                _ => return Ok(message),
            }
        }
    }

    /// As [`Self::answer`]; none where the server is gone after an error: it says why before it closes.
    pub(super) fn answer_after<T>(&mut self, ended: &Result<T>) -> io::Result<Option<Incoming>> {
        match self.answer() {
            Err(error) if ended.is_err() => {
                self.broken(error);
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    /// Takes the answers up to the server's word that it is ready; the first error among them is given.
    pub(super) fn until_ready(&mut self, sql: Option<&str>, has_values: bool) -> io::Result<Result<()>> {
        self.until_ready_or(sql, has_values, None)
    }

    /// As [`Self::until_ready`]; where `most` bytes of rows have come, the server is asked to cancel what it runs.
    pub(super) fn until_ready_or(
        &mut self,
        sql: Option<&str>,
        has_values: bool,
        mut most: Option<usize>,
    ) -> io::Result<Result<()>> {
        let mut ended = Ok(());
        loop {
            let Some(message) = self.answer_after(&ended)? else { return Ok(ended) };
            match message.tag {
                b'Z' => {
                    self.note_ready(&message)?;
                    return Ok(ended);
                }
                b'E' => {
                    let error = self.server_error(&message, sql, has_values);
                    ended = ended.and(Err(error));
                }
                // COPY FROM STDIN in a script: there is nothing to copy.
                b'G' => {
                    ended = ended.and(Err(no_copy(message.tag)));
                    self.wire.out.copy_fail(NOTHING_TO_COPY);
                    self.wire.flush()?;
                }
                b'H' => ended = ended.and(Err(no_copy(message.tag))),
                b'C' => self.note_command(&message),
                b'D' => {
                    most = most.map(|most| most.saturating_sub(self.wire.body(&message).len()));
                    if most == Some(0) {
                        most = None;
                        // Else the rest is read.
                        let _ = self.cancel.cancel_within(CANCEL_TIMEOUT);
                    }
                }
                _ => {}
            }
        }
    }

    /// The first row of a query without parameters, in text.
    pub(super) fn first_row(&mut self, sql: &str) -> Result<Vec<Option<String>>> {
        self.wire.out.query(sql)?;
        let ended = self.wire.flush().and_then(|()| self.take_first_row(sql));
        ended.map_err(|error| self.broken(error))?
    }

    fn take_first_row(&mut self, sql: &str) -> io::Result<Result<Vec<Option<String>>>> {
        let (mut row, mut ended) = (None, Ok(()));
        let mut found = Places::new();
        loop {
            let Some(message) = self.answer_after(&ended)? else { return Ok(ended.map(|()| Vec::new())) };
            let body = self.wire.body(&message);
            match message.tag {
                b'D' if row.is_none() => {
                    places(body, &mut found).map_err(io::Error::other)?;
                    let text = |(at, length): &(u32, i32)| {
                        let length = usize::try_from(*length).ok()?;
                        Some(String::from_utf8_lossy(body.get(*at as usize..*at as usize + length)?).into_owned())
                    };
                    row = Some(found.iter().map(text).collect());
                }
                b'E' => {
                    let error = self.server_error(&message, Some(sql), false);
                    ended = ended.and(Err(error));
                }
                b'Z' => {
                    self.note_ready(&message)?;
                    return Ok(ended.map(|()| row.unwrap_or_default()));
                }
                _ => {}
            }
        }
    }

    /// Whether nothing but BEGIN is open, and that is not sent yet.
    pub(super) fn is_only_begun(&self) -> bool {
        self.begun && self.session.status == b'I'
    }

    /// Takes back the BEGIN and what is queued behind it.
    fn take_back(&mut self) {
        self.wire.out.clear();
        self.leading.clear();
        self.begun = false;
    }
}

/// What DISCARD ALL does, but for the prepared statements, which are kept.
///
/// The settings come first: a short `statement_timeout` of the last user's would end the rest.
const RESET: &str = "RESET ALL; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; UNLISTEN *; SELECT pg_advisory_unlock_all(); \
                     DISCARD TEMP; DISCARD SEQUENCES";

/// They are here, or never come.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_millis(100);

/// Why a COPY ends that was run as any other statement.
pub(super) const NOTHING_TO_COPY: &str = "there is nothing to copy";

/// The error of a COPY that was run as any other statement.
pub(super) fn no_copy(tag: u8) -> Error {
    let (way, method) = if tag == b'G' { ("FROM STDIN", "copy_in") } else { ("TO STDOUT", "copy_out") };
    Error::usage(format!(
        "COPY {way} is not run as other statements are: use `{method}` of the driver's connection, \
         `db.with_driver(|connection: &mut PostgresConnection| connection.{method}(..))`"
    ))
}

/// A server that does not answer for so long is taken for gone.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// What is wanted no more is read to its end if the server has not taken the request to cancel it by then.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// `BEGIN` and what it says of the transaction.
fn begin(options: &TransactionOptions) -> String {
    let mut sql = String::from("BEGIN");
    sql.push_str(match options.isolation {
        None => "",
        Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
        Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
        Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
    });
    if options.read_only {
        sql.push_str(" READ ONLY");
    }
    sql
}

impl Connection for PostgresConnection {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        self.note_batch(batch);
        self.run(batch, steps)
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.touched = true;
        self.note_own(sql);
        self.script(sql)
    }

    fn savepoint(&mut self, number: usize) -> Result<()> {
        self.lead(format!("SAVEPOINT ormcore_{number}"))
    }

    fn release(&mut self, number: usize) -> Result<()> {
        let sql = format!("RELEASE SAVEPOINT ormcore_{number}");
        // In a transaction that has failed it is refused, which must be known now.
        if self.session.status == b'E' {
            return self.script(&sql);
        }
        self.lead(sql)
    }

    fn rollback_to(&mut self, number: usize) -> Result<()> {
        self.script(&format!("ROLLBACK TO SAVEPOINT ormcore_{number}; RELEASE SAVEPOINT ormcore_{number}"))?;
        self.failure = None;
        Ok(())
    }

    fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.lead(begin(options))?;
        if let Some(limit) = options.statement_timeout {
            self.lead(format!("SET LOCAL statement_timeout = {}", milliseconds(limit)))?;
        }
        self.begun = true;
        self.failure = None;
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        self.check_whole()?;
        if self.is_only_begun() {
            self.take_back();
            return Ok(());
        }
        let failed = self.session.status == b'E';
        self.committed = false;
        self.script(COMMIT)?;
        // COMMIT of a transaction that has failed is a rollback, and no error to the server.
        match self.failure.take() {
            Some(conflict) if failed && conflict.is_retryable() => Err(Error::from_kind(conflict)),
            _ if failed => Err(Error::usage(
                "an earlier statement of this transaction failed, so that PostgreSQL rolled it back: nothing of it is \
                 kept; run what may fail in `tx.savepoint(..)`",
            )),
            _ if self.committed => Ok(()),
            _ => {
                self.usable = false;
                Err(Error::connection("the server's answer to COMMIT was another: whether anything is kept is unknown"))
            }
        }
    }

    fn rollback(&mut self) -> Result<()> {
        self.check_whole()?;
        if self.is_only_begun() {
            self.take_back();
            return Ok(());
        }
        if self.in_transaction() { self.script("ROLLBACK") } else { Ok(()) }
    }

    fn in_transaction(&self) -> bool {
        self.begun || matches!(self.session.status, b'T' | b'E')
    }

    fn met_conflict(&self) -> bool {
        self.failure.as_ref().is_some_and(ErrorKind::is_retryable)
    }

    fn is_usable(&self) -> bool {
        self.usable && !self.in_exchange
    }

    fn ping(&mut self) -> Result<()> {
        self.exchange(|this| {
            this.wire.out.sync();
            let asked = this.wire.set_deadline(Some(PING_TIMEOUT)).and_then(|()| {
                this.wire.flush()?;
                let queued = this.take_queued()?;
                let answered = this.until_ready(None, false)?;
                this.wire.set_deadline(None)?;
                Ok(queued.and(answered))
            });
            asked.map_err(|error| this.broken(error))?
        })
    }

    /// It is sent, and answered before the connection is lent again: who returned it does not wait for it.
    fn reset(&mut self) -> Result<Reset> {
        self.cancel.end_loan()?;
        let is_reset = std::mem::take(&mut self.touched) && self.pooler == Pooler::Session;
        self.note_return(is_reset);
        if !is_reset {
            return Ok(Reset::Intact);
        }
        self.is_reset = true;
        self.queue(RESET)?;
        if std::mem::take(&mut self.has_named) {
            self.cache.clear();
            self.queue("DEALLOCATE ALL")?;
        }
        self.wire.flush().map_err(|error| self.broken(error))?;
        Ok(Reset::Cleared)
    }

    fn finish_reset(&mut self) -> Result<()> {
        // By the hooks, whose settings stay.
        self.touched = false;
        self.note_set_up();
        self.exchange(|this| this.take_reset().map_err(|error| this.broken(error))?)
    }

    fn driver(&mut self) -> &mut dyn Any {
        self.touched = true;
        self
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        if self.is_usable() {
            self.wire.out.clear();
            self.wire.out.terminate();
            // A server that is gone needs no farewell.
            let _ = self.wire.flush();
        }
    }
}
