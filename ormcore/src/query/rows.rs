//! The plan that reads a query's rows, with what is loaded with them.

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{EagerLoad, Fetch, Model, Shape, follow, push_made, typed};
use crate::plan::{LazyLoads, Plan, push_all};
use crate::query::ask::send;
use crate::query::read::{decode, whole_rows};
use crate::query::{Body, Query};
use crate::sql::Dialect;
use crate::value::Parameter;

/// Reads the rows of a query; `end` makes the output of them.
pub(super) struct Rows<M, E> {
    reading: Reading<M>,
    watched: bool,
    end: E,
}

/// A query in the course of being read.
pub(super) struct Reading<M> {
    state: State,
    /// The rows of one statement with which nothing is loaded.
    plain: Vec<M>,
}

/// How far a query is read, whatever its rows are.
enum State {
    /// Not sent yet.
    Query(Box<Body>, Vec<Box<dyn EagerLoad>>),
    /// One statement, and nothing is loaded with its rows.
    Plain(Vec<Parameter>),
    /// With what is loaded with its rows.
    Loading(Box<Fetch>),
    /// An error has ended it.
    Ended,
}

impl State {
    fn next(
        &mut self,
        shape: &'static Shape,
        watched: bool,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Step> {
        if let State::Loading(fetch) = self {
            return fetch.next(dialect, batch);
        }
        let State::Query(mut body, loads) = std::mem::replace(self, State::Ended) else {
            return Err(Error::usage("this plan has run already"));
        };
        body.check_rows(shape.table)?;
        if loads.is_empty() && shape.eager.is_empty() {
            let rendered = whole_rows(*body, shape.table, (shape.statements)(), dialect)?;
            *self = State::Plain(send(rendered, batch)?);
            return Ok(Step::RunLast);
        }
        let identity = body.take_identity();
        let mut fetch = Box::new(Fetch::new(shape, body.into_select(Vec::new()), identity, &loads));
        if watched {
            fetch.watch();
        }
        let step = fetch.next(dialect, batch);
        *self = State::Loading(fetch);
        step
    }

    fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match self {
            State::Plain(values) => push_all(values, parameters),
            State::Loading(fetch) => fetch.bind(statement, parameters),
            State::Query(..) | State::Ended => Ok(()),
        }
    }
}

impl<M: Model> Reading<M> {
    /// Reads a query.
    pub(super) fn new<S>(query: Query<M, S>) -> Self {
        Reading { state: State::Query(query.body, query.loads), plain: Vec::new() }
    }

    /// Reads nothing.
    pub(super) fn ended() -> Self {
        Reading { state: State::Ended, plain: Vec::new() }
    }

    /// Puts the statements of the next round into the batch. Where lazy loads are `watched`, those of relationships of what
    /// is loaded with the rows are counted.
    pub(super) fn next(
        &mut self,
        watched: bool,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Step> {
        self.state.next(Shape::of::<M>(), watched, dialect, batch)
    }

    pub(super) fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.state.bind(statement, parameters)
    }

    pub(super) fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()> {
        match &mut self.state {
            State::Plain(_) => push_made(&mut self.plain, || decode(row)),
            State::Loading(fetch) => fetch.row(statement, row),
            State::Query(..) | State::Ended => Ok(()),
        }
    }

    /// The rows; where lazy loads are `watched`, those of relationships that they have not loaded are counted.
    pub(super) fn finish(self, watched: bool) -> Result<Vec<M>> {
        let mut rows = match self.state {
            State::Loading(fetch) => typed(fetch.finish()?),
            _ => self.plain,
        };
        follow(M::RELATIONSHIPS, &mut rows, watched)?;
        Ok(rows)
    }
}

impl<M: Model, E> Rows<M, E> {
    pub(super) fn new<S, O>(query: Query<M, S>, end: E) -> Self
    where
        E: FnOnce(Vec<M>) -> Result<O>,
    {
        Rows { reading: Reading::new(query), watched: false, end }
    }
}

impl<M: Model, E: Send> Steps for Rows<M, E> {
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

impl<M: Model, O, E: FnOnce(Vec<M>) -> Result<O> + Send> Plan for Rows<M, E> {
    type Output = O;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(self) -> Result<O> {
        (self.end)(self.reading.finish(self.watched)?)
    }
}
