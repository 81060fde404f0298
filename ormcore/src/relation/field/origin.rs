use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::error::Result;
use crate::model::Record;
use crate::relation::load::{Parents, Refinement};

/// What rows of one query have in common that did not load a relationship: how an access is answered.
///
/// `P` is what a field keeps.
pub struct Origin<P> {
    /// Whether an access is an error.
    pub(crate) raise: bool,
    /// Whether what was loaded with the rows is not what the relationship leads to, as it is: less, more, or in another
    /// order.
    pub(crate) refined: bool,
    /// What an access loads.
    pub(crate) refinement: Refinement,
    /// How many rows have loaded it one by one.
    pub(crate) loads: AtomicUsize,
    /// The rows that are loaded together at the first access.
    pub(crate) batch: Option<Box<dyn Batch<P>>>,
}

impl<P> fmt::Debug for Origin<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("raise", &self.raise).field("loads", &self.loads).finish_non_exhaustive()
    }
}

impl<P> Origin<P> {
    pub(crate) fn new(raise: bool, refinement: Refinement) -> Self {
        Origin { raise, refined: false, refinement, loads: AtomicUsize::new(0), batch: None }
    }

    /// Of rows with which something else was loaded than what they lead to, as it is.
    pub(crate) fn refined(raise: bool, refinement: Refinement) -> Arc<Self> {
        Arc::new(Origin { refined: true, ..Origin::new(raise, refinement) })
    }

    /// The same for a row that goes its own way: what was loaded for others is not for it.
    pub(crate) fn alone(&self) -> Self {
        Origin::new(self.raise, self.refinement.clone())
    }
}

/// Rows of one query whose relationship is loaded for all of them at the first access.
pub trait Batch<P>: Send + Sync {
    /// What was loaded for a row, if it was: once for each.
    ///
    /// # Errors
    /// If the row's key cannot be read.
    fn take(&self, row: &dyn Record) -> Result<Option<P>>;

    /// The keys of all rows, if nothing is loaded yet, and this row's is one of them.
    ///
    /// # Errors
    /// If the row's key cannot be read.
    fn keys(&self, row: &dyn Record) -> Result<Option<Parents>>;

    /// Holds what was loaded, in the order of the rows.
    fn hold(&self, parents: Parents, kept: Vec<P>);
}
