use std::collections::{HashMap, HashSet};

use crate::model::RowId;
use crate::relation::{Link, Pairs};
use crate::sql::TableName;

/// As many gaps are no burden.
const FEW_GAPS: usize = 64;

/// The rows that one row leads to by a to-many relationship, as far as they are known.
pub(super) struct Collection {
    pub(super) name: &'static str,
    pub(super) link: Link,
    /// The store of the rows.
    pub(super) target: u32,
    /// The rows in their order, with gaps where some have left.
    ids: Vec<Option<RowId>>,
    places: HashMap<RowId, usize>,
    /// How many rows had been taken when it was last known to hold none of those.
    checked: usize,
}

/// What is known of to-many relationships, by the row that has them.
#[derive(Default)]
pub(super) struct Collections {
    by_owner: HashMap<RowId, Vec<Collection>>,
    /// Those by relationships with a condition of their own, as they were read: whatever changes may change who meets it, so
    /// that they are forgotten then.
    filtered: HashMap<RowId, Vec<Collection>>,
    /// The links by foreign keys that something is known of, each once.
    links: Vec<ByKey>,
    /// The link tables by way of which something is known.
    throughs: HashSet<TableName>,
    /// The children that were put where their foreign keys led, which are yet to be written.
    placed: HashMap<RowId, Vec<Placed>>,
    /// The rows that the program took: collections that hold one are found only when they are looked for, as each of them
    /// would have to be asked at every take.
    taken: HashSet<RowId>,
}

/// Where collections have a child: the key may be edited as a value later, which is seen only when it is looked for.
pub(super) struct Placed {
    /// Seen from the parent.
    pub(super) link: Pairs,
    /// The store of the parents.
    pub(super) parents: u32,
    /// The row that the child was among the children of; `None` if it was taken from one.
    pub(super) at: Option<RowId>,
}

struct ByKey {
    parents: u32,
    target: u32,
    link: Link,
}

impl Collections {
    pub(super) fn get(&self, owner: RowId, name: &str) -> Option<&Collection> {
        let all = [&self.by_owner, &self.filtered].into_iter().filter_map(|all| all.get(&owner)).flatten();
        let known = all.into_iter().find(|known| known.name == name)?;
        (!known.holds_taken(&self.taken)).then_some(known)
    }

    pub(super) fn insert(&mut self, owner: RowId, mut known: Collection) {
        known.checked = self.taken.len();
        if known.link.filter.is_some() {
            return replace(self.filtered.entry(owner).or_default(), known);
        }
        let is_same = |other: &ByKey| {
            (other.parents, other.target, other.link.near) == (owner.store, known.target, known.link.near)
        };
        match known.link.through {
            Some(through) => drop(self.throughs.insert(through.table_name())),
            None if self.links.iter().any(is_same) => {}
            None => self.links.push(ByKey { parents: owner.store, target: known.target, link: known.link }),
        }
        replace(self.by_owner.entry(owner).or_default(), known);
    }

    /// What is known of a row that the condition chooses.
    pub(super) fn of(
        &mut self,
        owner: RowId,
        is_meant: impl Fn(&Collection) -> bool,
    ) -> impl Iterator<Item = &mut Collection> {
        if let Some(all) = self.by_owner.get_mut(&owner) {
            drop_taken(all, &self.taken);
        }
        self.by_owner.get_mut(&owner).into_iter().flatten().filter(move |known| is_meant(known))
    }

    /// Forgets where a row leads that the program takes, and who leads to it: it may come back under another name.
    pub(super) fn forget_taken(&mut self, row: RowId) {
        self.forget(row);
        self.taken.insert(row);
        if self.taken.len() > self.by_owner.len() + FEW_GAPS {
            self.sweep();
        }
    }

    /// Forgets who leads to rows that were taken.
    fn sweep(&mut self) {
        self.forget_filtered();
        let taken = std::mem::take(&mut self.taken);
        self.by_owner.retain(|_, all| {
            drop_taken(all, &taken);
            all.iter_mut().for_each(|known| known.checked = 0);
            !all.is_empty()
        });
    }

    pub(super) fn forget(&mut self, owner: RowId) {
        self.by_owner.remove(&owner);
        self.forget_filtered();
    }

    /// Forgets where rows lead by relationships with a condition of their own.
    pub(super) fn forget_filtered(&mut self) {
        self.filtered.clear();
    }

    /// Forgets who of a store leads to a row by a foreign key.
    pub(super) fn forget_children(&mut self, parent: RowId, store: u32, link: &Pairs) {
        if let Some(all) = self.by_owner.get_mut(&parent) {
            all.retain(|known| !known.has_children(store, link));
        }
    }

    /// Forgets where these rows lead, and who leads to them, or by a foreign key to any row of a store that is meant.
    pub(super) fn forget_with(&mut self, rows: &HashSet<RowId>, is_meant: impl Fn(u32) -> bool) {
        if rows.is_empty() {
            return;
        }
        self.forget_filtered();
        let is_in_doubt =
            |known: &Collection| (known.link.through.is_none() && is_meant(known.target)) || known.holds_any(rows);
        self.by_owner.retain(|owner, all| {
            all.retain(|known| !is_in_doubt(known));
            !all.is_empty() && !rows.contains(owner)
        });
    }

    /// Forgets who leads to rows of a store by a foreign key.
    pub(super) fn forget_parents(&mut self, target: u32) {
        self.forget_filtered();
        self.by_owner.retain(|_, all| {
            all.retain(|known| known.target != target || known.link.through.is_some());
            !all.is_empty()
        });
    }

    /// Forgets where rows lead by way of a link table.
    pub(super) fn forget_through(&mut self, table: TableName) {
        if !self.throughs.remove(&table) {
            return;
        }
        self.by_owner.retain(|_, all| {
            all.retain(|known| known.link.through.is_none_or(|through| through.table_name() != table));
            !all.is_empty()
        });
    }

    /// Keeps what is known of these rows, without gaps.
    pub(super) fn retain(&mut self, is_meant: impl Fn(RowId) -> bool) {
        self.sweep();
        self.by_owner.retain(|owner, all| {
            for known in all {
                let ids = known.ids().filter(|id| is_meant(*id)).collect();
                *known = Collection::new(known.name, known.link, known.target, ids);
            }
            is_meant(*owner)
        });
    }

    /// The links to rows of a store that stand on a foreign key, each with the store of the parents.
    pub(super) fn links_to(&self, target: u32) -> impl Iterator<Item = (u32, Link)> + '_ {
        self.links.iter().filter(move |known| known.target == target).map(|known| (known.parents, known.link))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_owner.is_empty()
    }

    /// Notes where a child was put.
    pub(super) fn place(&mut self, child: RowId, placed: Placed) {
        let all = self.placed.entry(child).or_default();
        if !all.iter().any(|other| (other.link, other.parents, other.at) == (placed.link, placed.parents, placed.at)) {
            all.push(placed);
        }
    }

    /// Takes where a child was put.
    pub(super) fn take_placed(&mut self, child: RowId) -> Vec<Placed> {
        self.placed.remove(&child).unwrap_or_default()
    }

    /// The children that were put somewhere.
    pub(super) fn placed(&self) -> impl Iterator<Item = RowId> + '_ {
        self.placed.keys().copied()
    }

    /// Forgets where children were put: their keys are written.
    pub(super) fn forget_placed(&mut self) {
        self.placed.clear();
    }

    pub(super) fn clear(&mut self) {
        self.by_owner.clear();
        self.filtered.clear();
        self.links.clear();
        self.throughs.clear();
        self.placed.clear();
        self.taken.clear();
    }
}

/// Adds a collection, in the place of one of the same name.
fn replace(all: &mut Vec<Collection>, known: Collection) {
    all.retain(|other| other.name != known.name);
    all.push(known);
}

/// Forgets the collections that hold rows that were taken.
fn drop_taken(all: &mut Vec<Collection>, taken: &HashSet<RowId>) {
    all.retain(|known| !known.holds_taken(taken));
    all.iter_mut().for_each(|known| known.checked = taken.len());
}

impl Collection {
    pub(super) fn new(name: &'static str, link: Link, target: u32, ids: Vec<RowId>) -> Self {
        let (places, gapless) = (HashMap::new(), Vec::with_capacity(ids.len()));
        let mut known = Collection { name, link, target, ids: gapless, places, checked: 0 };
        ids.into_iter().for_each(|id| known.push(id));
        known
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = RowId> + '_ {
        self.ids.iter().copied().flatten()
    }

    /// Whether it has the rows of this store that lead to its owner by the foreign key.
    pub(super) fn has_children(&self, target: u32, link: &Pairs) -> bool {
        self.target == target && self.link.through.is_none() && self.link.near == *link
    }

    /// Whether it has the rows of this store that the link joins to its owner.
    pub(super) fn is_along(&self, link: &Link, target: u32) -> bool {
        self.target == target && self.link.is_same_through(link)
    }

    /// Whether it has the rows of this store that the link, seen from them, joins to its owner.
    pub(super) fn is_against(&self, link: &Link, target: u32) -> bool {
        self.target == target && self.link.mirrors(link)
    }

    pub(super) fn contains(&self, id: RowId) -> bool {
        self.places.contains_key(&id)
    }

    fn holds_taken(&self, taken: &HashSet<RowId>) -> bool {
        self.checked < taken.len() && self.holds_any(taken)
    }

    fn holds_any(&self, rows: &HashSet<RowId>) -> bool {
        if rows.len() < self.places.len() {
            return rows.iter().any(|id| self.contains(*id));
        }
        self.places.keys().any(|id| rows.contains(id))
    }

    /// Takes a row in, once.
    pub(super) fn push(&mut self, id: RowId) {
        let place = *self.places.entry(id).or_insert(self.ids.len());
        if place == self.ids.len() {
            self.ids.push(Some(id));
        }
    }

    pub(super) fn drop(&mut self, id: RowId) {
        let Some(place) = self.places.remove(&id) else { return };
        self.ids[place] = None;
        if self.ids.len() > 2 * self.places.len() + FEW_GAPS {
            let ids = self.ids().collect();
            let checked = self.checked;
            *self = Collection { checked, ..Collection::new(self.name, self.link, self.target, ids) };
        }
    }
}
