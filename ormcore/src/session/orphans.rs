use std::collections::HashMap;

use crate::model::{ParentKey, RowId};
use crate::relation::Pairs;
use crate::session::stores::Stores;

/// Rows that were taken out of what they cannot be without. Each is an orphan until that foreign key leads to another row:
/// where others lead makes no difference.
#[derive(Default)]
pub(super) struct Orphans {
    rows: HashMap<RowId, Vec<Orphan>>,
    taken: usize,
}

/// What a row was taken out of.
struct Orphan {
    /// Seen from the parent.
    link: Pairs,
    /// The store of the parents.
    parents: u32,
    /// Where the foreign key led.
    from: ParentKey,
    /// How many had been taken out before it.
    place: usize,
}

impl Orphan {
    /// Whether the row leads to no other since; to a row that it waited for and that has left, it leads no more.
    fn holds(&self, id: RowId, stores: &Stores) -> bool {
        match (stores.key_of_parent(id, &self.link, self.parents), &self.from) {
            (None | Some(ParentKey::Unknown), _) => true,
            (Some(ParentKey::Row(now)), ParentKey::Row(from)) => now == *from,
            (Some(ParentKey::Values(now)), ParentKey::Values(from)) => {
                now.iter().zip(from).all(|(now, from)| now.is_same_key(from))
            }
            _ => false,
        }
    }
}

impl Orphans {
    /// Takes a row out of what its foreign key leads to, a row of the store `parents`. `link` is seen from that.
    pub(super) fn push(&mut self, id: RowId, link: Pairs, parents: u32, from: ParentKey) {
        let all = self.rows.entry(id).or_default();
        all.retain(|other| other.link != link || other.parents != parents);
        all.push(Orphan { link, parents, from, place: self.taken });
        self.taken += 1;
    }

    /// Gives a row back along a foreign key; says whether it had been taken out along that.
    pub(super) fn give_back(&mut self, id: RowId, link: &Pairs, parents: u32) -> bool {
        let Some(all) = self.rows.get_mut(&id) else { return false };
        let before = all.len();
        all.retain(|orphan| orphan.link != *link || orphan.parents != parents);
        all.len() < before
    }

    pub(super) fn contains(&self, id: RowId, stores: &Stores) -> bool {
        self.of(id, stores).next().is_some()
    }

    /// Whether a row was taken out along this foreign key.
    pub(super) fn is_out_of(&self, id: RowId, link: &Pairs, parents: u32, stores: &Stores) -> bool {
        self.of(id, stores).any(|orphan| orphan.link == *link && orphan.parents == parents)
    }

    pub(super) fn is_empty(&self, stores: &Stores) -> bool {
        !self.rows.keys().any(|id| self.contains(*id, stores))
    }

    /// The rows, in the order in which they were taken out.
    pub(super) fn in_order(&self, stores: &Stores) -> Vec<RowId> {
        let first = |id: &RowId| Some((self.of(*id, stores).map(|orphan| orphan.place).min()?, *id));
        let mut rows: Vec<(usize, RowId)> = self.rows.keys().filter_map(first).collect();
        rows.sort_unstable_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, id)| id).collect()
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.taken = 0;
    }

    fn of<'o>(&'o self, id: RowId, stores: &'o Stores) -> impl Iterator<Item = &'o Orphan> {
        let all = self.rows.get(&id).filter(|_| stores.is_live(id));
        all.into_iter().flatten().filter(move |orphan| orphan.holds(id, stores))
    }
}
