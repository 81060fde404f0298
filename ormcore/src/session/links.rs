use crate::error::{Error, Result};
use crate::model::{Handle, Model, RowId};
use crate::relation::{Kind, LinkBatch, Relation};
use crate::session::stores::Stores;

/// A link between two rows that the next flush writes or deletes.
pub(super) trait PendingLink: Send {
    /// Whether it goes.
    fn deletes(&self) -> bool;

    /// The rows that it links.
    fn ends(&self) -> (RowId, RowId);

    /// What writes it.
    ///
    /// # Errors
    /// If one of the rows has left.
    fn batch(&self, stores: &Stores) -> Result<LinkBatch>;
}

/// A link of a relationship.
pub(super) struct LinkOf<M, K: Kind> {
    pub(super) relation: Relation<M, K>,
    pub(super) row: Handle<M>,
    pub(super) other: Handle<K::Target>,
    pub(super) deletes: bool,
}

impl<M: Model, K: Kind> PendingLink for LinkOf<M, K> {
    fn deletes(&self) -> bool {
        self.deletes
    }

    fn ends(&self) -> (RowId, RowId) {
        (self.row.id(), self.other.id())
    }

    fn batch(&self, stores: &Stores) -> Result<LinkBatch> {
        let left = |error: Error| Error::usage(format!("`{:?}` cannot be written", self.relation)).with_source(error);
        let (row, other) = (stores.row(self.row).map_err(left)?, stores.row(self.other).map_err(left)?);
        self.relation.link_batch(row, other, self.deletes)
    }
}
