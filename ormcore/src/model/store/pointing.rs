//! Where foreign keys lead: some of their columns may have yet to get the values of other rows.

use std::iter::successors;

use crate::model::handle::RowId;
use crate::model::store::{AnyStore, Copied, KeepRows, State, value};
use crate::model::{Record, Wait};
use crate::value::Value;

/// A column may wait for one that waits itself, for a key may be part of another; a way as long as this is a circle, which
/// no flush can write.
const LONGEST_WAY: usize = 64;

/// Where a foreign key leads.
pub(crate) enum ParentKey {
    /// To this row, which may have no key yet.
    Row(RowId),
    /// To the row with these values.
    Values(Vec<Value<'static>>),
    /// To a row with values that only the next flush will tell.
    Unknown,
}

/// The row of a store that has these values in these columns, if it is here; in the database, if `is_written`.
pub(crate) fn row_by(
    stores: &mut dyn KeepRows,
    store: u32,
    columns: impl Iterator<Item = usize> + Clone,
    values: &[Value<'static>],
    is_written: bool,
) -> Option<RowId> {
    let ((session, _), rows) = (stores.numbers(), stores.store_mut(store));
    let slot = rows.find_by(columns, values, is_written)?;
    Some(rows.id(session, store, slot))
}

/// A column of a row.
type Place = (RowId, usize);

/// The rows of all models, one of which may be away from its store.
pub(crate) struct Pointing<'k> {
    stores: &'k dyn KeepRows,
    away: Option<(RowId, &'k dyn Record)>,
}

impl<'k> Pointing<'k> {
    pub(crate) fn new(stores: &'k dyn KeepRows) -> Self {
        Pointing { stores, away: None }
    }

    /// With the row of this name, which is away from its store.
    pub(crate) fn with(self, id: RowId, row: &'k dyn Record) -> Self {
        Pointing { away: Some((id, row)), ..self }
    }

    /// What a foreign key of a row leads to, a row of the store `parents`; `None` if that is nothing. The key is given as
    /// pairs of the columns of that row and its own.
    ///
    /// Keys may have columns in common: a row that one of them waits for is that of another only if it has the values of
    /// all columns of that one, too.
    pub(crate) fn key_of_parent(
        &self,
        child: RowId,
        parents: u32,
        key: impl Iterator<Item = (usize, usize)> + Clone,
    ) -> Option<ParentKey> {
        let is_of_key = |wait: &&Wait| key.clone().any(|(_, column)| column == wait.column);
        let is_parent = |row: &RowId| {
            // Another session numbers its stores otherwise: that the row is not one of this one is told elsewhere.
            let may_be = row.store == parents || row.session != self.stores.numbers().0;
            may_be && key.clone().all(|(referenced, column)| self.agree((child, column), (*row, referenced)))
        };
        if let Some(row) = self.waits(child).filter(is_of_key).map(|wait| wait.row).find(is_parent) {
            return Some(ParentKey::Row(row));
        }
        let (mut values, mut is_known) = (Vec::new(), true);
        for (_, column) in key {
            match self.value((child, column)) {
                Some(Value::Null) => return None,
                Some(part) => values.push(part),
                None => is_known = false,
            }
        }
        Some(if is_known { ParentKey::Values(values) } else { ParentKey::Unknown })
    }

    /// The value that a column has, or will have once it is written, as far as it is known.
    pub(crate) fn value(&self, place: Place) -> Option<Value<'static>> {
        let (id, column) = self.source(place);
        let (store, row) = (self.store(id)?, self.row(id)?);
        let tracks = store.tracks();
        let is_unset = tracks.slot(id.slot).state == State::Pending
            && tracks.unset(id.slot).contains(column)
            && (store.table().columns[column].read_only || row.field(column).is_placeholder());
        (!is_unset).then(|| value(row, column))
    }

    /// Whether a row has, or will have, these values in these columns.
    pub(crate) fn has_key(&self, row: RowId, columns: impl Iterator<Item = usize>, key: &[Value<'_>]) -> bool {
        let values = columns.map(|column| self.value((row, column)));
        values.zip(key).all(|(value, part)| value.is_some_and(|value| value.is_same_key(part)))
    }

    /// Whether two columns have the same value, also if it is not known yet.
    fn agree(&self, one: Place, other: Place) -> bool {
        if self.source(one) == self.source(other) {
            return true;
        }
        let values = self.value(one).zip(self.value(other));
        values.is_some_and(|(one, other)| !one.is_null() && one.is_same_key(&other))
    }

    /// The column that a column gets its value of: itself, if it waits for none.
    pub(crate) fn source(&self, place: Place) -> Place {
        self.way(place).last().unwrap_or(place)
    }

    /// Whether a column is to get the value of another, be it by way of further ones, or is that one.
    pub(crate) fn comes_from(&self, place: Place, other: Place) -> bool {
        self.way(place).any(|on_way| on_way == other)
    }

    /// The rows of which a row is to get values, be it by way of others, or itself.
    pub(crate) fn sources(&self, id: RowId) -> impl Iterator<Item = RowId> + '_ {
        self.waits(id).flat_map(move |wait| self.way((id, wait.column)).skip(1)).map(|(row, _)| row)
    }

    /// A column, that one which it waits for, and so on.
    fn way(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        let next = |place: &Place| {
            // What was asked for last holds.
            let wait = self.waits(place.0).rev().find(|wait| wait.column == place.1)?;
            Some((wait.row, wait.referenced))
        };
        successors(Some(place), next).take(LONGEST_WAY)
    }

    /// The columns of a row that have, or will have, values of other rows; what was asked for last is last.
    fn waits(&self, id: RowId) -> impl DoubleEndedIterator<Item = &'k Wait> + '_ {
        let unwritten = self.store(id).and_then(|store| store.tracks().slot(id.slot).unwritten.as_ref());
        unwritten.into_iter().flat_map(move |unwritten| self.copied(id, &unwritten.copied).chain(&unwritten.waits))
    }

    /// Those that have the values that they were given still, of rows that are there.
    pub(crate) fn copied<'c>(&self, id: RowId, all: &'c [Copied]) -> impl DoubleEndedIterator<Item = &'c Wait> + '_
    where
        'c: 'k,
    {
        let row = self.row(id);
        let is_kept = move |copied: &&Copied| {
            let parent = self.store(copied.wait.row).map(|store| store.tracks().slot(copied.wait.row.slot).state);
            parent == Some(State::Persistent)
                && row.is_some_and(|row| value(row, copied.wait.column).is_same_key(&copied.value))
        };
        all.iter().filter(is_kept).map(|copied| &copied.wait)
    }

    fn row(&self, id: RowId) -> Option<&'k dyn Record> {
        match self.away {
            Some((away, row)) if away == id => Some(row),
            _ => self.store(id)?.record(id.slot),
        }
    }

    /// The store of the row, if it is here.
    fn store(&self, id: RowId) -> Option<&'k dyn AnyStore> {
        let store = (id.session == self.stores.numbers().0).then(|| self.stores.store_ref(id.store))?;
        store.tracks().find(id).map(|_| store)
    }
}
