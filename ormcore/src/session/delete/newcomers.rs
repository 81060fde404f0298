//! Rows that have come to those that are to be deleted, or to rows that go with them, as the database does not know yet: what
//! `on_delete` has it do to others happens to them at once.

use std::collections::HashSet;

use crate::model::{ParentKey, Pointing, RowId, State};
use crate::schema::Action;
use crate::session::delete::Released;
use crate::session::flush::pointers::{Pointer, Pointers, is_unwritten};
use crate::session::stores::Stores;

/// What becomes of rows that came to others.
#[derive(Default)]
pub(super) struct Newcomers {
    /// Those that are deleted too.
    pub(super) deleted: Vec<RowId>,
    /// Those that are left without a parent.
    pub(super) released: Vec<Released>,
}

impl Newcomers {
    /// Those that came to the rows `going`, but for these themselves.
    pub(super) fn of(going: &HashSet<RowId>, stores: &mut Stores) -> Self {
        let mut all = Newcomers::default();
        if going.is_empty() || !stores.all.iter().any(|store| store.tracks().has_changed()) {
            return all;
        }
        let pointers = Pointers::new(stores);
        let mut ways = Ways { stores, pointers: &pointers, going, stays: HashSet::new() };
        for number in 0..ways.stores.all.len() as u32 {
            let acting: Vec<&Pointer> = pointers.of(number).iter().filter(|pointer| pointer.acts()).collect();
            if acting.is_empty() {
                continue;
            }
            for id in changed(ways.stores, number).into_iter().filter(|id| !going.contains(id)) {
                all.ask(id, &acting, &mut ways);
            }
        }
        all
    }

    fn ask(&mut self, id: RowId, acting: &[&Pointer], ways: &mut Ways<'_>) {
        let mut released = Vec::new();
        for pointer in acting {
            let parent = pointer.new_parent(ways.stores, id);
            let Some(parent) = parent.filter(|parent| ways.goes(*parent)) else { continue };
            if pointer.on_delete == Some(Action::Cascade) {
                self.deleted.push(id);
                return;
            }
            let (columns, referenced) = (pointer.columns.clone(), pointer.references.clone());
            released.push(Released { parent, rows: vec![id], columns, referenced });
        }
        self.released.append(&mut released);
    }
}

/// The rows of a store that are to be inserted, and those that were changed.
fn changed(stores: &Stores, number: u32) -> Vec<RowId> {
    let store = stores.all[number as usize].as_ref();
    let slots = if store.table().read_only { Vec::new() } else { store.tracks().changed().collect() };
    slots.into_iter().map(|slot| store.id(stores.session, number, slot)).collect()
}

/// Where rows lead by foreign keys by which the database deletes them.
struct Ways<'s> {
    stores: &'s mut Stores,
    pointers: &'s Pointers,
    going: &'s HashSet<RowId>,
    /// Rows that are known to lead to none that goes.
    stays: HashSet<RowId>,
}

impl Ways<'_> {
    /// Whether a row goes, or leads to one that does.
    fn goes(&mut self, id: RowId) -> bool {
        let (mut left, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = left.pop() {
            if self.going.contains(&id) {
                return true;
            }
            if !self.stores.is_live(id) || self.stays.contains(&id) || !seen.insert(id) {
                continue;
            }
            let cascades = |pointer: &&Pointer| pointer.on_delete == Some(Action::Cascade);
            let cascading = self.pointers.of(id.store).iter().filter(cascades);
            left.extend(cascading.filter_map(|pointer| pointer.parent(self.stores, id)));
        }
        self.stays.extend(seen);
        false
    }
}

impl Pointer {
    /// Whether a delete changes who points there: what becomes of a server's default is the database's to know.
    fn acts(&self) -> bool {
        matches!(self.on_delete, Some(Action::Cascade | Action::SetNull))
    }

    /// The row of the session to which a row has come, as the database does not know yet.
    fn new_parent(&self, stores: &mut Stores, id: RowId) -> Option<RowId> {
        let store = stores.get(id);
        let is_pending = store.tracks().slot(id.slot).state == State::Pending;
        let is_new = is_pending || is_unwritten(store, id.slot, &self.columns);
        if is_new { self.parent(stores, id) } else { None }
    }

    /// The row of the session that a row points to by now.
    fn parent(&self, stores: &mut Stores, id: RowId) -> Option<RowId> {
        let pairs = self.references.iter().copied().zip(self.columns.iter().copied());
        let key = match Pointing::new(stores).key_of_parent(id, self.parents, pairs)? {
            ParentKey::Row(parent) => return Some(parent),
            ParentKey::Values(key) => key,
            ParentKey::Unknown => return None,
        };
        let (session, parents) = (stores.session, stores.all[self.parents as usize].as_mut());
        let slot = parents.find_by(self.references.iter().copied(), &key)?;
        Some(parents.id(session, self.parents, slot))
    }
}
