//! Rows that have come to those that are to be deleted, or to rows that go with them, as the database does not know yet: what
//! `on_delete` has it do to others happens to them at once.

use std::collections::{HashMap, HashSet};

use crate::model::{ParentKey, Pointing, RowId, State};
use crate::schema::Action;
use crate::session::by_key::ByKey;
use crate::session::delete::Released;
use crate::session::flush::pointers::{Pointer, Pointers};
use crate::session::stores::Stores;
use crate::value::Value;

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
        stores.take_up_changes();
        if going.is_empty() || stores.changes.is_none() {
            return all;
        }
        let pointers = &*stores.pointers();
        let coming = may_come(going, pointers, stores);
        let mut ways = Ways { stores, pointers, going, by_key: HashMap::new(), stays: HashSet::new() };
        for id in coming {
            let acting: Vec<&Pointer> = pointers.of(id.store).iter().filter(|pointer| pointer.acts()).collect();
            all.ask(id, &acting, &mut ways);
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

/// The rows that a flush would write and that may have come to those that go, be it by way of others.
fn may_come(going: &HashSet<RowId>, pointers: &Pointers, stores: &mut Stores) -> Vec<RowId> {
    let (mut left, mut found): (Vec<RowId>, _) = (going.iter().copied().collect(), HashSet::new());
    let mut acting: HashMap<u32, Vec<(u32, &Pointer)>> = HashMap::new();
    while let Some(parent) = left.pop() {
        let acting = acting.entry(parent.store).or_insert_with(|| {
            let acting = pointers.to(parent.store).filter(|(_, pointer)| pointer.acts());
            acting.filter(|(children, _)| stores.has_changes(*children)).collect()
        });
        for (children, pointer) in &*acting {
            for key in keys(parent, pointer, stores) {
                let led = stores.find_changes((*children, &pointer.columns), parent, &key, None);
                for child in led.into_iter().filter(|child| !going.contains(child)) {
                    if found.insert(child) {
                        left.push(child);
                    }
                }
            }
        }
    }
    let is_written = |id: &RowId| {
        let store = stores.get(*id);
        store.tracks().is_changed(id.slot) && !store.table().read_only
    };
    let mut found: Vec<RowId> = found.into_iter().filter(is_written).collect();
    found.sort_unstable_by_key(|id| (id.store, id.slot));
    found
}

/// What a row has in the columns to which a foreign key leads: in the database, and by now if that differs and is known.
fn keys(id: RowId, pointer: &Pointer, stores: &Stores) -> Vec<Vec<Value<'static>>> {
    let (store, pointing) = (stores.get(id), Pointing::new(stores));
    let columns = pointer.references.iter().copied();
    let written: Vec<_> = columns.clone().map(|column| store.written(id.slot, column)).collect();
    let now: Option<Vec<_>> = columns.map(|column| pointing.value((id, column))).collect();
    let now = now.filter(|now| *now != written);
    now.into_iter().chain([written]).collect()
}

/// Whether a delete changes who points there: what becomes of a server's default is the database's to know.
fn is_acting(on_delete: Option<Action>) -> bool {
    matches!(on_delete, Some(Action::Cascade | Action::SetNull))
}

/// Where rows lead by foreign keys by which the database deletes them.
struct Ways<'s> {
    stores: &'s mut Stores,
    pointers: &'s Pointers,
    going: &'s HashSet<RowId>,
    /// The rows that go, by what they have in the columns of a store to which a foreign key leads.
    by_key: HashMap<(u32, &'s [usize]), ByKey>,
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
            let found = self.stores.find_changes((number, references), id, &key, None);
            let pointing = Pointing::new(self.stores);
            let comes = |row: &RowId| {
                self.stores.state(*row) == Some(State::Pending)
                    && !self.going.contains(row)
                    && pointing.has_key(*row, references.iter().copied(), &key)
            };
            if let Some(comes) = found.into_iter().find(comes) {
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
        let there = self.stores.all_with((number, references), &key);
        there.into_iter().find(|id| !self.going.contains(id)).or(goes)
    }
}

impl Pointer {
    pub(in crate::session) fn acts(&self) -> bool {
        is_acting(self.on_delete)
    }

    pub(in crate::session) fn cascades(&self) -> bool {
        self.on_delete == Some(Action::Cascade)
    }
}
