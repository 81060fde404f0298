use std::collections::HashMap;

use crate::error::Result;
use crate::model::{Handle, Model, RowId, State};
use crate::relation::{KeyColumns, Kind, Link, LinkBatch, Relation};
use crate::schema::statements::table_name;
use crate::session::collections::Collection;
use crate::session::stores::Stores;
use crate::sql::TableName;

/// A link between two rows, the same from both sides: the link table, and which of its keys is to hold which row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LinkId {
    table: TableName,
    ends: [(KeyColumns, RowId); 2],
}

impl LinkId {
    /// `None` for a relationship without a link table.
    pub(super) fn new(link: &Link, row: RowId, other: RowId) -> Option<Self> {
        let through = link.through.as_ref()?;
        let mut ends = [(link.near.far_columns(), row), (through.far.reversed().far_columns(), other)];
        ends.sort_by_key(|(key, _)| *key);
        Some(LinkId { table: through.table_name(), ends })
    }

    /// The row at the other end, if this links the row by that link.
    fn other(&self, link: &Link, row: RowId) -> Option<RowId> {
        let (near, through) = (link.near.far_columns(), link.through.as_ref()?);
        let is_there = through.table_name() == self.table && self.ends.contains(&(near, row));
        self.ends.iter().find(|(key, _)| is_there && *key != near).map(|(_, other)| *other)
    }

    fn ends_are(&self, stores: &Stores, states: &[State]) -> bool {
        self.ends.iter().all(|(_, row)| stores.state(*row).is_some_and(|state| states.contains(&state)))
    }
}

/// A link between two rows that the next flush writes or deletes.
pub(super) trait PendingLink: Send {
    /// Whether it goes.
    fn deletes(&self) -> bool;

    /// Whether it comes in the place of those that may be there.
    fn replaces(&self) -> bool;

    /// Whether it is known that the database has it otherwise.
    fn is_known(&self) -> bool;

    /// What deletes or writes it, by the keys that the database has of the two rows by now: those that go are deleted before
    /// keys change, and those that come are written after.
    ///
    /// # Errors
    /// If the two rows cannot be linked.
    fn batch(&self, stores: &Stores, deletes: bool) -> Result<LinkBatch>;
}

/// A link of a relationship.
pub(super) struct LinkOf<M, K: Kind> {
    pub(super) relation: Relation<M, K>,
    pub(super) row: Handle<M>,
    pub(super) other: Handle<K::Target>,
    pub(super) deletes: bool,
    pub(super) replaces: bool,
    pub(super) is_known: bool,
}

impl<M: Model, K: Kind> PendingLink for LinkOf<M, K> {
    fn deletes(&self) -> bool {
        self.deletes
    }

    fn replaces(&self) -> bool {
        self.replaces
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn batch(&self, stores: &Stores, deletes: bool) -> Result<LinkBatch> {
        let [near, far] =
            [self.row.id(), self.other.id()].map(|end| move |column: usize| stores.get(end).written(end.slot, column));
        self.relation.link_batch(near, far, deletes)
    }
}

impl Stores {
    /// Whether rows of the link table may be yet to be written: they are links, too.
    pub(super) fn has_unwritten_links(&self, link: &Link) -> bool {
        let Some(table) = link.through.map(|through| through.table_name()) else { return false };
        self.all.iter().any(|store| store.tracks().has_unwritten() && table_name(store.table()) == table)
    }
}

/// The links that the next flush writes or deletes, in the order in which they were asked for.
#[derive(Default)]
pub(super) struct PendingLinks {
    list: Vec<Option<(LinkId, Box<dyn PendingLink>)>>,
    places: HashMap<LinkId, usize>,
    /// The places of those at each row, with some that were taken back.
    by_end: HashMap<RowId, Vec<usize>>,
}

impl PendingLinks {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.places.clear();
        self.by_end.clear();
    }

    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    pub(super) fn push(&mut self, id: LinkId, link: Box<dyn PendingLink>) {
        let place = *self.places.entry(id).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(Some((id, link)));
            id.ends.iter().for_each(|(_, row)| self.by_end.entry(*row).or_default().push(place));
        }
    }

    /// Takes back what was to be done with a link, and says whether it is known that the database has it otherwise; `None`
    /// if that was the same or nothing.
    pub(super) fn cancel(&mut self, id: LinkId, deletes: bool) -> Option<bool> {
        let place = self.places.get(&id).copied()?;
        let (_, opposite) = self.list[place].take_if(|(_, link)| link.deletes() != deletes)?;
        self.places.remove(&id);
        if self.places.is_empty() {
            self.clear();
        }
        Some(opposite.is_known())
    }

    /// The ends of links at a row that are to go.
    pub(super) fn unlinked(&self, row: RowId) -> impl Iterator<Item = RowId> + '_ {
        let places = self.by_end.get(&row).into_iter().flatten();
        let links = places.filter_map(|place| self.list[*place].as_ref()).filter(|(_, link)| link.deletes());
        links.flat_map(|(id, _)| id.ends.map(|(_, end)| end))
    }

    /// Those that go, with those in whose place others come, or those that come and have both ends in the database.
    pub(super) fn ready<'l>(
        &'l self,
        stores: &'l Stores,
        deletes: bool,
    ) -> impl Iterator<Item = &'l dyn PendingLink> + 'l {
        let states: &[State] = if deletes { &[State::Persistent, State::Deleted] } else { &[State::Persistent] };
        let is_meant = move |link: &dyn PendingLink| link.deletes() == deletes || (deletes && link.replaces());
        let links = self.list.iter().flatten();
        let links = links.filter(move |(id, link)| is_meant(link.as_ref()) && id.ends_are(stores, states));
        links.map(|(_, link)| link.as_ref())
    }

    /// Changes what the database has of a row's links as the next flush will.
    pub(super) fn apply(&self, row: RowId, known: &mut Collection) {
        let places = self.by_end.get(&row).into_iter().flatten();
        for (id, pending) in places.filter_map(|place| self.list[*place].as_ref()) {
            match id.other(&known.link, row) {
                Some(other) if pending.deletes() => known.drop(other),
                Some(other) => known.push(other),
                None => {}
            }
        }
    }
}
