use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::{AnyStore, Draft, Handle, KeepRows, Led, Model, Record, RowId, State, Store};
use crate::relation::Link;
use crate::schema::Table;
use crate::schema::order::ranks;
use crate::session::changes::Changes;
use crate::session::collections::{Collection, Collections};
use crate::session::flush::pointers::Pointers;
use crate::session::links::PendingLinks;
use crate::value::Value;

/// The hash that a [`TypeId`] is by itself.
#[derive(Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// As many rows that have left are no burden.
const FEW_LEFT: usize = 256;

/// The rows of all models, each model's in a store of its own.
pub(super) struct Stores {
    pub(super) session: u32,
    /// The number of what is open, a transaction or a savepoint in it, or of the next transaction.
    pub(super) transaction: u32,
    /// The number that the transaction began with: each savepoint has a further one. A rollback lets what was read since then
    /// be read again.
    pub(super) begun: u32,
    pub(super) all: Vec<Box<dyn AnyStore>>,
    places: HashMap<TypeId, u32, BuildHasherDefault<Given>>,
    pub(super) collections: Collections,
    pub(super) links: PendingLinks,
    /// What a flush would write, once somebody has asked who leads where.
    pub(super) changes: Option<Changes>,
    /// The rows that go with one delete, as far as they are found.
    pub(super) going: HashSet<RowId>,
    /// The numbers of the stores, those of parents before those of children, as of the last flush.
    order: Vec<u32>,
    pointers: Arc<Pointers>,
    /// How many rows have left since the collections were last rid of such.
    left: usize,
}

impl Stores {
    pub(super) fn new(session: u32) -> Self {
        Stores {
            session,
            transaction: 1,
            begun: 1,
            all: Vec::new(),
            places: HashMap::default(),
            collections: Collections::default(),
            links: PendingLinks::default(),
            changes: None,
            going: HashSet::new(),
            order: Vec::new(),
            pointers: Arc::default(),
            left: 0,
        }
    }

    /// The store of a model, made if there is none, and its number.
    pub(super) fn of<M: Model>(&mut self) -> Result<(u32, &mut Store<M>)> {
        let number = self.store(TypeId::of::<M>(), || Box::new(Store::<M>::new()));
        match self.all[number as usize].as_any_mut().downcast_mut() {
            Some(store) => Ok((number, store)),
            None => Err(Error::usage("the rows of two models were taken for one another")),
        }
    }

    /// The number of a model's store, if there is one.
    pub(super) fn number<M: Model>(&self) -> Option<u32> {
        self.places.get(&TypeId::of::<M>()).copied()
    }

    /// The numbers of the stores, those of parents before those of children.
    pub(super) fn order(&mut self) -> Vec<u32> {
        if self.order.len() != self.all.len() {
            let tables: Vec<&'static Table> = self.all.iter().map(|store| store.table()).collect();
            let ranks = ranks(&tables);
            self.order = (0..tables.len() as u32).collect();
            self.order.sort_by_key(|number| ranks[*number as usize]);
        }
        self.order.clone()
    }

    /// The foreign keys between the stores.
    pub(super) fn pointers(&mut self) -> Arc<Pointers> {
        if self.pointers.stores() != self.all.len() {
            self.pointers = Arc::new(Pointers::new(self));
        }
        Arc::clone(&self.pointers)
    }

    /// Adds a row to be inserted.
    #[inline]
    pub(super) fn add<M: Model>(&mut self, draft: Draft<M>) -> RowId {
        let session = self.session;
        match self.of::<M>() {
            Ok((number, store)) => {
                let slot = store.add(draft);
                store.name(session, number, slot)
            }
            Err(_) => RowId { session, store: u32::MAX, slot: 0, generation: 0 },
        }
    }

    pub(super) fn row<M: Model>(&self, handle: Handle<M>) -> Result<&M> {
        let id = handle.id();
        let store = self.all.get(id.store as usize).filter(|_| id.session == self.session);
        let row = store.and_then(|store| store.as_any().downcast_ref::<Store<M>>()?.row(id));
        row.ok_or_else(|| unknown::<M>(id, self.session))
    }

    pub(super) fn row_mut<M: Model>(&mut self, handle: Handle<M>) -> Result<&mut M> {
        let id = handle.id();
        let store = self.all.get_mut(id.store as usize).filter(|_| id.session == self.session);
        let Some(store) = store.and_then(|store| store.as_any_mut().downcast_mut::<Store<M>>()) else {
            return Err(unknown::<M>(id, self.session));
        };
        match store.state(id) {
            Some(State::Removed) => Err(deleted(M::NAME)),
            Some(state) => store.row_mut(id.slot, state).ok_or_else(gone::<M>),
            None => Err(gone::<M>()),
        }
    }

    /// Checks that the handle names a row of this session.
    pub(super) fn check<M: Model>(&self, handle: Handle<M>) -> Result<()> {
        self.row(handle).map(drop)
    }

    /// Checks that the handle names a row of this session that is not deleted.
    pub(super) fn check_live<M: Model>(&self, handle: Handle<M>) -> Result<()> {
        self.check(handle)?;
        if self.is_live(handle.id()) { Ok(()) } else { Err(deleted(M::NAME)) }
    }

    /// Checks that the handle names a row of this session that is in the database, and stays there.
    pub(super) fn check_persistent<M: Model>(&self, handle: Handle<M>) -> Result<()> {
        self.check_live(handle)?;
        if self.state(handle.id()) == Some(State::Persistent) {
            return Ok(());
        }
        Err(Error::usage(format!(
            "this handle names a row of `{}` that is not in the database yet: `flush` first",
            M::NAME
        )))
    }

    /// Checks that the name means a row that is in the database, and stays there.
    pub(super) fn check_stays(&self, id: RowId) -> Result<()> {
        if self.state(id) == Some(State::Persistent) { Ok(()) } else { Err(deleted(self.get(id).table().name)) }
    }

    /// The row's state, if the name means one.
    pub(super) fn state(&self, id: RowId) -> Option<State> {
        let store = self.all.get(id.store as usize).filter(|_| id.session == self.session)?;
        store.tracks().find(id).map(|slot| slot.state)
    }

    /// Whether the name means a row that is here and is not to be deleted.
    pub(super) fn is_live(&self, id: RowId) -> bool {
        matches!(self.state(id), Some(State::Pending | State::Persistent))
    }

    /// Drops a row. Collections are rid of those that have left when they are as many as those that are here.
    pub(super) fn drop_row(&mut self, id: RowId) {
        self.get_mut(id).drop_row(id.slot);
        self.left += 1;
        let here: usize = self.all.iter().map(|store| store.tracks().len()).sum();
        if self.left > here + FEW_LEFT {
            self.left = 0;
            let mut collections = std::mem::take(&mut self.collections);
            collections.retain(|id| self.state(id).is_some());
            self.collections = collections;
        }
    }

    pub(super) fn get(&self, id: RowId) -> &dyn AnyStore {
        self.all[id.store as usize].as_ref()
    }

    pub(super) fn get_mut(&mut self, id: RowId) -> &mut dyn AnyStore {
        self.all[id.store as usize].as_mut()
    }
}

#[cold]
fn unknown<M: Model>(id: RowId, session: u32) -> Error {
    if id.session != session {
        return Error::usage(format!(
            "this handle names a row of `{}` in another session: handles are good in the session that gave them",
            M::NAME
        ));
    }
    gone::<M>()
}

pub(super) fn deleted(model: &str) -> Error {
    Error::usage(format!("this handle names a row of `{model}` that the session has deleted, or is about to"))
}

/// What a session does not write.
pub(super) fn read_only(table: &Table) -> Error {
    Error::usage(format!(
        "rows of `{}` cannot be written: it is declared with `#[model(read_only)]`, as a view is; write to the tables behind it",
        table.name
    ))
}

fn gone<M: Model>() -> Error {
    Error::usage(format!(
        "this handle names a row of `{}` that has left its session: it was deleted, taken, or added in a transaction that \
         was rolled back",
        M::NAME
    ))
}

impl KeepRows for Stores {
    fn store(&mut self, model: TypeId, make: fn() -> Box<dyn AnyStore>) -> u32 {
        let next = self.all.len() as u32;
        let place = *self.places.entry(model).or_insert(next);
        if place == next {
            self.all.push(make());
        }
        place
    }

    fn store_mut(&mut self, store: u32) -> &mut dyn AnyStore {
        self.all[store as usize].as_mut()
    }

    fn store_ref(&self, store: u32) -> &dyn AnyStore {
        self.all[store as usize].as_ref()
    }

    fn leading(&mut self, rows: &[RowId]) -> Box<dyn Any> {
        Box::new(Stores::leading(self, rows))
    }

    fn follow(&mut self, leading: Box<dyn Any>) {
        if let Ok(leading) = leading.downcast() {
            Stores::follow(self, *leading);
        }
    }

    fn numbers(&self) -> (u32, u32) {
        (self.session, self.transaction)
    }

    fn changed(
        &mut self,
        store: u32,
        columns: &[usize],
        (id, row): (RowId, &dyn Record),
        key: &[Value<'static>],
    ) -> Vec<RowId> {
        let mut found = self.find_changes((store, columns), id, key, Some(row));
        found.retain(|id| self.get(*id).tracks().is_changed(id.slot));
        found
    }

    fn goes(&self, row: RowId) -> bool {
        self.going.contains(&row)
    }

    fn relink(&self, row: RowId, link: &dyn Any, store: u32, others: Vec<RowId>) -> Vec<RowId> {
        let Some(link) = link.downcast_ref::<Link>() else { return others };
        let mut known = Collection::new(link.names.field, *link, store, others);
        self.links.apply(row, &mut known);
        known.ids().collect()
    }

    fn lead(&mut self, rows: &[RowId], led: Led) {
        let Some(link) = led.link.downcast_ref::<Link>() else { return };
        let name = led.relationship;
        let found = led.others.into_iter().map(|(place, ids)| (rows[place], ids));
        let new: Vec<_> = found.filter(|(row, _)| self.collections.get(*row, name).is_none()).collect();
        self.note(name, *link, led.store, new);
    }
}
