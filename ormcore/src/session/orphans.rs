use std::collections::HashMap;

use crate::model::RowId;

/// Rows that were taken out of what they cannot be without.
#[derive(Default)]
pub(super) struct Orphans {
    /// By each, how many had been taken out before it.
    rows: HashMap<RowId, usize>,
    taken: usize,
}

impl Orphans {
    pub(super) fn contains(&self, id: RowId) -> bool {
        self.rows.contains_key(&id)
    }

    pub(super) fn push(&mut self, id: RowId) {
        self.rows.entry(id).or_insert(self.taken);
        self.taken += 1;
    }

    /// Gives a row back; says whether it was one of them.
    pub(super) fn give_back(&mut self, id: RowId) -> bool {
        self.rows.remove(&id).is_some()
    }

    pub(super) fn any(&self, is_meant: impl Fn(RowId) -> bool) -> bool {
        self.rows.keys().any(|id| is_meant(*id))
    }

    /// The rows, in the order in which they were taken out.
    pub(super) fn in_order(&self) -> Vec<RowId> {
        let mut rows: Vec<RowId> = self.rows.keys().copied().collect();
        rows.sort_unstable_by_key(|id| self.rows[id]);
        rows
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.taken = 0;
    }
}
