use std::any::Any;

use crate::backend::{Outcome, Parameters, Row, Statement};
use crate::error::Result;
use crate::sql::Dialect;

/// Drafts that are nested under drafts of `M` by one relationship: inserted behind them, with their keys.
pub trait NestedDrafts<M>: Send {
    /// The relationship's name.
    fn name(&self) -> &'static str;

    /// Places all of them under the parent at this place.
    fn place_under(&mut self, parent: usize);

    /// Takes others of the same relationship in.
    fn merge(&mut self, others: Box<dyn NestedDrafts<M>>);

    /// The same as a value whose type can be asked for.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;

    /// Puts the statements of the next level into the batch; none if all is inserted.
    ///
    /// # Errors
    /// If a draft lacks a value.
    fn next(&mut self, parents: &[M], dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()>;

    /// As [`Steps::bind`](crate::backend::Steps::bind), for the statements of the last level.
    ///
    /// # Errors
    /// If a value cannot be sent.
    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()>;

    /// As [`Steps::row`](crate::backend::Steps::row), for the statements of the last level.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()>;

    /// As [`Steps::outcome`](crate::backend::Steps::outcome), for the statements of the last level.
    ///
    /// # Errors
    /// If it is not what had to happen.
    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()>;

    /// Hands the rows to their parents.
    ///
    /// # Errors
    /// If a row's key cannot be read.
    fn finish(self: Box<Self>, parents: &mut [M]) -> Result<()>;
}
