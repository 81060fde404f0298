//! The rows of a model that is not known: what a flush, a rollback and a cascade do with rows of all models.

use std::any::Any;

use crate::database::Transaction;
use crate::error::Result;
use crate::model::draft::missing;
use crate::model::handle::RowId;
use crate::model::insert::{InsertKept, Run};
use crate::model::select::push_fields;
use crate::model::store::{
    FindDependents, ReadAgainAny, State, Store, Tracks, Unwritten, assign, keep, key_number, lost_row, restore, value,
};
use crate::model::update::OnWrite;
use crate::model::{Event, Handle, Model, Record, events};
use crate::schema::statements::read_only;
use crate::schema::{Statements, Table};
use crate::value::{Parameters, Value};

/// The rows of a model that is not known here.
pub(crate) trait AnyStore: Send {
    fn table(&self) -> &'static Table;
    fn statements(&self) -> &'static Statements;
    fn on_write(&self) -> OnWrite;
    fn tracks(&self) -> &Tracks;
    fn tracks_mut(&mut self) -> &mut Tracks;
    fn record(&self, slot: u32) -> Option<&dyn Record>;
    /// The row as it is, whatever is done to it.
    fn record_mut(&mut self, slot: u32) -> Option<&mut dyn Record>;
    /// What is known of the rows, beside one of them as it is.
    fn tracks_and_record(&mut self, slot: u32) -> (&mut Tracks, Option<&mut dyn Record>);
    /// Drops the row; its name means nothing from here on.
    fn drop_row(&mut self, slot: u32);
    /// Puts the positions of the columns that the program changed into `changed`, once the row was lent.
    fn changes(&mut self, slot: u32, changed: &mut Vec<usize>);
    /// The first of these columns that the program changed, once the row was lent.
    fn edited(&self, slot: u32, columns: &[usize]) -> Option<usize>;
    /// Sends the values of these columns of the row.
    fn send(&self, slot: u32, columns: &[usize], parameters: &mut dyn Parameters) -> Result<()>;
    /// Inserts rows to be inserted in the transaction with this number; gives the rows that had their keys, and so are not
    /// in the database any more.
    fn insert(&mut self, slots: &[u32], runs: Vec<Run>, tx: &Transaction, transaction: u32) -> Result<Vec<u32>>;
    /// Whether the model has functions called for its rows.
    fn has_events(&self) -> bool;
    /// Has the model's functions see the row.
    fn see(&mut self, slot: u32, event: Event<'_>) -> Result<()>;
    /// What follows rows when they are deleted, and reads that: a function, for it works on other stores too.
    fn dependents(&self) -> FindDependents;
    /// What reads a row of this store again, for the same reason.
    fn read_again(&self) -> ReadAgainAny;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl dyn AnyStore + '_ {
    /// Notes that the row is about to be changed.
    pub(crate) fn lend(&mut self, slot: u32) {
        let columns = self.table().columns.len();
        if let (tracks, Some(row)) = self.tracks_and_record(slot) {
            tracks.lend(slot, row, columns);
        }
    }

    /// Gives the row the values again that the database has, as far as they are known.
    ///
    /// # Errors
    /// Never for values of the same row.
    pub(crate) fn give_back(&mut self, slot: u32) -> Result<()> {
        let table = self.table();
        let (tracks, row) = self.tracks_and_record(slot);
        let restored = match (tracks.snapshot(slot), row) {
            (Some(values), Some(row)) => restore(table, row, values),
            _ => Ok(()),
        };
        tracks.forget(slot);
        tracks.slot_mut(slot).unwritten = None;
        tracks.stir(slot);
        restored
    }

    /// Takes out of the lists what nothing is to be written of: no row that was lent differs from what the database has.
    pub(crate) fn settle_unchanged(&mut self) -> Result<()> {
        self.tracks_mut().drain_touched().into_iter().try_for_each(|slot| self.settle(slot))?;
        self.tracks_mut().tidy();
        Ok(())
    }

    /// Has a row of which nothing is to be written be what the database has: a column that only the database writes may have
    /// been given something else.
    pub(crate) fn settle(&mut self, slot: u32) -> Result<()> {
        let table = self.table();
        let (tracks, row) = self.tracks_and_record(slot);
        if let (Some(was), Some(row)) = (tracks.snapshot(slot), row) {
            read_only(table).try_for_each(|index| assign(table, row, index, was.get(index)))?;
        }
        tracks.forget(slot);
        if let Some(unwritten) = &mut tracks.slot_mut(slot).unwritten {
            unwritten.copied.clear();
        }
        Ok(())
    }

    /// The value that the database has in a column of the row.
    pub(crate) fn written(&self, slot: u32, index: usize) -> Value<'static> {
        match (self.tracks().snapshot(slot), self.record(slot)) {
            (Some(values), _) => values.get(index).into_owned(),
            (None, Some(row)) => value(row, index),
            (None, None) => Value::Null,
        }
    }

    /// Where the row is that has these values in these columns, which no two rows have: in the database, as far as it is
    /// there, if `is_written`, and else by now.
    pub(crate) fn find_by(
        &mut self,
        columns: impl Iterator<Item = usize> + Clone,
        values: &[Value<'static>],
        is_written: bool,
    ) -> Option<u32> {
        if columns.clone().eq(self.table().primary_key()) {
            return self.tracks_mut().place(values);
        }
        let state = |slot: u32| self.tracks().slot(slot).state;
        let is_it = |slot: &u32| {
            let is_here = matches!(state(*slot), State::Pending | State::Persistent);
            let row = self.record(*slot).filter(|_| is_here);
            row.is_some_and(|row| {
                let has = |column: usize| if is_written { self.written(*slot, column) } else { value(row, column) };
                columns.clone().zip(values).all(|(column, part)| has(column).is_same_key(part))
            })
        };
        let mut found = (0..self.tracks().slots.len() as u32).filter(is_it);
        let first = found.next()?;
        if is_written && state(first) == State::Pending {
            // A new row may be about to get what the database has in another one.
            return found.find(|slot| state(*slot) == State::Persistent).or(Some(first));
        }
        Some(first)
    }

    /// Whether a row that was lent differs from what the database has.
    pub(crate) fn differs(&self, slot: u32) -> bool {
        let state = self.tracks().slot(slot);
        let (State::Persistent, Some(was), Some(row)) = (state.state, self.tracks().snapshot(slot), self.record(slot))
        else {
            return false;
        };
        let waits = state.unwritten.as_ref().is_some_and(|unwritten| !unwritten.waits.is_empty());
        waits || was.differences(row, self.table()).next().is_some()
    }

    /// Whether one of these columns of a row waits for another row, or differs from what the database has.
    pub(crate) fn is_unwritten(&self, slot: u32, columns: &[usize]) -> bool {
        let unwritten = self.tracks().slot(slot).unwritten.as_ref();
        let waits = |unwritten: &Unwritten| unwritten.waits.iter().any(|wait| columns.contains(&wait.column));
        unwritten.is_some_and(|unwritten| waits(unwritten)) || self.edited(slot, columns).is_some()
    }

    /// Whether a row is to lead by these columns where the database does not know yet.
    pub(crate) fn is_new(&self, slot: u32, columns: &[usize]) -> bool {
        self.tracks().slot(slot).state == State::Pending || self.is_unwritten(slot, columns)
    }

    /// Checks that a row to be inserted lacks no value: what it was given since it was added counts.
    ///
    /// # Errors
    /// [`ErrorKind::MissingColumn`](crate::ErrorKind::MissingColumn) for a column that nobody fills in.
    pub(crate) fn check_complete(&mut self, slot: u32) -> Result<()> {
        let Some(unwritten) = self.tracks_mut().slot_mut(slot).unwritten.as_mut() else { return Ok(()) };
        let mut unset = std::mem::take(&mut unwritten.unset);
        if let Some(row) = self.record(slot) {
            unset.keep_placeholders(row, self.table().columns);
        }
        let tracks = self.tracks_mut();
        let lacks = tracks.lacks(&unset);
        tracks.unwritten(slot).unset = unset;
        lacks.map_or(Ok(()), |index| Err(missing(self.table(), index)))
    }

    /// The row's name.
    pub(crate) fn id(&self, session: u32, store: u32, slot: u32) -> RowId {
        self.tracks().id(session, store, slot)
    }
}

impl<M: Model> AnyStore for Store<M> {
    fn table(&self) -> &'static Table {
        M::TABLE
    }

    fn statements(&self) -> &'static Statements {
        M::statements()
    }

    fn on_write(&self) -> OnWrite {
        M::on_write
    }

    fn tracks(&self) -> &Tracks {
        &self.tracks
    }

    fn tracks_mut(&mut self) -> &mut Tracks {
        &mut self.tracks
    }

    fn record(&self, slot: u32) -> Option<&dyn Record> {
        self.rows[slot as usize].as_ref().map(|row| row as &dyn Record)
    }

    fn record_mut(&mut self, slot: u32) -> Option<&mut dyn Record> {
        self.rows[slot as usize].as_mut().map(|row| row as &mut dyn Record)
    }

    fn tracks_and_record(&mut self, slot: u32) -> (&mut Tracks, Option<&mut dyn Record>) {
        (&mut self.tracks, self.rows[slot as usize].as_mut().map(|row| row as &mut dyn Record))
    }

    fn drop_row(&mut self, slot: u32) {
        self.rows[slot as usize] = None;
        self.tracks.free(slot);
        self.forget_keys();
    }

    fn changes(&mut self, slot: u32, changed: &mut Vec<usize>) {
        if let (Some(was), Some(row)) = (self.tracks.snapshot(slot), &mut self.rows[slot as usize]) {
            was.changes(row, M::COLUMNS, changed);
        }
    }

    fn edited(&self, slot: u32, columns: &[usize]) -> Option<usize> {
        let (was, row) = (self.tracks.snapshot(slot)?, self.rows[slot as usize].as_ref()?);
        columns.iter().copied().find(|index| !was.is(*index, row.field(*index)))
    }

    fn send(&self, slot: u32, columns: &[usize], parameters: &mut dyn Parameters) -> Result<()> {
        let row = self.rows[slot as usize].as_ref().ok_or_else(lost_row)?;
        push_fields(M::TABLE, columns, row, parameters)
    }

    fn insert(&mut self, slots: &[u32], runs: Vec<Run>, tx: &Transaction, transaction: u32) -> Result<Vec<u32>> {
        let mut gone = Vec::new();
        let mut insert = InsertKept::new(&mut self.rows, slots, runs);
        tx.drive(&mut insert).and_then(|()| insert.check())?;
        for slot in slots {
            let row = self.rows[*slot as usize].as_ref();
            let number = row.and_then(|row| key_number(&self.primary, row, &mut self.tracks.keys));
            gone.extend(self.tracks.settle(*slot, number, transaction));
        }
        Ok(gone)
    }

    fn has_events(&self) -> bool {
        const { !M::EVENTS.is_none() }
    }

    fn see(&mut self, slot: u32, event: Event<'_>) -> Result<()> {
        if const { M::EVENTS.is_none() } {
            return Ok(());
        }
        let generation = self.tracks.slot(slot).generation;
        let Some(row) = self.rows[slot as usize].as_mut() else { return Ok(()) };
        let name = || format!("the draft `{:?}`", Handle::<M>::new(RowId { session: 0, store: 0, slot, generation }));
        match event {
            Event::BeforeInsert => {
                events::before_insert(row, &mut self.tracks.unwritten(slot).unset, name)?;
                // What it lacks is no fault of the values, which are placeholders there.
                let any: &mut dyn AnyStore = self;
                any.check_complete(slot)?;
                self.rows[slot as usize].as_mut().map_or(Ok(()), |row| events::validate_new(row, name))
            }
            Event::AfterInsert => events::after_insert([&*row]),
            Event::BeforeUpdate => {
                let differs = |row: &M| {
                    self.tracks.snapshot(slot).is_some_and(|was| was.differences(row, M::TABLE).next().is_some())
                };
                events::before_update(row, differs).map(drop)
            }
            Event::AfterUpdate(columns) => events::after_update(row, columns),
            Event::BeforeDelete => events::before_delete(row),
            Event::AfterDelete => events::after_delete(row),
        }
    }

    fn dependents(&self) -> FindDependents {
        keep::dependents::<M>
    }

    fn read_again(&self) -> ReadAgainAny {
        keep::read_again::<M>
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
