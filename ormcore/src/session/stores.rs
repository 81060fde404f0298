use std::any::TypeId;
use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::model::{AnyStore, Handle, KeepRows, Model, RowId, State, Store};

/// As many rows that have left are no burden.
const FEW_LEFT: usize = 256;

/// The rows of all models, each model's in a store of its own.
pub(super) struct Stores {
    pub(super) session: u32,
    /// The number of the transaction that is open, or of the next one.
    pub(super) transaction: u32,
    pub(super) all: Vec<Box<dyn AnyStore>>,
    places: HashMap<TypeId, u32>,
    /// The rows that rows lead to by relationships whose key they do not hold, where all of them were read; by the
    /// relationship's name.
    pub(super) collections: HashMap<(RowId, &'static str), Vec<RowId>>,
    /// How many rows have left since the collections were last rid of such.
    left: usize,
}

impl Stores {
    pub(super) fn new(session: u32) -> Self {
        Stores {
            session,
            transaction: 1,
            all: Vec::new(),
            places: HashMap::new(),
            collections: HashMap::new(),
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

    pub(super) fn row<M: Model>(&self, handle: Handle<M>) -> Result<&M> {
        let id = handle.id();
        let store = self.all.get(id.store as usize).filter(|_| id.session == self.session);
        let row = store.and_then(|store| store.as_any().downcast_ref::<Store<M>>()?.row(id));
        row.ok_or_else(|| self.unknown::<M>(id))
    }

    pub(super) fn row_mut<M: Model>(&mut self, handle: Handle<M>) -> Result<&mut M> {
        self.check(handle)?;
        let id = handle.id();
        let store = self.all[id.store as usize].as_any_mut().downcast_mut::<Store<M>>();
        store.and_then(|store| store.row_mut(id)).ok_or_else(|| gone::<M>())
    }

    /// Checks that the handle names a row of this session.
    pub(super) fn check<M: Model>(&self, handle: Handle<M>) -> Result<()> {
        self.row(handle).map(drop)
    }

    #[cold]
    fn unknown<M: Model>(&self, id: RowId) -> Error {
        if id.session != self.session {
            return Error::usage(format!(
                "this handle names a row of `{}` in another session: handles are good in the session that gave them",
                M::NAME
            ));
        }
        gone::<M>()
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
        if self.left <= here + FEW_LEFT {
            return;
        }
        self.left = 0;
        let mut collections = std::mem::take(&mut self.collections);
        collections.retain(|(row, _), others| {
            others.retain(|other| self.state(*other).is_some());
            self.state(*row).is_some()
        });
        self.collections = collections;
    }

    pub(super) fn get(&self, id: RowId) -> &dyn AnyStore {
        self.all[id.store as usize].as_ref()
    }

    pub(super) fn get_mut(&mut self, id: RowId) -> &mut dyn AnyStore {
        self.all[id.store as usize].as_mut()
    }
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

    fn numbers(&self) -> (u32, u32) {
        (self.session, self.transaction)
    }

    fn lead(&mut self, row: RowId, relationship: &'static str, others: Vec<RowId>) {
        self.collections.entry((row, relationship)).or_insert(others);
    }
}
