//! The rows that a flush would write, by where they lead: each delete asks who leads to what it deletes, and what is read asks
//! who has come to it or left it, so that what was found for one is kept for the next.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::{Keys, ParentKey, Pointing, Record, RowId, State, row_by};
use crate::session::flush::pointers::{Pointer, Pointers};
use crate::session::stores::Stores;
use crate::value::Value;

#[cfg(test)]
mod tests;

/// What is known of them. Some have come elsewhere since: whoever finds a row asks it where it leads.
pub(super) struct Changes {
    pointers: Arc<Pointers>,
    /// By stores: those that are to be inserted or were changed, and those to which they lead, as far as a delete comes from
    /// there to them.
    found: HashMap<u32, Found>,
    /// By rows, those that are to get values of them, be it by way of others.
    waiting: HashMap<RowId, HashSet<RowId>>,
    /// All rows of stores, by columns to which rows that were found lead.
    parents: HashMap<u32, HashMap<Box<[usize]>, ByColumns>>,
}

/// Rows of one store.
#[derive(Default)]
struct Found {
    /// Each with how many were found before it.
    rows: HashMap<RowId, usize>,
    by_columns: HashMap<Box<[usize]>, ByColumns>,
}

/// Rows of one store by what they have in columns, or had there.
#[derive(Default)]
struct ByColumns {
    keys: Keys,
    /// By the numbers of the keys.
    rows: Vec<Vec<RowId>>,
    /// The rows, each with the number of a key: they come as often as they are changed.
    put: HashSet<(RowId, usize)>,
}

impl ByColumns {
    fn put(&mut self, id: RowId, columns: &[usize], pointing: &Pointing<'_>) {
        let key: Option<Vec<_>> = columns.iter().map(|column| pointing.value((id, *column))).collect();
        let Some(key) = key.filter(|key| key.iter().all(|part| !part.is_null())) else { return };
        key.iter().for_each(|part| self.keys.push(part));
        let (number, is_new) = self.keys.number();
        if is_new {
            self.rows.push(Vec::new());
        }
        if self.put.insert((id, number)) {
            self.rows[number].push(id);
        }
    }

    fn find(&mut self, key: &[Value<'_>]) -> &[RowId] {
        if key.is_empty() {
            return &[];
        }
        key.iter().for_each(|part| self.keys.push(part));
        self.keys.find().map_or(&[], |number| &self.rows[number])
    }
}

impl Changes {
    fn new(pointers: Arc<Pointers>) -> Self {
        Changes { pointers, found: HashMap::new(), waiting: HashMap::new(), parents: HashMap::new() }
    }

    /// Takes up rows that may have come elsewhere.
    fn take_up(&mut self, came: Vec<RowId>, stores: &mut Stores) {
        let (mut left, mut asked, mut next) = (came, HashSet::new(), 0);
        // Those that wait for one of them may have come elsewhere, too.
        let waiting: Vec<RowId> = left.iter().filter_map(|id| self.waiting.remove(id)).flatten().collect();
        left.extend(waiting);
        left.iter().for_each(|id| self.put_parent(*id, stores));
        while let Some(id) = left.get(next).copied() {
            next += 1;
            if stores.is_live(id) && self.matters(id, stores) && asked.insert(id) {
                self.put(id, stores);
                let parents = self.parents(id, stores);
                left.extend(parents.into_iter().filter(|parent| self.place(*parent).is_none()));
            }
        }
    }

    /// Whether a flush would write a row, or a delete come to others by way of it.
    fn matters(&self, id: RowId, stores: &Stores) -> bool {
        stores.get(id).tracks().is_changed(id.slot) || self.is_passed(id.store)
    }

    /// Whether the database deletes rows of a store because of others.
    fn is_passed(&self, store: u32) -> bool {
        self.pointers.of(store).iter().any(Pointer::cascades)
    }

    fn put(&mut self, id: RowId, stores: &Stores) {
        let pointing = Pointing::new(stores);
        for source in pointing.sources(id) {
            self.waiting.entry(source).or_default().insert(id);
        }
        let found = self.found.entry(id.store).or_default();
        let before = found.rows.len();
        found.rows.entry(id).or_insert(before);
        found.by_columns.iter_mut().for_each(|(columns, rows)| rows.put(id, columns, &pointing));
    }

    fn put_parent(&mut self, id: RowId, stores: &Stores) {
        let by_columns = self.parents.get_mut(&id.store).filter(|_| stores.is_live(id));
        for (columns, rows) in by_columns.into_iter().flatten() {
            rows.put(id, columns, &Pointing::new(stores));
        }
    }

    /// How many rows of its store were found before a row, if it was.
    fn place(&self, id: RowId) -> Option<usize> {
        self.found.get(&id.store)?.rows.get(&id).copied()
    }

    /// The rows to which a row leads and by way of which a delete may come to it.
    fn parents(&mut self, id: RowId, stores: &mut Stores) -> Vec<RowId> {
        let (mut found, pointers) = (Vec::new(), Arc::clone(&self.pointers));
        for pointer in pointers.of(id.store).iter().filter(|pointer| pointer.acts()) {
            if !self.is_passed(pointer.parents) {
                continue;
            }
            let pairs = pointer.references.iter().copied().zip(pointer.columns.iter().copied());
            match Pointing::new(stores).key_of_parent(id, pointer.parents, pairs) {
                Some(ParentKey::Row(parent)) => found.push(parent),
                Some(ParentKey::Values(key)) => {
                    found.extend(self.all_with((pointer.parents, &pointer.references), &key, stores));
                }
                Some(ParentKey::Unknown) | None => {}
            }
        }
        found
    }

    /// Rows of a store, among which are all that wait for the row `source`, or have the key in these columns.
    fn find(
        &mut self,
        (store, columns): (u32, &[usize]),
        source: RowId,
        key: &[Value<'_>],
        pointing: &Pointing<'_>,
    ) -> Vec<RowId> {
        let Some(Found { rows, by_columns }) = self.found.get_mut(&store) else { return Vec::new() };
        let waiting = self.waiting.get(&source).into_iter().flatten().copied().filter(|id| id.store == store);
        let mut found: Vec<RowId> = waiting.collect();
        let by_columns = by_columns.entry(columns.into()).or_insert_with(|| {
            let mut all = ByColumns::default();
            rows.keys().for_each(|id| all.put(*id, columns, pointing));
            all
        });
        found.extend(by_columns.find(key));
        found
    }

    /// The rows of a store that have the key in these columns: one that is to be inserted may take the key of one that is
    /// there.
    fn all_with(
        &mut self,
        (store, columns): (u32, &[usize]),
        key: &[Value<'static>],
        stores: &mut Stores,
    ) -> Vec<RowId> {
        if columns.iter().copied().eq(stores.all[store as usize].table().primary_key()) {
            let row = row_by(stores, store, columns.iter().copied(), key, true);
            return row.filter(|id| stores.is_live(*id)).into_iter().collect();
        }
        let pointing = Pointing::new(stores);
        let by_columns = self.parents.entry(store).or_default().entry(columns.into()).or_insert_with(|| {
            let (mut all, parents) = (ByColumns::default(), stores.all[store as usize].as_ref());
            let ids = (0..parents.tracks().slots.len() as u32).map(|slot| parents.id(stores.session, store, slot));
            ids.filter(|id| stores.is_live(*id)).for_each(|id| all.put(id, columns, &pointing));
            all
        });
        let has_key = |id: &RowId| stores.is_live(*id) && pointing.has_key(*id, columns.iter().copied(), key);
        by_columns.find(key).iter().copied().filter(has_key).collect()
    }
}

impl Stores {
    /// Takes up what came or was changed since the changes were asked for last.
    pub(super) fn take_up_changes(&mut self) {
        // While rows are asked what goes with them, one of them is away.
        let is_asking = !self.going.is_empty();
        if is_asking || (self.changes.is_none() && !self.all.iter().any(|store| store.tracks().may_be_changed())) {
            return;
        }
        let pointers = self.pointers();
        let known = self.changes.take().filter(|changes| Arc::ptr_eq(&changes.pointers, &pointers));
        let (session, is_known) = (self.session, known.is_some());
        let mut came = Vec::new();
        for (number, store) in (0..).zip(&mut self.all) {
            let stirred = store.tracks_mut().watch();
            let slots = if is_known { stirred } else { store.tracks().changed().collect() };
            came.extend(slots.into_iter().map(|slot| store.id(session, number, slot)));
        }
        let mut changes = known.unwrap_or_else(|| Changes::new(pointers));
        changes.take_up(came, self);
        self.changes = Some(changes);
    }

    /// Forgets the changes: they were written, or taken back.
    pub(super) fn forget_changes(&mut self) {
        if self.changes.take().is_some() {
            self.all.iter_mut().for_each(|store| store.tracks_mut().unwatch());
        }
    }

    /// Whether a store has rows that [`Stores::find_changes`] may find.
    pub(super) fn has_changes(&self, store: u32) -> bool {
        self.changes.as_ref().is_some_and(|changes| changes.found.contains_key(&store))
    }

    /// Rows of a store that are not to be deleted, those to be inserted first; among them are all that a flush would write
    /// and that wait for the row `source`, or have the key in these columns, as of when they were taken up. One row may be
    /// away from its store.
    pub(super) fn find_changes(
        &mut self,
        (store, columns): (u32, &[usize]),
        source: RowId,
        key: &[Value<'_>],
        away: Option<&dyn Record>,
    ) -> Vec<RowId> {
        let Some(mut changes) = self.changes.take() else { return Vec::new() };
        let pointing = Pointing::new(self);
        let pointing = match away {
            Some(row) => pointing.with(source, row),
            None => pointing,
        };
        let mut found = changes.find((store, columns), source, key, &pointing);
        found.retain(|id| self.is_live(*id));
        self.changes = Some(changes);
        self.sort_changes(&mut found);
        found.dedup();
        found
    }

    /// The rows of a store that are not to be deleted and have the key in these columns.
    pub(super) fn all_with(&mut self, place: (u32, &[usize]), key: &[Value<'static>]) -> Vec<RowId> {
        let Some(mut changes) = self.changes.take() else { return Vec::new() };
        let found = changes.all_with(place, key, self);
        self.changes = Some(changes);
        found
    }

    /// Puts rows of one store in order: those to be inserted first, and each kind as they were found.
    pub(super) fn sort_changes(&self, rows: &mut [RowId]) {
        let place = |id: &RowId| self.changes.as_ref().and_then(|changes| changes.place(*id));
        rows.sort_by_cached_key(|id| (self.state(*id) != Some(State::Pending), place(id)));
    }
}
