//! The plan that reads a query's rows, with what is loaded with them.

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{Fetch, Model, follow, typed};
use crate::plan::{LazyLoads, Plan, push_all};
use crate::query::Query;
use crate::query::read::{decode, write_rows};
use crate::sql::Dialect;
use crate::value::Parameter;

/// Reads the rows of a query; `end` makes the output of them.
pub(super) struct Rows<M, S, E> {
    reading: Reading<M, S>,
    watched: bool,
    end: E,
}

/// A query in the course of being read.
pub(super) enum Reading<M, S> {
    /// Not sent yet.
    Query(Query<M, S>),
    /// One statement, and nothing is loaded with its rows.
    Plain(Vec<Parameter>, Vec<M>),
    /// With what is loaded with its rows.
    Loading(Box<Fetch>),
    /// An error has ended it.
    Ended,
}

impl<M: Model, S> Reading<M, S> {
    /// Puts the statements of the next round into the batch. Where lazy loads are `watched`, those of relationships of what
    /// is loaded with the rows are counted.
    pub(super) fn next(
        &mut self,
        watched: bool,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Step> {
        if let Reading::Loading(fetch) = self {
            return fetch.next(dialect, batch);
        }
        let Reading::Query(mut query) = std::mem::replace(self, Reading::Ended) else {
            return Err(Error::usage("this plan has run already"));
        };
        query.check(dialect)?;
        if query.loads_nothing() {
            let (sql, parameters) = write_rows(query, dialect).complete()?;
            batch.push(Statement::rows(sql));
            *self = Reading::Plain(parameters, Vec::new());
            return Ok(Step::RunLast);
        }
        let mut fetch = Box::new(query.into_fetch());
        if watched {
            fetch.watch();
        }
        let step = fetch.next(dialect, batch);
        *self = Reading::Loading(fetch);
        step
    }

    pub(super) fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match self {
            Reading::Plain(values, _) => push_all(values, parameters),
            Reading::Loading(fetch) => fetch.bind(statement, parameters),
            Reading::Query(_) | Reading::Ended => Ok(()),
        }
    }

    pub(super) fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()> {
        match self {
            Reading::Plain(_, rows) => rows.push(decode(row)?),
            Reading::Loading(fetch) => fetch.row(statement, row)?,
            Reading::Query(_) | Reading::Ended => {}
        }
        Ok(())
    }

    /// The rows; where lazy loads are `watched`, those of relationships that they have not loaded are counted.
    pub(super) fn finish(self, watched: bool) -> Result<Vec<M>> {
        let mut rows = match self {
            Reading::Plain(_, rows) => rows,
            Reading::Loading(fetch) => typed(fetch.finish()?),
            Reading::Query(_) | Reading::Ended => Vec::new(),
        };
        follow(M::RELATIONSHIPS, &mut rows, watched)?;
        Ok(rows)
    }
}

impl<M: Model, S, E> Rows<M, S, E> {
    pub(super) fn new<O>(query: Query<M, S>, end: E) -> Self
    where
        E: FnOnce(Vec<M>) -> Result<O>,
    {
        Rows { reading: Reading::Query(query), watched: false, end }
    }
}

impl<M: Model, S, E: Send> Steps for Rows<M, S, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.reading.next(self.watched, dialect, batch)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.reading.bind(statement, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.reading.row(statement, row)
    }
}

impl<M: Model, S, O, E: FnOnce(Vec<M>) -> Result<O> + Send> Plan for Rows<M, S, E> {
    type Output = O;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(self) -> Result<O> {
        (self.end)(self.reading.finish(self.watched)?)
    }
}
