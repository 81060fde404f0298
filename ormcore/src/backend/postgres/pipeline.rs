//! How a batch runs: all its statements are sent before the first answer is waited for.

use std::any::Any;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::bind::{Binder, ColumnBinder, end_bind};
use super::cache::{Prepared, fields};
use super::connection::{NOTHING_TO_COPY, PostgresConnection, no_copy};
use super::message::Outgoing;
use super::options::Pooler;
use super::row::{Field, Places, PostgresRow, places};
use super::wire::Incoming;
use crate::backend::written;
use crate::backend::{Outcome, Statement, Steps, Wants};
use crate::error::{Error, ErrorKind, Result};

mod prepare;

/// As many executions are on their way at once: what is sent while answers come has to keep these.
const MOST_ON_THEIR_WAY: usize = 512;

/// After a statement whose answer may be long, as many bytes are sent before the answer is taken, which would be kept
/// until then.
const MOST_AFTER_ROWS: usize = 32 << 10;

/// SQL of the program's own that is longer holds values, and is hardly run again: the server, where a prepared statement
/// takes some thirty times its text, does not keep it.
const LONGEST_NAMED: usize = 16 << 10;

/// So many bytes of rows that nobody wants any more are read before the server is asked to cancel the rest.
const MOST_UNWANTED: usize = 4 << 20;

/// What was written is sent when it has grown to this.
const FULL: usize = 64 << 10;

/// Why a batch came to its end early.
enum Failure {
    /// The connection failed.
    Broken(io::Error),
    /// The server, or the steps, refused something; what the server still has to say is not taken yet.
    Refused(Error),
    /// As [`Failure::Refused`], but what the server knew of a prepared statement is no longer so.
    Stale(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Broken(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Refused(error)
    }
}

/// Where in a batch something is: which statement, and which of its executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    statement: usize,
    execution: usize,
}

impl Position {
    /// The first execution of a batch.
    fn first(batch: &[Statement]) -> Self {
        let statement = batch.iter().position(|statement| statement.executions > 0).unwrap_or(0);
        Position { statement, execution: 0 }
    }

    /// How many statements have begun before it.
    fn begun(self) -> usize {
        self.statement + usize::from(self.execution > 0)
    }
}

/// Whether these are SELECTs that change nothing and leave nothing behind: what makes a table gives no rows.
fn only_read(statements: &[Statement]) -> bool {
    let reads = |statement: &Statement| statement.wants != Wants::Count && written::only_reads(&statement.sql);
    statements.iter().all(|statement| !statement.may_leave && reads(statement))
}

/// A statement that the server no longer takes as it was prepared: nothing of its execution was done.
struct Stale {
    at: Position,
    error: Error,
}

/// What a batch wants memory for, kept from one to the next.
#[derive(Debug, Default)]
pub(super) struct Spare {
    /// What is known of each statement.
    prepared: Vec<Arc<Prepared>>,
    /// Where the values of the row are that came last.
    places: Places,
}

/// A batch on its way.
struct Flight<'a> {
    batch: &'a [Statement],
    /// The first execution that is asked for: those before it are done.
    first: Position,
    spare: Spare,
    /// Which statements were prepared only now.
    fresh: Vec<usize>,
    /// The next execution whose answer is to be taken.
    next: Position,
    /// How many answers are to be taken.
    on_their_way: usize,
    /// Which executions travel in several messages, and in how many.
    divided: VecDeque<(Position, usize)>,
    /// How many bytes were written since a statement with rows.
    after_rows: Option<usize>,
    synced: bool,
    /// Whether the server has said that it is ready: it says so once, even where it refuses what is committed by that.
    is_over: bool,
}

impl Flight<'_> {
    fn advance(&mut self) {
        self.on_their_way -= 1;
        self.next.execution += 1;
        while self.batch.get(self.next.statement).is_some_and(|at| at.executions <= self.next.execution) {
            self.next = Position { statement: self.next.statement + 1, execution: 0 };
        }
    }

    /// How many answers there are to the next execution.
    fn answers_to_next(&mut self) -> usize {
        match self.divided.front() {
            Some((at, messages)) if *at == self.next => {
                let messages = *messages;
                self.divided.pop_front();
                messages
            }
            _ => 1,
        }
    }

    /// The statement whose answer is to be taken. Behind the last one, where all are committed, it is known of one alone.
    fn sql(&self) -> Option<&str> {
        let statement = match self.batch {
            [only] => Some(only),
            batch => batch.get(self.next.statement),
        };
        statement.map(|statement| &*statement.sql)
    }

    /// Whether values were sent with the statement whose answer is to be taken; behind the last one, with any.
    fn has_values(&self) -> bool {
        let prepared = &self.spare.prepared;
        let asked = prepared.get(self.next.statement..=self.next.statement).unwrap_or(prepared);
        asked.iter().any(|prepared| !prepared.parameters.is_empty())
    }

    /// Whether the statement whose answer is to be taken may be another to the server than when it was prepared.
    fn is_from_before(&self) -> bool {
        self.sql().is_some_and(|sql| self.fresh.iter().all(|fresh| self.batch[*fresh].sql != sql))
    }

    /// The error with the statement that met it.
    fn explain(&self, error: Error) -> Error {
        match self.sql() {
            Some(sql) => error.with_statement(sql),
            None => error,
        }
    }
}

impl PostgresConnection {
    /// Runs a batch. A statement that the server no longer takes as it was prepared is prepared once more, unless that made a
    /// transaction fail in which something ran before.
    pub(super) fn run(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        let was_open = crate::backend::Connection::in_transaction(self);
        let begin = if self.is_only_begun() { self.leading.clone() } else { Vec::new() };
        let first = Position::first(batch);
        let Some(stale) = self.exchange(|this| this.attempt(batch, first, steps))? else { return Ok(()) };
        match self.session.status {
            b'T' if was_open => {}
            b'I' if !was_open && only_read(&batch[first.statement..stale.at.begun()]) => {}
            b'E' if !begin.is_empty() && stale.at == first => self.begin_again(begin)?,
            _ => return Err(stale.error),
        }
        let stale = self.exchange(|this| this.attempt(batch, stale.at, steps))?;
        stale.map_or(Ok(()), |stale| Err(stale.error))
    }

    /// Ends a transaction that failed before anything ran in it, and opens it as it was opened.
    fn begin_again(&mut self, begin: Vec<String>) -> Result<()> {
        self.script("ROLLBACK")?;
        begin.into_iter().try_for_each(|sql| self.lead(sql))?;
        self.begun = true;
        self.failure = None;
        Ok(())
    }

    /// Runs a batch from an execution on; gives the one that has to be prepared once more.
    fn attempt(&mut self, batch: &[Statement], first: Position, steps: &mut dyn Steps) -> Result<Option<Stale>> {
        let mut flight = Flight {
            batch,
            first,
            spare: std::mem::take(&mut self.spare),
            fresh: Vec::new(),
            next: first,
            on_their_way: 0,
            divided: VecDeque::new(),
            after_rows: None,
            synced: false,
            is_over: false,
        };
        let flown = match catch_unwind(AssertUnwindSafe(|| self.fly(&mut flight, steps))) {
            Ok(flown) => flown,
            Err(panic) => self.pass_on(&flight, panic),
        };
        flight.spare.prepared.clear();
        self.spare = std::mem::take(&mut flight.spare);
        let Err(failure) = flown else { return Ok(None) };
        let (error, is_stale) = match failure {
            Failure::Broken(error) => return Err(flight.explain(self.broken(error))),
            Failure::Refused(error) => (error, false),
            Failure::Stale(error) => (error, true),
        };
        if let Err(lost) = self.land(&flight) {
            self.broken(lost);
        }
        let error = flight.explain(error);
        if self.session.status == b'E' {
            self.failure.get_or_insert_with(|| error.kind().clone());
        }
        if is_stale { Ok(Some(Stale { at: flight.next, error })) } else { Err(error) }
    }

    /// Lets a panic of the steps go on. Once all was sent, what the server still has to say is taken first, and the
    /// transaction stays open; before, the connection is not used again, for its end undoes what was half sent.
    fn pass_on(&mut self, flight: &Flight<'_>, panic: Box<dyn Any + Send>) -> ! {
        if flight.synced && self.usable {
            if let Err(lost) = self.land(flight) {
                self.broken(lost);
            }
            self.in_exchange = false;
        }
        resume_unwind(panic)
    }

    /// Takes what the server still has to say after a failure.
    fn land(&mut self, flight: &Flight<'_>) -> io::Result<()> {
        if flight.is_over || !self.usable {
            return Ok(());
        }
        if !flight.synced {
            self.wire.out.sync();
        }
        self.wire.flush()?;
        let _ = self.take_queued()?;
        // To cancel would make an open transaction fail, or undo what a statement does; behind a pooler it might end what
        // another runs.
        let may_cancel = self.session.status == b'I' && self.pooler == Pooler::Session && only_read(flight.batch);
        // The first error is the one to tell.
        let _ = self.until_ready_or(None, false, may_cancel.then_some(MOST_UNWANTED))?;
        Ok(())
    }

    fn fly(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        self.prepare(flight)?;
        let first = flight.first;
        for (index, statement) in flight.batch.iter().enumerate().skip(first.statement) {
            let done = if index == first.statement { first.execution } else { 0 };
            for execution in done..statement.executions {
                self.make_room(flight, steps)?;
                let before = self.wire.out.len();
                let at = Position { statement: index, execution };
                let messages = match self.write(flight, at, steps) {
                    Ok(messages) => messages,
                    Err(error) => {
                        self.wire.out.truncate(before);
                        return Err(self.refuse(flight, steps, error.with_statement(&statement.sql)));
                    }
                };
                if messages > 1 {
                    flight.divided.push_back((at, messages));
                }
                flight.on_their_way += 1;
                let written = self.wire.out.len() - before;
                match (&mut flight.after_rows, statement.wants) {
                    (Some(bytes), _) => *bytes += written,
                    (none, Wants::Rows) => *none = Some(0),
                    _ => {}
                }
            }
        }
        self.wire.out.sync();
        flight.synced = true;
        self.wire.flush()?;
        self.take(flight, steps)?;
        let committed = self.until_ready(flight.sql(), flight.has_values())?;
        flight.is_over = true;
        Ok(committed?)
    }

    /// What it is to the batch that an execution is refused here: a parameter may have another type by now. What was sent
    /// before it is answered first, and so is not done twice.
    fn refuse(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps, error: Error) -> Failure {
        if !matches!(error.kind(), ErrorKind::Encode { .. }) {
            return Failure::Refused(error);
        }
        if let Err(earlier) = self.take_sent(flight, steps) {
            return earlier;
        }
        if !flight.is_from_before() {
            return Failure::Refused(error);
        }
        // The others are not to be refused one by one.
        flight.batch.iter().for_each(|statement| self.cache.remove(&statement.sql));
        Failure::Stale(error)
    }

    /// Sees to it that neither side waits for the other to read.
    fn make_room(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        let crowded =
            flight.on_their_way >= MOST_ON_THEIR_WAY || flight.after_rows.is_some_and(|bytes| bytes >= MOST_AFTER_ROWS);
        if crowded {
            self.take_sent(flight, steps)?;
            flight.after_rows = None;
        } else if self.wire.out.len() >= FULL {
            self.wire.flush()?;
        }
        Ok(())
    }

    /// What the server's error is to the batch. Once a statement is bound it ran, and may have done by then what is not to be
    /// done twice.
    fn refusal(&mut self, message: &Incoming, flight: &Flight<'_>, is_bound: bool) -> Failure {
        let error = match self.read_error(message) {
            Ok(error) => error,
            Err(unreadable) => return Failure::Refused(unreadable),
        };
        let (sql, has_values) = (flight.sql(), flight.has_values());
        let failure = match error {
            error if is_bound => return Failure::Refused(error.translate(sql, has_values)),
            error if error.is_stale_plan() || error.is_lost_statement() => {
                Failure::Stale(error.translate(sql, has_values))
            }
            error if error.is_outdated_type() && flight.is_from_before() => {
                Failure::Stale(error.conflict(sql, has_values))
            }
            error => return Failure::Refused(error.translate(sql, has_values)),
        };
        // What has changed for one has changed for others: they are not to fail one by one.
        self.cache.close_all();
        failure
    }

    /// Writes one execution; gives in how many messages, to each of which there is an answer.
    fn write(&mut self, flight: &Flight<'_>, at: Position, steps: &mut dyn Steps) -> Result<usize> {
        let statement = &flight.batch[at.statement];
        let prepared = &flight.spare.prepared[at.statement];
        if prepared.name.is_empty() && (at.execution == 0 || at == flight.first) {
            let types: Vec<u32> = prepared.parameters.iter().map(|(oid, _)| *oid).collect();
            self.wire.out.parse("", &statement.sql, &types)?;
        }
        if !statement.by_column {
            self.write_bound(prepared, statement.wants, |out| {
                let mut binder = Binder::new(out, &prepared.parameters);
                steps.bind(at.statement, at.execution, &mut binder)?;
                binder.finish()
            })?;
            return Ok(1);
        }
        let mut binder = ColumnBinder::new(&prepared.parameters, self.most_together);
        steps.bind(at.statement, at.execution, &mut binder)?;
        let messages = binder.finish()?;
        for arrays in &messages {
            self.write_bound(prepared, statement.wants, |out| arrays.write(out))?;
        }
        Ok(messages.len())
    }

    /// Has a statement run with the values that are written.
    fn write_bound(
        &mut self,
        prepared: &Prepared,
        wants: Wants,
        write: impl FnOnce(&mut Outgoing) -> Result<()>,
    ) -> Result<()> {
        let out = &mut self.wire.out;
        let begun = out.begin_bind(&prepared.name);
        write(out)?;
        end_bind(out, begun, prepared.fields.iter().map(|field| field.is_binary))?;
        if prepared.name.is_empty() {
            // Behind a pooler another server may answer than the one that was asked before.
            out.describe_portal();
        }
        out.execute(i32::from(wants == Wants::FirstRow));
        Ok(())
    }

    /// Has the server answer what it was sent, and takes the answers.
    fn take_sent(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        self.wire.out.flush();
        self.wire.flush()?;
        self.take(flight, steps)
    }

    /// Takes the answers to all that is on its way.
    fn take(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        self.take_queued()??;
        while flight.on_their_way > 0 {
            self.take_one(flight, steps)?;
            flight.advance();
        }
        Ok(())
    }

    /// Takes the answer to one execution.
    fn take_one(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        let Position { statement, execution } = flight.next;
        let wants = flight.batch[statement].wants;
        let mut described: Option<Vec<Field>> = None;
        let mut is_bound = false;
        let (mut answers, mut rows) = (flight.answers_to_next(), 0);
        loop {
            let message = self.answer()?;
            let body = self.wire.body(&message);
            match message.tag {
                b'D' if wants != Wants::Count => {
                    let Spare { prepared, places: found } = &mut flight.spare;
                    places(body, found).map_err(io::Error::other)?;
                    let fields = described.as_ref().unwrap_or(&prepared[statement].fields);
                    steps.row(statement, execution, &PostgresRow { fields, places: found, body })?;
                }
                b'T' => {
                    let mut columns = fields(body, true)?;
                    self.cache.resolve(&mut [], &mut columns);
                    let known = &flight.spare.prepared[statement].fields;
                    if columns.iter().map(|column| column.oid).ne(known.iter().map(|column| column.oid)) {
                        // The next time it asks for each column in the form that its type has now.
                        self.cache.remove(&flight.batch[statement].sql);
                    }
                    described = Some(columns);
                }
                b'C' | b's' | b'I' => {
                    if message.tag == b'C' {
                        rows += changed_rows(body);
                        self.note_command(&message);
                    }
                    answers -= 1;
                    if answers > 0 {
                        continue;
                    }
                    if wants == Wants::Count {
                        steps.outcome(statement, execution, Outcome { rows, key: None })?;
                    }
                    return Ok(());
                }
                b'2' => is_bound = true,
                b'E' => return Err(self.refusal(&message, flight, is_bound)),
                b'G' => {
                    // Behind it the server gives up the connection where it takes another statement for data.
                    if let Err(lost) = self.refuse_copy(flight.synced) {
                        self.broken(lost);
                    }
                    return Err(no_copy(message.tag).into());
                }
                b'H' => return Err(no_copy(message.tag).into()),
                _ => {}
            }
        }
    }

    /// Ends a COPY that waits for data. If a Sync was sent before, the server took it for data, unless it refused the COPY
    /// after all: so there are one or two answers, up to that of an empty query.
    fn refuse_copy(&mut self, synced: bool) -> io::Result<()> {
        self.wire.out.copy_fail(NOTHING_TO_COPY);
        if synced {
            self.wire.out.sync();
            self.wire.out.query("").map_err(io::Error::other)?;
        }
        self.wire.flush()?;
        while synced && self.answer()?.tag != b'I' {}
        Ok(())
    }
}

/// How many rows a command changed, by its tag, such as `INSERT 0 5` or `UPDATE 3`.
fn changed_rows(tag: &[u8]) -> u64 {
    let Ok(tag) = std::str::from_utf8(tag) else { return 0 };
    let mut words = tag.trim_end_matches('\0').split(' ');
    match words.next() {
        Some("INSERT" | "UPDATE" | "DELETE" | "MERGE") => {
            words.next_back().and_then(|rows| rows.parse().ok()).unwrap_or(0)
        }
        _ => 0,
    }
}
