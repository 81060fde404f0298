//! Rows in hand that a unit of work takes in, with those that they lead to.

use std::collections::HashSet;
use std::fmt;

use crate::database::Transaction;
use crate::error::{Error, Result};
use crate::model::handle::RowId;
use crate::model::store::keep::{number, typed};
use crate::model::store::{AnyStore, assign};
use crate::model::{KeepRows, Model, Record, fetch_again, keep_newest, unchanged, value, values};

/// Rows in hand, each with the row that it is a copy of; nothing is taken in before all of them are found.
pub struct Merging<'m, 'r> {
    keeper: &'m mut dyn KeepRows,
    tx: &'m Transaction,
    /// The rows that were read for it, as the database has them now.
    read: HashSet<RowId>,
    found: HashSet<RowId>,
    rows: Vec<Merged<'r>>,
}

/// Reads rows of a model again, but for those that are gone.
pub(crate) type ReadAll<M> = fn(&[&M], &Transaction) -> Result<Vec<M>>;

impl fmt::Debug for Merging<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merging").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// A row in hand.
pub(crate) struct Merged<'r> {
    /// The row that it is a copy of.
    pub(crate) id: RowId,
    pub(crate) copy: &'r dyn Record,
    /// Whether it is a further copy of one that is merged already.
    pub(crate) is_further: bool,
}

/// Finds a row in hand, and those that it leads to by relationships that say so, each behind the one that leads to it.
///
/// # Errors
/// If one of them is not in the database, or has another version there.
pub(crate) fn merging<'r, M: Model>(
    row: &'r M,
    keeper: &mut dyn KeepRows,
    tx: &Transaction,
) -> Result<Vec<Merged<'r>>> {
    let mut merging = Merging { keeper, tx, read: HashSet::new(), found: HashSet::new(), rows: Vec::new() };
    merging.add(row)?;
    Ok(merging.rows)
}

impl<'r> Merging<'_, 'r> {
    /// Merges rows that another one leads to.
    ///
    /// # Errors
    /// If one of them, or one that it leads to, holds what no database can, is not in the database, or has another version
    /// there.
    pub(crate) fn related<M: Model>(&mut self, rows: &'r [M], read: ReadAll<M>) -> Result<()> {
        let mut strange = Vec::new();
        for (row, (index, column)) in rows.iter().flat_map(|row| M::COLUMNS.iter().enumerate().map(move |at| (row, at)))
        {
            match row.field(index).value().map_err(|error| Error::encode(M::NAME, column.name, &error)) {
                Err(error) if !column.primary_key => strange.push((row, index, error)),
                value => drop(value?),
            }
        }
        let new: Vec<&M> = rows.iter().filter(|row| self.known(*row).is_none()).collect();
        if !new.is_empty() {
            let found = read(&new, self.tx)?;
            self.take(found);
        }
        // Another program may have written it.
        let refused = strange.into_iter().find(|(row, index, _)| !self.is_kept(*row, *index));
        refused.map_or(Ok(()), |(_, _, error)| Err(error))?;
        rows.iter().try_for_each(|row| self.add(row))
    }

    /// Whether the database has in a column what this row in hand has.
    fn is_kept<M: Model>(&mut self, row: &M, index: usize) -> bool {
        let Some(id) = self.known(row) else { return false };
        let store = self.keeper.store_ref(id.store);
        match (store.tracks().snapshot(id.slot), store.record(id.slot)) {
            (Some(was), _) => was.is(index, row.field(index)),
            (None, Some(kept)) => values(M::TABLE, kept).values().is(index, row.field(index)),
            (None, None) => false,
        }
    }

    fn add<M: Model>(&mut self, row: &'r M) -> Result<()> {
        let id = match self.known(row) {
            Some(id) => id,
            None => {
                let found = fetch_again(row, self.tx)?;
                self.take(vec![found]);
                self.known(row).ok_or_else(|| Error::usage("the session lost a row"))?
            }
        };
        let kept = self.keeper.store_mut(id.store).record(id.slot);
        let is_it = |version: usize| kept.is_some_and(|kept| value(kept, version) == value(row, version));
        if M::TABLE.version().is_some_and(|version| !is_it(version)) {
            return Err(unchanged(M::TABLE, row));
        }
        let is_further = !self.found.insert(id);
        self.rows.push(Merged { id, copy: row, is_further });
        M::DEPENDED.iter().try_for_each(|relationship| relationship.merge(row, self))
    }

    /// The row that this one is a copy of, if it was read.
    fn known<M: Model>(&mut self, row: &M) -> Option<RowId> {
        let (session, _) = self.keeper.numbers();
        let number = number::<M>(self.keeper);
        let store = typed::<M>(self.keeper, number)?;
        let slot = store.find_row(row)?;
        Some(store.name(session, number, slot)).filter(|id| self.read.contains(id))
    }

    /// Takes in rows as the database has them now: what is here of them may be older.
    fn take<M: Model>(&mut self, read: Vec<M>) {
        self.read.extend(keep_newest(self.keeper, read).1);
    }
}

impl dyn AnyStore + '_ {
    /// Gives a row the values of a copy: all of them, or of a further copy those in which that differs from what the
    /// database has. Gives their columns.
    ///
    /// # Errors
    /// If the copy holds what no database can.
    pub(crate) fn take_in(&mut self, merged: &Merged<'_>) -> Result<Vec<usize>> {
        let (table, slot) = (self.table(), merged.id.slot);
        self.lend(slot);
        self.tracks_mut().claim(slot);
        let columns = match self.tracks().snapshot(slot).filter(|_| merged.is_further) {
            Some(was) => was.differences(merged.copy, table).collect(),
            None => (0..table.columns.len()).filter(|index| !table.columns[*index].read_only).collect::<Vec<usize>>(),
        };
        let (tracks, row) = self.tracks_and_record(slot);
        let (was, Some(row)) = (tracks.snapshot(slot), row) else { return Ok(columns) };
        for index in columns.iter().copied() {
            let copy = merged.copy.field(index);
            let value = match was.filter(|was| was.is(index, copy)) {
                Some(was) => Ok(was.get(index)),
                None => copy.value(),
            };
            let value = value.map_err(|error| Error::encode(table.name, table.columns[index].name, &error))?;
            assign(table, row, index, value)?;
        }
        Ok(columns)
    }
}
