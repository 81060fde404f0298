use std::sync::Arc;

use crate::relation::load::Refinement;

/// What a query said of a relationship that it did not load: how an access is to be answered.
#[derive(Debug)]
pub struct Origin<T> {
    /// Whether an access is an error.
    pub(crate) raise: bool,
    /// What an access loads.
    pub(crate) refinement: Refinement<T>,
}

/// A field that remembers what the query said of it.
pub trait Remembers<T> {
    /// What the query said, if it did.
    fn origin(&self) -> Option<&Origin<T>>;

    /// Notes what the query said.
    fn remember(&mut self, origin: Arc<Origin<T>>);
}
