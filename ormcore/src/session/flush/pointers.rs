use crate::model::{Keys, RowId, State};
use crate::schema::{Action, Table};
use crate::session::stores::Stores;
use crate::value::Value;

/// A foreign key from one store to another; where several models have the table that it leads to, there is one to the
/// store of each.
pub(in crate::session) struct Pointer {
    pub(in crate::session) columns: Vec<usize>,
    pub(in crate::session) parents: u32,
    pub(in crate::session) references: Vec<usize>,
    /// What the database does to the children by itself when a parent is deleted.
    pub(in crate::session) on_delete: Option<Action>,
    /// And when what they point to is written.
    pub(super) on_update: Option<Action>,
}

/// The foreign keys between the stores, by the store that has them.
#[derive(Default)]
pub(in crate::session) struct Pointers(Vec<Vec<Pointer>>);

impl Pointers {
    pub(in crate::session) fn new(stores: &Stores) -> Self {
        let tables: Vec<&'static Table> = stores.all.iter().map(|store| store.table()).collect();
        let of_table = |table: &&'static Table| {
            let keys = table.all_foreign_keys().flat_map(|key| {
                let columns = positions(table, &key.columns);
                let stores =
                    (0..).zip(&tables).filter(|(_, other)| (other.schema, other.name) == (key.schema, key.table));
                let pointers = stores.filter_map(|(parents, other)| {
                    Some(Pointer {
                        columns: columns.clone()?,
                        parents,
                        references: positions(other, &key.references)?,
                        on_delete: key.on_delete.filter(|action| *action != Action::NoAction),
                        on_update: key.on_update.filter(|action| *action != Action::NoAction),
                    })
                });
                pointers.collect::<Vec<_>>()
            });
            keys.collect()
        };
        Pointers(tables.iter().map(of_table).collect())
    }

    /// As if no table had foreign keys.
    pub(super) fn none(stores: &Stores) -> Self {
        Pointers(stores.all.iter().map(|_| Vec::new()).collect())
    }

    /// How many stores there were.
    pub(in crate::session) fn stores(&self) -> usize {
        self.0.len()
    }

    pub(in crate::session) fn of(&self, store: u32) -> &[Pointer] {
        &self.0[store as usize]
    }

    /// Those that point to a store, each with the store that has it.
    pub(in crate::session) fn to(&self, parents: u32) -> impl Iterator<Item = (u32, &Pointer)> {
        let all = (0..).zip(&self.0).flat_map(|(store, pointers)| pointers.iter().map(move |pointer| (store, pointer)));
        all.filter(move |(_, pointer)| pointer.parents == parents)
    }
}

pub(super) fn positions(table: &Table, names: &[&'static str]) -> Option<Vec<usize>> {
    names.iter().map(|name| table.position(name)).collect()
}

impl Pointer {
    /// The rows of the store `children` that are in the database and point to one of these there, as far as the session
    /// knows, each with the place of that one.
    pub(super) fn followers(&self, stores: &Stores, children: u32, parents: &[u32]) -> Vec<(u32, usize)> {
        let mut keys = Keys::default();
        let store = stores.all[self.parents as usize].as_ref();
        let mut places = Vec::new();
        for (place, parent) in parents.iter().enumerate() {
            self.references.iter().for_each(|column| keys.push(&store.written(*parent, *column)));
            if keys.number().1 {
                places.push(place);
            }
        }
        let store = stores.all[children as usize].as_ref();
        let mut parent = |slot: u32| {
            let key: Vec<_> = self.columns.iter().map(|column| store.written(slot, *column)).collect();
            if key.iter().any(Value::is_null) {
                return None;
            }
            key.iter().for_each(|part| keys.push(part));
            keys.find().map(|number| places[number])
        };
        let slots = 0..store.tracks().slots.len() as u32;
        let slots = slots.filter(|slot| store.tracks().slot(*slot).state == State::Persistent);
        slots.filter_map(|slot| Some((slot, parent(slot)?))).collect()
    }

    /// The row of the session that a row points to in the database.
    pub(super) fn target(&self, stores: &mut Stores, number: u32, slot: u32) -> Option<RowId> {
        let child = stores.all[number as usize].as_ref();
        let key: Vec<_> = self.columns.iter().map(|column| child.written(slot, *column)).collect();
        if key.iter().any(|part| part.is_null()) {
            return None;
        }
        let session = stores.session;
        let parents = stores.all[self.parents as usize].as_mut();
        let slot = if self.references.iter().copied().eq(parents.table().primary_key()) {
            parents.tracks_mut().place(&key)?
        } else {
            let deleted = parents.tracks().deleted.iter().copied();
            let points = |slot: &u32| {
                self.references.iter().zip(&key).all(|(at, part)| parents.written(*slot, *at).is_same_key(part))
            };
            deleted.into_iter().find(points)?
        };
        Some(parents.id(session, self.parents, slot))
    }
}
