//! The types of relationship fields: what they keep, and how they are filled.

mod belongs_to;
mod found;
mod has_many;
mod has_one;
mod held;
mod origin;
mod refused;
#[cfg(feature = "serde")]
mod serde;

use std::sync::Arc;

pub use belongs_to::BelongsTo;
pub use has_many::HasMany;
pub use has_one::HasOne;
pub use held::Held;
pub use origin::{Batch, Origin};

use crate::error::Result;
use crate::model::{Model, ReadRows, Record};
use crate::relation::link::Pairs;

/// A field that keeps what a relationship leads to.
pub trait RelationshipField: Default + Send + Sync + 'static {
    /// The model that the relationship leads to.
    type Target: Model;
    /// What it keeps of one row.
    type Kept: Default + Send + Sync + 'static;
    /// Whether rows that lead to one child share it; otherwise each has a copy of its own.
    const SHARED: bool;

    /// Deals children out to this many parents, by pairs of places: a parent, and a child of it. Children that were not
    /// `sorted` by the database come in the order of their primary key.
    fn deal(children: Box<dyn ReadRows>, pairs: &[(usize, usize)], parents: usize, sorted: bool) -> Vec<Self::Kept>;

    /// Gives one more child to a row that shares none, which may get about as many as `expected`.
    fn add(kept: &mut Self::Kept, child: Self::Target, sorted: bool, expected: usize);

    /// Puts what was [added](RelationshipField::add) into the order of its primary key.
    fn sort(kept: &mut Self::Kept) {
        let _ = kept;
    }

    /// What one row keeps of all that it leads to.
    fn of(children: Vec<Self::Target>, sorted: bool) -> Self::Kept {
        let mut kept = Self::Kept::default();
        children.into_iter().for_each(|child| Self::add(&mut kept, child, sorted, 0));
        kept
    }

    /// Gives what is held for a row, once or as often as rows share it.
    fn lend(held: &mut Option<Self::Kept>) -> Option<Self::Kept>;

    /// Keeps what its row leads to, unless another thread was faster.
    ///
    /// # Errors
    /// If the row's key cannot be read.
    fn keep(&self, row: &dyn Record, key: &Pairs, kept: Self::Kept) -> Result<()>;

    /// The rows that it keeps.
    fn rows(&self) -> &[Self::Target];

    /// Whether it keeps anything.
    fn is_loaded(&self) -> bool;

    /// Forgets what it keeps.
    fn reset(&mut self);

    /// Moves the rows that it keeps to the end of these, but for one that another field shares, which is the last one's to
    /// give. Says whether it kept all that its row leads to, which are several rows perhaps unless it is a `single` one.
    fn drain(&mut self, rows: &mut Vec<Self::Target>, single: bool) -> bool;

    /// What the query said of it that gave the row, if it did.
    fn origin(&self) -> Option<&Origin<Self::Kept>>;

    /// Notes what the query said.
    fn remember(&mut self, origin: Arc<Origin<Self::Kept>>);
}
