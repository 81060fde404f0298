//! Rows that arrive so many at a time.

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{Model, follow};
use crate::plan::{Executor, LazyLoads, Plan, push_all};
use crate::query::Query;
use crate::query::ask::send;
use crate::query::read::{decode, render, write_rows};
use crate::sql::Dialect;
use crate::value::Parameter;

impl<M: Model, S> Query<M, S> {
    /// Gives the rows to the closure as they arrive, so many at a time (the last time fewer), and keeps no others: memory
    /// does not grow with the number of rows.
    ///
    /// Of 1 000 000 rows, 10 000 at a time, a process needs 10 MB at most on SQLite and 6 MB on PostgreSQL
    /// (`benches/src/bin/streaming.rs`).
    ///
    /// The rows of a chunk belong together, as those of a query do: a relationship with `batch` is loaded for all of them.
    /// What the model declares to be loaded with every row is not loaded, as nothing can be while rows arrive: the closure
    /// is called while the connection is in use, and what it asks for itself, `&db`, takes another one. In a transaction, and
    /// where there is no other connection, use [`batches`](Query::batches), which loads relationships too and holds no
    /// connection between its rows.
    ///
    /// An error of the closure ends the query and is given back; inside a transaction on PostgreSQL, and behind a pooler of
    /// transactions, once the rest of the rows is read and dropped.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let mut sizes = Vec::new();
    /// User::query().order_by(User::ID).chunks(2, &db, |users| {
    ///     sizes.push(users.len());
    ///     Ok(())
    /// })?;
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If `rows` is 0, the database refuses the statement, a row cannot be read, or the closure fails.
    pub fn chunks<'p, E: Executor + 'p>(
        self,
        rows: usize,
        db: E,
        take: impl FnMut(Vec<M>) -> Result<()> + Send + 'p,
    ) -> E::Out<'p, ()> {
        if rows == 0 {
            return db.ready(Err(Error::usage("a chunk has at least one row: `chunks(1000, &db, |rows| ..)`")));
        }
        if !self.loads.is_empty() {
            return db.ready(Err(Error::usage(
                "`chunks` gives rows as they arrive, and nothing can be loaded with them: leave out `.with(..)`, and load \
                 for each chunk over another connection, `User::POSTS.load(&mut rows, &db)`; or read the rows with \
                 `batches`, which loads with each of them",
            )));
        }
        let query = Some(self.plain());
        db.run(Chunks { query, rows, parameters: Vec::new(), chunk: Vec::new(), take, watched: false })
    }
}

struct Chunks<M, S, F> {
    query: Option<Query<M, S>>,
    rows: usize,
    parameters: Vec<Parameter>,
    chunk: Vec<M>,
    take: F,
    watched: bool,
}

impl<M: Model, S, F: FnMut(Vec<M>) -> Result<()>> Chunks<M, S, F> {
    fn give(&mut self) -> Result<()> {
        let mut chunk = std::mem::take(&mut self.chunk);
        follow(M::RELATIONSHIPS, &mut chunk, self.watched)?;
        (self.take)(chunk).map_err(Error::of_closure)
    }
}

impl<M: Model, S: Send, F: FnMut(Vec<M>) -> Result<()> + Send> Steps for Chunks<M, S, F> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let Some(query) = self.query.take() else {
            // While the connection is lent, as for every other chunk: a closure that cannot do without it fails on few rows too.
            if !self.chunk.is_empty() {
                self.give()?;
            }
            return Ok(Step::Done);
        };
        self.parameters = send(render(query, write_rows, dialect)?, batch)?;
        Ok(Step::Run)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.chunk.push(decode(row)?);
        if self.chunk.len() < self.rows { Ok(()) } else { self.give() }
    }
}

impl<M: Model, S: Send, F: FnMut(Vec<M>) -> Result<()> + Send> Plan for Chunks<M, S, F> {
    type Output = ();

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
