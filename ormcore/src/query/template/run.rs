use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::render;
use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Executor, FromRow, Plan, push_all};
use crate::query::ask::at_most_one;
use crate::sql::{Dialect, TemplatePart};
use crate::value::{Parameter, ValueError};

/// The program's own SQL as a statement.
struct Raw {
    parts: Result<Vec<TemplatePart>, ValueError>,
    parameters: Vec<Parameter>,
}

impl Raw {
    fn write(
        &mut self,
        statement: fn(Cow<'static, str>) -> Statement,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Step> {
        let parts = std::mem::replace(&mut self.parts, Ok(Vec::new()));
        let (sql, parameters) = render(parts, dialect)?.complete()?;
        batch.push(statement(sql).raw());
        self.parameters = parameters;
        Ok(Step::RunLast)
    }
}

/// Runs it, and counts the rows that it changes.
pub(super) struct Execute {
    raw: Raw,
    rows: u64,
}

impl Execute {
    pub(super) fn new(parts: Result<Vec<TemplatePart>, ValueError>) -> Self {
        Execute { raw: Raw { parts, parameters: Vec::new() }, rows: 0 }
    }
}

impl Steps for Execute {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.raw.write(Statement::count, dialect, batch)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.raw.parameters, parameters)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.rows = outcome.rows;
        Ok(())
    }
}

impl Plan for Execute {
    type Output = u64;

    fn finish(self) -> Result<u64> {
        Ok(self.rows)
    }
}

/// SQL of the program's own whose rows are read as `R`: what [`Template::query_as`](crate::query::Template::query_as) gives.
#[must_use = "a query does nothing until it is ended, for example by `.all(&db)`"]
pub struct RawQuery<R> {
    parts: Result<Vec<TemplatePart>, ValueError>,
    row: PhantomData<fn() -> R>,
}

impl<R: FromRow> RawQuery<R> {
    pub(super) fn new(parts: Result<Vec<TemplatePart>, ValueError>) -> Self {
        RawQuery { parts, row: PhantomData }
    }

    /// All rows.
    ///
    /// # Errors
    /// If a value cannot be sent, the database refuses the statement, or a row does not fit `R`.
    pub fn all<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<R>>
    where
        R: 'p,
    {
        db.run(ReadAs::new(self.parts, Ok))
    }

    /// The first row, if there is one. All are read: the text says how many there are.
    ///
    /// # Errors
    /// As [`RawQuery::all`].
    pub fn first<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<R>>
    where
        R: 'p,
    {
        db.run(ReadAs::new(self.parts, |rows| Ok(rows.into_iter().next())))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::MultipleFound`] if there are several; else as
    /// [`RawQuery::all`].
    pub fn one<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, R>
    where
        R: 'p,
    {
        db.run(ReadAs::new(self.parts, |rows| {
            at_most_one(RESULT, rows)?.ok_or_else(|| {
                let criterion = "is given by the SQL".to_string();
                Error::from_kind(ErrorKind::NotFound { table: RESULT.to_string(), criterion })
            })
        }))
    }

    /// The only row, or `None`.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleFound`] if there are several; else as [`RawQuery::all`].
    pub fn one_or_none<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<R>>
    where
        R: 'p,
    {
        db.run(ReadAs::new(self.parts, |rows| at_most_one(RESULT, rows)))
    }
}

/// What errors call the rows of a text.
const RESULT: &str = "result";

impl<R> Clone for RawQuery<R> {
    fn clone(&self) -> Self {
        RawQuery { parts: self.parts.clone(), row: PhantomData }
    }
}

impl<R> fmt::Debug for RawQuery<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

/// Runs it, and reads its rows; `end` makes the output of them.
struct ReadAs<R, O> {
    raw: Raw,
    rows: Vec<R>,
    end: fn(Vec<R>) -> Result<O>,
}

impl<R, O> ReadAs<R, O> {
    fn new(parts: Result<Vec<TemplatePart>, ValueError>, end: fn(Vec<R>) -> Result<O>) -> Self {
        ReadAs { raw: Raw { parts, parameters: Vec::new() }, rows: Vec::new(), end }
    }
}

impl<R: FromRow, O> Steps for ReadAs<R, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.raw.write(Statement::rows, dialect, batch)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.raw.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push(R::from_row(row)?);
        Ok(())
    }
}

impl<R: FromRow, O> Plan for ReadAs<R, O> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.rows)
    }
}
