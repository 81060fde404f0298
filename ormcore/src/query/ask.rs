//! The plan of a query that sends one statement.

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps, Wants};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Plan, push_all};
use crate::sql::{Dialect, Rendered};
use crate::value::Parameter;

/// The only row, or none; `table` is named in errors.
pub(super) fn at_most_one<R>(table: &str, mut rows: Vec<R>) -> Result<Option<R>> {
    if rows.len() > 1 {
        return Err(Error::from_kind(ErrorKind::MultipleFound { table: table.to_string() }));
    }
    Ok(rows.pop())
}

/// The only row.
pub(super) fn only<R>(table: &str, rows: Vec<R>) -> Result<R> {
    at_most_one(table, rows)?.ok_or_else(|| {
        let criterion = "meets the conditions of the query".to_string();
        Error::from_kind(ErrorKind::NotFound { table: table.to_string(), criterion })
    })
}

/// A plan's query, once: a plan that is asked again has ended.
pub(super) fn take<Q>(query: &mut Option<Q>) -> Result<Q> {
    query.take().ok_or_else(|| Error::usage("this plan has run already"))
}

pub(super) fn integer(row: &dyn Row) -> Result<i64> {
    Reader::new(row, "result").get(0)
}

/// Puts the statement into the batch and gives the values to bind.
pub(super) fn send(rendered: Rendered, batch: &mut Vec<Statement>) -> Result<Vec<Parameter>> {
    let (statement, parameters) = Statement::written(rendered.complete()?, Wants::Rows);
    batch.push(statement);
    Ok(parameters)
}

/// Writes what a query is to send.
pub(super) type Write<Q> = fn(Q, &'static dyn Dialect) -> Result<Rendered>;

/// A query that sends one statement: each row changes the state, and the state ends in the output.
pub(super) struct Ask<Q, T, R, O> {
    query: Option<Q>,
    write: Write<Q>,
    parameters: Vec<Parameter>,
    state: T,
    row: R,
    end: fn(T) -> Result<O>,
}

impl<Q, T, R: Fn(&mut T, &dyn Row) -> Result<()>, O> Ask<Q, T, R, O> {
    pub(super) fn new(query: Q, write: Write<Q>, state: T, row: R, end: fn(T) -> Result<O>) -> Self {
        Ask { query: Some(query), write, parameters: Vec::new(), state, row, end }
    }
}

impl<Q: Send, O> Ask<Q, (), (), O> {
    /// The only row is a number.
    pub(super) fn number(query: Q, write: Write<Q>, end: fn(i64) -> Result<O>) -> impl Plan<Output = O> {
        let set = |number: &mut i64, row: &dyn Row| {
            *number = integer(row)?;
            Ok(())
        };
        Ask::new(query, write, 0, set, end)
    }
}

impl<Q: Send> Ask<Q, (), (), bool> {
    /// The only row is a truth value.
    pub(super) fn truth(query: Q, write: Write<Q>) -> impl Plan<Output = bool> {
        let set = |truth: &mut bool, row: &dyn Row| {
            *truth = Reader::new(row, "result").get(0)?;
            Ok(())
        };
        Ask::new(query, write, false, set, Ok)
    }
}

impl<Q, T, R, O> Steps for Ask<Q, T, R, O>
where
    Q: Send,
    T: Send,
    R: Fn(&mut T, &dyn Row) -> Result<()> + Send,
{
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.parameters = send((self.write)(take(&mut self.query)?, dialect)?, batch)?;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        (self.row)(&mut self.state, row)
    }
}

impl<Q, T, R, O> Plan for Ask<Q, T, R, O>
where
    Q: Send,
    T: Send,
    R: Fn(&mut T, &dyn Row) -> Result<()> + Send,
{
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.state)
    }
}
