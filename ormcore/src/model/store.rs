//! The rows of one model that a unit of work keeps: each once, by its key, with what it was when it was read.

use crate::database::Transaction;
use crate::error::{Error, Result};
use crate::model::draft::filled_by_database;
use crate::model::handle::RowId;
use crate::model::key::Key;
use crate::model::select::{FetchByKey, ReadAgain, SelectByKey, WithKey};
use crate::model::{Draft, Keys, Model, Record};
use crate::plan::Executor;
use crate::schema::Table;
use crate::value::Value;

mod any;
mod keep;
mod merge;
mod pointing;
mod tracks;
mod values;

pub(crate) use any::AnyStore;
pub use keep::{Dependents, Keeper, Led};
pub(crate) use keep::{FindDependents, KeepRows, ReadAgainAny, keep, keep_newest, number};
pub use merge::Merging;
pub(crate) use merge::merging;
pub(crate) use pointing::{ParentKey, Pointing, row_by};
pub(crate) use tracks::{Copied, State, Tracks, Unwritten};
pub(crate) use values::{OwnedValues, Values};

/// As many keys that lead nowhere are no burden.
const FEW_KEYS: usize = 256;

/// The rows of the model `M`.
#[derive(Debug)]
pub(crate) struct Store<M> {
    rows: Vec<Option<M>>,
    /// The positions of the key's columns.
    primary: Box<[usize]>,
    tracks: Tracks,
}

impl<M: Model> Store<M> {
    pub(crate) fn new() -> Self {
        let tracks = Tracks::new(filled_by_database::<M>());
        Store { rows: Vec::new(), primary: M::TABLE.primary_key().collect(), tracks }
    }

    /// The row at a place.
    pub(crate) fn row(&self, id: RowId) -> Option<&M> {
        self.tracks.find(id)?;
        self.rows[id.slot as usize].as_ref()
    }

    /// The state of a row, if it is still what the name means.
    #[inline]
    pub(crate) fn state(&self, id: RowId) -> Option<State> {
        Some(self.tracks.find(id)?.state)
    }

    /// The row at a place, which is in this state, to be changed.
    pub(crate) fn row_mut(&mut self, slot: u32, state: State) -> Option<&mut M> {
        let row = self.rows[slot as usize].as_mut()?;
        if state == State::Pending {
            // What it is given counts as set, whatever the database would fill in.
            self.tracks.unwritten(slot);
        }
        self.tracks.lend(slot, row, M::COLUMNS.len());
        self.tracks.claim(slot);
        Some(row)
    }

    /// Adds a row to be inserted; what the draft lacks, its insert says.
    #[inline]
    pub(crate) fn add(&mut self, mut draft: Draft<M>) -> u32 {
        let waits = draft.further.as_mut().map(|further| std::mem::take(&mut further.waits)).unwrap_or_default();
        let mut problem = draft.take_problem();
        if draft.has_nested() {
            let one_by_one = "a session takes drafts one by one: add the children with the handle of their parent";
            problem.get_or_insert_with(|| Error::usage(one_by_one));
        }
        let slot = self.tracks.add(State::Pending);
        if !waits.is_empty() || problem.is_some() || draft.unset != self.tracks.usual {
            let unwritten = Unwritten { unset: draft.unset, waits, copied: Vec::new(), problem };
            self.tracks.slot_mut(slot).unwritten = Some(Box::new(unwritten));
        }
        self.tracks.pending.push(slot);
        self.put(slot, draft.row);
        slot
    }

    /// Makes room for this many rows more, though some may be here already.
    pub(crate) fn reserve(&mut self, rows: usize) {
        if rows > self.rows.len() {
            self.rows.reserve(rows);
            self.tracks.slots.reserve(rows);
        }
    }

    #[inline]
    fn put(&mut self, slot: u32, row: M) {
        match self.rows.get_mut(slot as usize) {
            Some(place) => *place = Some(row),
            None => self.rows.push(Some(row)),
        }
    }

    /// The place of the row with the same key, if it is here.
    pub(crate) fn find_row(&mut self, row: &M) -> Option<u32> {
        let number = key_number(&self.primary, row, &mut self.tracks.keys)?;
        self.tracks.numbered(number)
    }

    /// Takes in a row that the database gave; the one that is here already stays, unless it has expired or this one is newer.
    pub(crate) fn absorb(&mut self, row: M, is_newer: bool, transaction: u32) -> u32 {
        let number = key_number(&self.primary, &row, &mut self.tracks.keys);
        if let Some(slot) = number.and_then(|number| self.tracks.numbered(number)) {
            if self.tracks.slot(slot).is_renewed(is_newer) {
                self.renew(slot, row, transaction);
            }
            return slot;
        }
        let slot = self.tracks.add(State::Persistent);
        self.tracks.note_read(slot, transaction);
        if let Some(number) = number {
            self.tracks.put_numbered(number, slot);
        }
        self.put(slot, row);
        slot
    }

    /// Gives a row that has expired the values that the database has; what was changed in it since stays changed.
    fn renew(&mut self, slot: u32, mut row: M, transaction: u32) {
        // A row that is away for a moment comes back as it was.
        let Some(mut kept) = self.rows[slot as usize].take() else { return };
        self.tracks.unexpire(slot);
        self.tracks.note_read(slot, transaction);
        self.tracks.stir(slot);
        if let Some(was) = self.tracks.snapshot(slot) {
            let found = values(M::TABLE, &row);
            let changed: Vec<usize> = was.differences(&kept, M::TABLE).collect();
            changed.into_iter().for_each(|index| row.field_mut(index).exchange(kept.field_mut(index)));
            self.tracks.set_snapshot(slot, found.values());
        }
        self.rows[slot as usize] = Some(row);
    }

    /// Forgets keys that lead nowhere, once they are most.
    fn forget_keys(&mut self) {
        if self.tracks.places.len() <= 2 * self.tracks.len() + FEW_KEYS {
            return;
        }
        let places = std::mem::take(&mut self.tracks.places);
        self.tracks.keys = Keys::default();
        let any: &mut dyn AnyStore = self;
        for slot in 0..any.tracks().slots.len() as u32 {
            let Some(number) = any.tracks_mut().slot_mut(slot).key.take() else { continue };
            let key: Vec<_> = any.table().primary_key().map(|index| any.written(slot, index)).collect();
            any.tracks_mut().renumber(&key, slot, places.get(number as usize) == Some(&Some(slot)));
        }
    }

    /// The name of a row.
    pub(crate) fn name(&self, session: u32, store: u32, slot: u32) -> RowId {
        self.tracks.id(session, store, slot)
    }

    /// Where the row with the key is.
    pub(crate) fn find(&mut self, wanted: &M::Key) -> Option<u32>
    where
        M::Key: Key,
    {
        let parts = 0..M::TABLE.primary_key().count();
        let parts = parts.map(|position| wanted.part(position).value().map(Value::into_owned));
        let key: Vec<Value<'static>> = parts.collect::<Result<_, _>>().ok()?;
        self.tracks.place(&key)
    }

    /// Takes the row out; its name means nothing from here on.
    pub(crate) fn take_row(&mut self, slot: u32) -> Option<M> {
        let row = self.rows[slot as usize].take();
        self.drop_row(slot);
        row
    }
}

#[cold]
pub(crate) fn lost_row() -> Error {
    Error::usage("a row of the session is gone")
}

/// The number of the row's key, if it has one.
fn key_number(primary: &[usize], row: &dyn Record, keys: &mut Keys) -> Option<usize> {
    for index in primary {
        if keys.push_field(row.field(*index)).is_err() {
            keys.push(&Value::Null);
        }
    }
    (!primary.is_empty()).then(|| keys.number().0)
}

/// The key again, and the row with it, as the database has it: one in hand, whatever the model's default scopes say.
pub(crate) fn fetch<M: Model>(key: M::Key, is_in_hand: bool, tx: &Transaction) -> Result<(M::Key, Option<M>)>
where
    M::Key: Key,
{
    if const { M::EAGER.is_empty() } && (is_in_hand || M::TABLE.scopes.is_empty()) {
        return tx.run(SelectByKey::new(key, WithKey));
    }
    let fetch = FetchByKey::new(key, WithKey);
    tx.run(if is_in_hand { fetch.unscoped() } else { fetch })
}

/// The row with the key of this one, as the database has it now.
///
/// # Errors
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it is gone.
pub(crate) fn fetch_again<M: Model>(row: &M, tx: &Transaction) -> Result<M> {
    tx.run(ReadAgain::new(row))
}

/// The value of a row's column; what no database can hold is NULL here, and an error when it is written.
pub(crate) fn value(row: &dyn Record, index: usize) -> Value<'static> {
    row.field(index).value().map_or(Value::Null, Value::into_owned)
}

/// The values of all columns of a row.
pub(crate) fn values(table: &Table, row: &dyn Record) -> OwnedValues {
    OwnedValues::of(row, table.columns.len())
}

/// Gives a row values that it had.
///
/// # Errors
/// Never for values of the same row.
pub(crate) fn restore(table: &Table, row: &mut dyn Record, values: Values<'_>) -> Result<()> {
    values.iter().enumerate().try_for_each(|(index, value)| assign(table, row, index, value))
}

/// Gives a column of a row a value that the database holds.
///
/// # Errors
/// If the field has another type.
pub(crate) fn assign(table: &Table, row: &mut dyn Record, index: usize, value: Value<'_>) -> Result<()> {
    let assigned = row.field_mut(index).assign(value);
    assigned.map_err(|error| Error::decode(table.name, table.columns[index].name, &error))
}
