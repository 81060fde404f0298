use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Executor, FromRow, QueryAs, RawSql};
use crate::query::ask::at_most_one;
use crate::sql::TemplatePart;
use crate::value::ValueError;

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

    fn read<O>(self, end: fn(Vec<R>) -> Result<O>) -> QueryAs<R, O> {
        QueryAs::new(RawSql::Template(self.parts), end)
    }

    /// All rows.
    ///
    /// # Errors
    /// If a value cannot be sent, the database refuses the statement, or a row does not fit `R`.
    pub fn all<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<R>>
    where
        R: 'p,
    {
        db.run(self.read(Ok))
    }

    /// The first row, if there is one. All are read: the text says how many there are.
    ///
    /// # Errors
    /// As [`RawQuery::all`].
    pub fn first<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<R>>
    where
        R: 'p,
    {
        db.run(self.read(|rows| Ok(rows.into_iter().next())))
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
        db.run(self.read(|rows| {
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
        db.run(self.read(|rows| at_most_one(RESULT, rows)))
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
