//! The steps of a plan, with a note of what passes by.

use std::time::Instant;

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Recorded;
use crate::sql::Dialect;
use crate::value::{Parameter, Value};

pub(super) struct Watched<'s> {
    steps: &'s mut dyn Steps,
    log_values: bool,
    pub(super) entries: Vec<Recorded>,
    /// The statement that takes up the time, since when.
    running: Option<(usize, Instant)>,
    /// The last execution that something was reported of.
    reported: Option<(usize, usize)>,
    /// The execution whose values were asked for last.
    bound: Option<(usize, usize)>,
    /// The execution whose values could not be had: it was not sent.
    unbound: Option<(usize, usize)>,
    /// Whether results came after later statements were sent. Then the connection does not say when one begins, and the
    /// clock is read at each result.
    is_pipelined: bool,
}

impl<'s> Watched<'s> {
    pub(super) fn new(steps: &'s mut dyn Steps, log_values: bool, batch: &[Statement]) -> Self {
        let entries = batch.iter().map(Recorded::new).collect();
        Watched {
            steps,
            log_values,
            entries,
            running: None,
            reported: None,
            bound: None,
            unbound: None,
            is_pipelined: false,
        }
    }

    /// The time so far goes to the statement that was running; that from here on to this one.
    fn switch_to(&mut self, statement: usize) {
        let now = Instant::now();
        if let Some((running, since)) = self.running.replace((statement, now)) {
            self.entries[running].elapsed += now - since;
        }
    }

    fn note_result(&mut self, statement: usize, execution: usize) {
        self.reported = Some((statement, execution));
        self.is_pipelined |= self.running.is_some_and(|(running, _)| running != statement);
        if self.is_pipelined {
            // What was waited for is this result.
            self.running = self.running.map(|(_, since)| (statement, since));
            self.switch_to(statement);
        }
    }

    /// Ends the clock, and takes away what was sent after the statement that failed: it did not run.
    pub(super) fn end(&mut self, error: Option<&Error>) {
        let failed = error.and_then(Error::statement).and_then(|sql| self.failed(sql));
        if let Some((running, since)) = self.running.take() {
            let waited_for = if self.is_pipelined { failed.unwrap_or(running) } else { running };
            self.entries[waited_for].elapsed += since.elapsed();
        }
        if let Some((unbound, execution)) = self.unbound.or_else(|| self.refused(error?)) {
            self.entries[unbound].executions = execution;
            self.entries[unbound + 1..].iter_mut().for_each(|entry| entry.executions = 0);
            return;
        }
        let Some(failed) = failed else { return };
        let before = self.reported.filter(|(last, _)| *last == failed).map_or(0, |(_, execution)| execution + 1);
        // One that was refused before its first values were asked for was sent all the same.
        let executions = self.entries[failed].executions.clamp(1, before + 1);
        self.entries[failed].executions = executions;
        self.entries[failed + 1..].iter_mut().for_each(|entry| entry.executions = 0);
    }

    /// The execution whose values the connection could not send.
    fn refused(&self, error: &Error) -> Option<(usize, usize)> {
        let is_of = |statement: usize| error.statement() == Some(&*self.entries[statement].sql);
        let refused = self.bound.filter(|(statement, _)| self.reported != self.bound && is_of(*statement));
        refused.filter(|_| matches!(error.kind(), ErrorKind::Encode { .. }))
    }

    /// The statement with this text that failed: behind all that has given results.
    fn failed(&self, sql: &str) -> Option<usize> {
        let find = |first: usize| (first..self.entries.len()).find(|index| self.entries[*index].sql == sql);
        let reported = self.reported.map_or(0, |(last, _)| last);
        let running = self.running.filter(|_| !self.is_pipelined).and_then(|(running, _)| find(running));
        running.or_else(|| find(reported))
    }
}

impl Steps for Watched<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.steps.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if self.running.is_none_or(|(running, _)| running != statement) {
            self.switch_to(statement);
        }
        let mut noted = Noted { parameters, values: Vec::new() };
        let bound = match self.log_values {
            true => self.steps.bind(statement, execution, &mut noted),
            false => self.steps.bind(statement, execution, noted.parameters),
        };
        if bound.is_err() {
            self.unbound = Some((statement, execution));
            return bound;
        }
        self.bound = Some((statement, execution));
        let entry = &mut self.entries[statement];
        entry.executions = execution + 1;
        entry.parameters = self.log_values.then_some(noted.values).or(entry.parameters.take());
        bound
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.note_result(statement, execution);
        self.entries[statement].rows += 1;
        let read = self.steps.row(statement, execution, row);
        if self.is_pipelined {
            // What comes next may be another statement's, which did not take the time to read this row.
            self.switch_to(statement);
        }
        read
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.note_result(statement, execution);
        self.entries[statement].rows += outcome.rows;
        self.steps.outcome(statement, execution, outcome)
    }
}

/// Hands values on and keeps a copy of those that are not secret.
struct Noted<'p> {
    parameters: &'p mut dyn Parameters,
    values: Vec<Parameter>,
}

impl Parameters for Noted<'_> {
    fn push(&mut self, value: Value<'_>, secret: bool) {
        let kept = if secret { Value::Null } else { value.borrowed().into_owned() };
        self.values.push(Parameter { value: kept, secret });
        self.parameters.push(value, secret);
    }
}
