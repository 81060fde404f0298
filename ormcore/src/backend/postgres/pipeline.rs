//! How a batch runs: all its statements are sent before the first answer is waited for.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::bind::{Binder, ColumnBinder, end_bind};
use super::cache::{Prepared, fields, parameters};
use super::connection::{NOTHING_TO_COPY, PostgresConnection, no_copy};
use super::options::Pooler;
use super::row::{Field, Places, PostgresRow, places};
use super::types::{Scalar, Type};
use super::wire::Incoming;
use crate::backend::{Outcome, Statement, Steps, Wants};
use crate::error::{Error, ErrorKind, Result};

/// As many executions are on their way at once: what is sent while answers come has to keep these.
const MOST_ON_THEIR_WAY: usize = 512;

/// After a statement whose answer may be long, as many bytes are sent before the answer is taken, which would be kept
/// until then.
const MOST_AFTER_ROWS: usize = 32 << 10;

/// SQL of the program's own that is longer holds values, and is hardly run again: the server, where a prepared statement
/// takes some thirty times its text, does not keep it.
const LONGEST_NAMED: usize = 16 << 10;

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
    spare: Spare,
    /// Which statements were prepared only now.
    fresh: Vec<usize>,
    /// The next execution whose answer is to be taken.
    next: Position,
    /// How many answers are to be taken.
    on_their_way: usize,
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

    /// Whether an answer was taken.
    fn has_landed(&self) -> bool {
        self.next != Position::first(self.batch)
    }

    /// The statement whose answer is to be taken. Behind the last one, where all are committed, it is known of one alone.
    fn sql(&self) -> Option<&str> {
        let statement = match self.batch {
            [only] => Some(only),
            batch => batch.get(self.next.statement),
        };
        statement.map(|statement| &*statement.sql)
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
    /// Runs a batch. A statement that the server no longer takes as it was prepared is prepared once more, unless that made
    /// the open transaction fail.
    pub(super) fn run(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        let was_open = crate::backend::Connection::in_transaction(self);
        let Some(stale) = self.attempt(batch, steps)? else { return Ok(()) };
        // BEGIN, which went out with it, may have been refused.
        let is_whole = self.session.status == if was_open { b'T' } else { b'I' };
        if !is_whole {
            return Err(stale);
        }
        self.attempt(batch, steps)?.map_or(Ok(()), Err)
    }

    /// Runs a batch; gives the error of a statement that has to be prepared once more.
    fn attempt(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<Option<Error>> {
        let mut flight = Flight {
            batch,
            spare: std::mem::take(&mut self.spare),
            fresh: Vec::new(),
            next: Position::first(batch),
            on_their_way: 0,
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
        if !is_stale {
            return Err(error);
        }
        if flight.has_landed() { Err(error) } else { Ok(Some(error)) }
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
        // The first error is the one to tell.
        let _ = self.until_ready(None)?;
        Ok(())
    }

    fn fly(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        self.prepare(flight)?;
        for (index, statement) in flight.batch.iter().enumerate() {
            for execution in 0..statement.executions {
                self.make_room(flight, steps)?;
                let before = self.wire.out.len();
                if let Err(error) = self.write(flight, Position { statement: index, execution }, steps) {
                    self.wire.out.truncate(before);
                    let error = error.with_statement(&statement.sql);
                    // The parameter may have another type by now.
                    self.cache.remove(&statement.sql);
                    let is_first = flight.on_their_way == 0 && !flight.has_landed() && flight.is_from_before();
                    let may_be_stale = is_first && matches!(error.kind(), ErrorKind::Encode { .. });
                    return Err(if may_be_stale { Failure::Stale(error) } else { Failure::Refused(error) });
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
        let committed = self.until_ready(flight.sql())?;
        flight.is_over = true;
        Ok(committed?)
    }

    /// Sees to it that neither side waits for the other to read.
    fn make_room(&mut self, flight: &mut Flight<'_>, steps: &mut dyn Steps) -> Result<(), Failure> {
        let crowded =
            flight.on_their_way >= MOST_ON_THEIR_WAY || flight.after_rows.is_some_and(|bytes| bytes >= MOST_AFTER_ROWS);
        if crowded {
            self.wire.out.flush();
            self.wire.flush()?;
            self.take(flight, steps)?;
            flight.after_rows = None;
        } else if self.wire.out.len() >= FULL {
            self.wire.flush()?;
        }
        Ok(())
    }

    /// Sees to it that the server knows the statements of the batch.
    fn prepare(&mut self, flight: &mut Flight<'_>) -> Result<(), Failure> {
        for name in self.cache.unneeded.drain(..) {
            self.wire.out.close_statement(&name);
        }
        flight.spare.prepared.extend(flight.batch.iter().map_while(|at| self.cache.get(&at.sql)));
        if flight.spare.prepared.len() < flight.batch.len() {
            flight.spare.prepared = self.prepare_unknown(flight)?;
        }
        Ok(())
    }

    /// Has the server prepare those statements of the batch that it does not know.
    fn prepare_unknown(&mut self, flight: &mut Flight<'_>) -> Result<Vec<Arc<Prepared>>, Failure> {
        let mut asked = Vec::new();
        let prepared = self.ask_unknown(flight, &mut asked);
        if prepared.is_err() {
            // The server keeps those that came before what it refused. To close one that is not there is no error.
            self.cache.unneeded.extend(asked.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()));
        }
        prepared
    }

    /// As [`Self::prepare_unknown`]; notes under which names it asked for which statements.
    fn ask_unknown(
        &mut self,
        flight: &mut Flight<'_>,
        asked: &mut Vec<(usize, String)>,
    ) -> Result<Vec<Arc<Prepared>>, Failure> {
        let batch = flight.batch;
        let mut known: Vec<Option<Arc<Prepared>>> = batch.iter().map(|at| self.cache.get(&at.sql)).collect();
        // Before any of them is written.
        batch.iter().try_for_each(|at| self.wire.out.check_sql(&at.sql))?;
        for (index, statement) in batch.iter().enumerate() {
            let is_asked = asked.iter().any(|(other, _)| batch[*other].sql == statement.sql);
            if known[index].is_none() && !is_asked {
                let is_unnamed =
                    self.pooler == Pooler::Transaction || statement.raw && statement.sql.len() > LONGEST_NAMED;
                let name = if is_unnamed { String::new() } else { self.cache.fresh_name() };
                self.wire.out.parse(&name, &statement.sql, &[])?;
                self.wire.out.describe_statement(&name);
                asked.push((index, name));
            }
        }
        if !asked.is_empty() {
            self.wire.out.flush();
            self.wire.flush()?;
            self.take_queued()??;
            let mut described = Vec::with_capacity(asked.len());
            for (index, name) in asked.iter() {
                flight.next = Position { statement: *index, execution: 0 };
                described.push((*index, self.described(name.clone(), &batch[*index].sql)?));
            }
            flight.fresh.extend(described.iter().map(|(index, _)| *index));
            self.learn_types(described.iter().map(|(_, prepared)| prepared))?;
            for (index, mut prepared) in described {
                self.cache.resolve(&mut prepared.parameters, &mut prepared.fields);
                prepared.fields.iter_mut().for_each(|field| field.is_binary = field.kind.is_binary());
                let prepared = Arc::new(prepared);
                if !prepared.name.is_empty() || self.pooler == Pooler::Transaction {
                    self.cache.insert(batch[index].sql.clone(), Arc::clone(&prepared));
                }
                let same = known.iter_mut().enumerate().filter(|(other, _)| batch[*other].sql == batch[index].sql);
                same.for_each(|(_, known)| *known = Some(Arc::clone(&prepared)));
            }
            flight.next = Position::first(batch);
        }
        Ok(known.into_iter().flatten().collect())
    }

    /// Takes the answers to Parse and Describe.
    fn described(&mut self, name: String, sql: &str) -> Result<Prepared, Failure> {
        let mut prepared = Prepared { name, parameters: Vec::new(), fields: Vec::new() };
        loop {
            let message = self.answer()?;
            let body = self.wire.body(&message);
            match message.tag {
                b't' => prepared.parameters = parameters(body)?,
                b'T' => {
                    prepared.fields = fields(body, false)?;
                    return Ok(prepared);
                }
                b'n' => return Ok(prepared),
                b'E' => return Err(self.server_error(&message, Some(sql)).into()),
                _ => {}
            }
        }
    }

    /// Asks which of the types that are not known here are arrays.
    fn learn_types<'p>(&mut self, described: impl Iterator<Item = &'p Prepared>) -> Result<()> {
        let unknown = self.cache.unknown_types(described);
        if unknown.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = unknown.iter().map(u32::to_string).collect();
        let found = self.first_row(&format!(
            "SELECT string_agg(a.oid || ' ' || e.oid || ' ' || coalesce(nullif(e.typbasetype, 0), e.oid), ' ') \
             FROM pg_catalog.pg_type a JOIN pg_catalog.pg_type e ON e.oid = a.typelem \
             WHERE a.typcategory = 'A' AND a.oid IN ({})",
            list.join(", ")
        ))?;
        let words = found.first().and_then(Option::as_deref).unwrap_or_default();
        let mut numbers = words.split(' ').filter_map(|word| word.parse().ok());
        self.cache.types.extend(unknown.into_iter().map(|oid| (oid, Type::Scalar(Scalar::Other))));
        // The elements of a domain are as those of the type that it restricts.
        while let (Some(array), Some(element), Some(base)) = (numbers.next(), numbers.next(), numbers.next()) {
            let scalar = if let Type::Scalar(scalar) = Type::of(base) { scalar } else { Scalar::Other };
            self.cache.types.insert(array, Type::Array(scalar, element));
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
        let sql = flight.sql();
        let failure = match error {
            error if is_bound => return Failure::Refused(error.translate(sql)),
            error if error.is_stale_plan() || error.is_lost_statement() => Failure::Stale(error.translate(sql)),
            error if error.is_outdated_type() && flight.is_from_before() => Failure::Stale(error.conflict(sql)),
            error => return Failure::Refused(error.translate(sql)),
        };
        // What has changed for one has changed for others: they are not to fail one by one.
        self.cache.close_all();
        failure
    }

    /// Writes one execution.
    fn write(&mut self, flight: &Flight<'_>, at: Position, steps: &mut dyn Steps) -> Result<()> {
        let statement = &flight.batch[at.statement];
        let prepared = &flight.spare.prepared[at.statement];
        let out = &mut self.wire.out;
        if prepared.name.is_empty() && at.execution == 0 {
            let types: Vec<u32> = prepared.parameters.iter().map(|(oid, _)| *oid).collect();
            out.parse("", &statement.sql, &types)?;
        }
        let begun = out.begin_bind(&prepared.name);
        if statement.by_column {
            let mut binder = ColumnBinder::new(&prepared.parameters);
            steps.bind(at.statement, at.execution, &mut binder)?;
            binder.finish(out)?;
        } else {
            let mut binder = Binder::new(out, &prepared.parameters);
            steps.bind(at.statement, at.execution, &mut binder)?;
            binder.finish()?;
        }
        end_bind(out, begun, prepared.fields.iter().map(|field| field.is_binary))?;
        if prepared.name.is_empty() {
            // Behind a pooler another server may answer than the one that was asked before.
            out.describe_portal();
        }
        out.execute(i32::from(statement.wants == Wants::FirstRow));
        Ok(())
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
                    let rows = if message.tag == b'C' { changed_rows(body) } else { 0 };
                    if message.tag == b'C' {
                        self.note_command(&message);
                    }
                    if wants == Wants::Count {
                        steps.outcome(statement, execution, Outcome { rows, key: None })?;
                    }
                    return Ok(());
                }
                b'2' => is_bound = true,
                b'E' => return Err(self.refusal(&message, flight, is_bound)),
                b'G' => {
                    self.refuse_copy(flight.synced)?;
                    return Err(no_copy(message.tag).into());
                }
                b'H' => return Err(no_copy(message.tag).into()),
                _ => {}
            }
        }
    }

    /// Ends a COPY that waits for data. If a Sync was sent before, the server took it for data, unless it refused the COPY
    /// after all: so there are one or two answers, up to that of an empty query.
    fn refuse_copy(&mut self, synced: bool) -> Result<(), Failure> {
        self.wire.out.copy_fail(NOTHING_TO_COPY);
        if synced {
            self.wire.out.sync();
            self.wire.out.query("")?;
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
