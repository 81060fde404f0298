//! Writes of many rows that give what has become of them.

use std::fmt;

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps, Wants};
use crate::error::{Error, Result};
use crate::model::{Model, Writable};
use crate::plan::{Executor, Plan, push_all};
use crate::query::write::Change;
use crate::query::{Assignments, Projection, Query, Scope};
use crate::sql::{Dialect, Expr};
use crate::value::{Parameter, ValueError};

/// A query and what its `update` or `delete` gives of each row: what [`Query::returning`] makes.
#[must_use = "it does nothing until it is ended by `.update(.., &db)` or `.delete(&db)`"]
pub struct Returning<Q, R> {
    query: Q,
    columns: Result<Vec<Expr>, ValueError>,
    read: fn(&Reader<'_>) -> Result<R>,
}

impl<M: Model, S> Query<M, S> {
    /// Lets `update` and `delete` give this of each row that they write (`RETURNING`): what `select` takes, on the query's
    /// own model. Of an update it is the row as it has become, of a delete the row that is gone.
    ///
    /// The rows come in no particular order. They are those that this statement has written, even while others write too:
    /// a queue's worker takes its next job by one statement.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String, #[column(default = 0)] views: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post,)>()?;
    /// # Post::insert_all(["a", "b"].map(Post::new), &db)?;
    /// let seen = Post::query().filter(Post::TITLE.eq("a"));
    /// let posts = seen.clone().returning(Post::all_columns()).update(Post::VIEWS.set(Post::VIEWS + 1), &db)?;
    /// assert_eq!(posts[0].views, 1);
    /// let titles = seen.returning((Post::ID, Post::TITLE)).delete(&db)?;
    /// assert_eq!(titles, [(1, "a".to_string())]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn returning<P: Projection<Scope<M, ()>, I>, I>(self, projection: P) -> Returning<Self, P::Row> {
        let mut columns = Vec::new();
        let pushed = projection.push_to(&mut columns);
        Returning { query: self, columns: pushed.map(|()| columns), read: |row| P::read(row, &mut 0) }
    }
}

impl<M: Model, S: 'static, R: Send + 'static> Returning<Query<M, S>, R> {
    /// Sets columns of all rows that the query gives, as [`Query::update`]; ends in what is returned of them.
    ///
    /// # Errors
    /// As [`Query::update`]; if an aggregate or a subquery is to be returned, or a value cannot be read.
    pub fn update<'p, I, E: Executor + 'p>(self, assignments: impl Assignments<M, S, I>, db: E) -> E::Out<'p, Vec<R>>
    where
        M: Writable,
    {
        let change = Change::new(self.query, Some(assignments.into_assignments()));
        db.run(ChangeReturning::new(change, self.columns, self.read))
    }

    /// Deletes all rows that the query gives, as [`Query::delete`]; ends in what is returned of them.
    ///
    /// # Errors
    /// As [`Query::delete`]; if an aggregate or a subquery is to be returned, or a value cannot be read.
    pub fn delete<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<R>>
    where
        M: Writable,
    {
        db.run(ChangeReturning::new(Change::new(self.query, None), self.columns, self.read))
    }
}

impl<Q: Clone, R> Clone for Returning<Q, R> {
    fn clone(&self) -> Self {
        Returning { query: self.query.clone(), columns: self.columns.clone(), read: self.read }
    }
}

impl<Q: fmt::Debug, R> fmt::Debug for Returning<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returning").field("query", &self.query).field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// A write of many rows that gives some of each.
struct ChangeReturning<M, S, R> {
    change: Change<M, S>,
    columns: Result<Vec<Expr>, ValueError>,
    read: fn(&Reader<'_>) -> Result<R>,
    parameters: Vec<Parameter>,
    rows: Vec<R>,
}

impl<M: Model, S, R> ChangeReturning<M, S, R> {
    fn new(change: Change<M, S>, columns: Result<Vec<Expr>, ValueError>, read: fn(&Reader<'_>) -> Result<R>) -> Self {
        ChangeReturning { change, columns, read, parameters: Vec::new(), rows: Vec::new() }
    }
}

/// What is returned is about one row: there are no groups of them, and no windows.
fn is_of_many(expr: &Expr) -> bool {
    let mut found = matches!(expr, Expr::Aggregate(_) | Expr::Over(..));
    expr.parts(&mut |part| found |= is_of_many(part));
    found
}

impl<M: Model, S, R: Send> Steps for ChangeReturning<M, S, R> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let columns = std::mem::replace(&mut self.columns, Ok(Vec::new()));
        let columns = columns.map_err(|error| Error::encode(M::NAME, "", &error))?;
        if columns.iter().any(is_of_many) {
            return Err(Error::usage(
                "`returning` gives something of each row that is written, and an aggregate or a window is about many: \
                 return the columns, and compute with them in the program",
            ));
        }
        if columns.iter().any(Expr::asks) {
            // SQLite would answer it as often as a row is written, and PostgreSQL as if none were.
            return Err(Error::usage(
                "`returning` gives what a row itself says, and a subquery asks for other rows, which the statement may have \
                 changed already: ask for them by a `select` before, or afterwards",
            ));
        }
        if self.change.sets_nothing()? {
            return Ok(Step::Done);
        }
        let rendered = self.change.write(columns, dialect)?;
        let (statement, parameters) = Statement::written(rendered, Wants::Rows);
        batch.push(statement);
        self.parameters = parameters;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push((self.read)(&Reader::new(row, M::NAME))?);
        Ok(())
    }
}

impl<M: Model, S, R: Send> Plan for ChangeReturning<M, S, R> {
    type Output = Vec<R>;

    fn finish(self) -> Result<Vec<R>> {
        Ok(self.rows)
    }
}
