//! Rows that have come to those that are to be deleted, or to rows that go with them, as the database does not know yet: what
//! `on_delete` has it do to others happens to them at once.

use std::collections::{HashMap, HashSet};

use crate::model::{ParentKey, Pointing, RowId, State, row_by};
use crate::schema::{Action, OwnedForeignKey};
use crate::session::by_key::ByKey;
use crate::session::delete::Released;
use crate::session::flush::pointers::{Pointer, Pointers};
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
        let changed: Vec<u32> = (0..stores.all.len() as u32).filter(|number| may_come(stores, *number)).collect();
        if going.is_empty() || changed.is_empty() {
            return all;
        }
        let pointers = Pointers::new(stores);
        let reached = reached(going, &pointers);
        let acts = |pointer: &&Pointer| pointer.acts() && reached.contains(&pointer.parents);
        let (by_key, coming) = (HashMap::new(), HashMap::new());
        let mut ways = Ways { stores, pointers: &pointers, going, by_key, coming, stays: HashSet::new() };
        for number in changed {
            let acting: Vec<&Pointer> = pointers.of(number).iter().filter(acts).collect();
            if acting.is_empty() {
                continue;
            }
            for id in rows(ways.stores, number).into_iter().filter(|id| !going.contains(id)) {
                all.ask(id, &acting, &mut ways);
            }
        }
        all
    }

    fn ask<'s>(&mut self, id: RowId, acting: &[&'s Pointer], ways: &mut Ways<'s>) {
        let mut released = Vec::new();
        for pointer in acting {
            let parent = ways.new_parent(pointer, id);
            let Some(parent) = parent.filter(|parent| ways.goes(*parent)) else { continue };
            if pointer.cascades() {
                self.deleted.push(id);
                return;
            }
            let (columns, referenced) = (pointer.columns.clone(), pointer.references.clone());
            released.push(Released { parent, rows: vec![id], columns, referenced });
        }
        self.released.append(&mut released);
    }
}

/// Whether a store has rows that may have come to others whose delete would change them.
fn may_come(stores: &Stores, number: u32) -> bool {
    let store = stores.all[number as usize].as_ref();
    let acts = |key: OwnedForeignKey| is_acting(key.on_delete);
    store.tracks().has_changed() && !store.table().read_only && store.table().all_foreign_keys().any(acts)
}

/// Whether a delete changes who points there: what becomes of a server's default is the database's to know.
fn is_acting(on_delete: Option<Action>) -> bool {
    matches!(on_delete, Some(Action::Cascade | Action::SetNull))
}

/// The stores of rows that go, and those of which rows may go with them.
fn reached(going: &HashSet<RowId>, pointers: &Pointers) -> HashSet<u32> {
    let mut reached: HashSet<u32> = going.iter().map(|id| id.store).collect();
    let mut left: Vec<u32> = reached.iter().copied().collect();
    while let Some(parents) = left.pop() {
        let children = pointers.to(parents).filter(|(_, pointer)| pointer.cascades()).map(|(children, _)| children);
        left.extend(children.filter(|children| reached.insert(*children)));
    }
    reached
}

/// The rows of a store that are to be inserted, and those that were changed.
fn rows(stores: &Stores, number: u32) -> Vec<RowId> {
    let store = stores.all[number as usize].as_ref();
    store.tracks().changed().map(|slot| store.id(stores.session, number, slot)).collect()
}

/// Where rows lead by foreign keys by which the database deletes them.
struct Ways<'s> {
    stores: &'s mut Stores,
    pointers: &'s Pointers,
    going: &'s HashSet<RowId>,
    /// The rows that go, by what they have in the columns of a store to which a foreign key leads.
    by_key: HashMap<(u32, &'s [usize]), ByKey>,
    /// The rows that are to be inserted, and do not go, by the same.
    coming: HashMap<(u32, &'s [usize]), ByKey>,
    /// Rows that are known to lead to none that goes.
    stays: HashSet<RowId>,
}

impl<'s> Ways<'s> {
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
            let pointers = self.pointers;
            let cascading = pointers.of(id.store).iter().filter(|pointer| pointer.cascades());
            left.extend(cascading.filter_map(|pointer| self.parent(pointer, id)));
        }
        self.stays.extend(seen);
        false
    }

    /// The row of the session to which a row has come, as the database does not know yet.
    fn new_parent(&mut self, pointer: &'s Pointer, id: RowId) -> Option<RowId> {
        let is_new = self.stores.get(id).is_new(id.slot, &pointer.columns);
        if is_new { self.parent(pointer, id) } else { None }
    }

    /// The row of the session that a row points to by now. Who points by value to several rows of one key, of which some are
    /// to replace others, points to one that stays.
    fn parent(&mut self, pointer: &'s Pointer, id: RowId) -> Option<RowId> {
        let pairs = pointer.references.iter().copied().zip(pointer.columns.iter().copied());
        let key = match Pointing::new(self.stores).key_of_parent(id, pointer.parents, pairs)? {
            ParentKey::Row(parent) => return Some(parent),
            ParentKey::Values(key) => key,
            ParentKey::Unknown => return None,
        };
        let (number, references) = (pointer.parents, pointer.references.as_slice());
        if self.stores.get(id).is_new(id.slot, &pointer.columns) {
            let coming = self.coming.entry((number, references)).or_insert_with(|| {
                let coming = self.stores.pending(number).filter(|id| !self.going.contains(id));
                ByKey::new(coming, self.stores, references)
            });
            if let Some(comes) = coming.find(&key) {
                return Some(comes);
            }
        }
        let going = self.by_key.entry((number, references)).or_insert_with(|| {
            ByKey::new(self.going.iter().copied().filter(|id| id.store == number), self.stores, references)
        });
        let goes = going.find(&key);
        if goes.is_some_and(|id| self.stores.state(id) == Some(State::Persistent)) {
            return goes;
        }
        let there = row_by(self.stores, number, references.iter().copied(), &key);
        there.filter(|id| self.stores.is_live(*id) && !self.going.contains(id)).or(goes)
    }
}

impl Pointer {
    fn acts(&self) -> bool {
        is_acting(self.on_delete)
    }

    fn cascades(&self) -> bool {
        self.on_delete == Some(Action::Cascade)
    }
}
