//! The statements of a flush that change and delete rows.

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AnyStore, Record, assign, lost_row, push, returned, unchanged};
use crate::schema::Table;
use crate::schema::statements::{update, update_arrays};
use crate::sql::Dialect;
use crate::value::Value;

fn record(store: &dyn AnyStore, slot: u32) -> Result<&dyn Record> {
    store.record(slot).ok_or_else(lost_row)
}

/// Writes the same columns of many rows.
pub(super) struct UpdateRows<'s> {
    store: &'s mut dyn AnyStore,
    table: &'static Table,
    /// The position of the version.
    version: Option<usize>,
    slots: &'s [u32],
    columns: Vec<usize>,
    /// Those, and behind them the columns by which a row is found.
    bound: Vec<usize>,
    /// Whether one may have to let go of what another takes.
    in_order: bool,
    by_column: bool,
    /// The columns that only the database writes.
    read_only: &'static [usize],
    /// What these have become, of each row that was written.
    returned: Vec<Option<Vec<Value<'static>>>>,
}

impl<'s> UpdateRows<'s> {
    pub(super) fn new(store: &'s mut dyn AnyStore, slots: &'s [u32], mut columns: Vec<usize>, in_order: bool) -> Self {
        let table = store.table();
        let version = table.version();
        columns.extend(version);
        columns.sort_unstable();
        columns.dedup();
        let (bound, returned) = (Vec::new(), Vec::new());
        UpdateRows {
            store,
            table,
            version,
            slots,
            columns,
            bound,
            in_order,
            by_column: false,
            read_only: &[],
            returned,
        }
    }

    /// The version of a row after this update.
    fn next_version(&self, slot: u32) -> Result<Option<(usize, i64)>> {
        let Some(index) = self.version else { return Ok(None) };
        match record(self.store, slot)?.field(index).value() {
            Ok(Value::Int(version)) => Ok(Some((index, version.saturating_add(1)))),
            _ => Ok(None),
        }
    }

    fn push(&self, slot: u32, parameters: &mut dyn Parameters) -> Result<()> {
        let Some((version, next)) = self.next_version(slot)? else {
            return self.store.send(slot, &self.bound, parameters);
        };
        let (table, row) = (self.table, record(self.store, slot)?);
        for (position, index) in self.bound.iter().enumerate() {
            // Behind the columns that are written it is the one by which the row is found.
            if *index == version && position < self.columns.len() {
                parameters.push_int(next, false);
            } else {
                push(table, *index, row.field(*index), parameters)?;
            }
        }
        Ok(())
    }

    /// Counts the versions up and takes what only the database writes, once all rows are written.
    ///
    /// # Errors
    /// If a row was not written, or a version has no place in its field.
    pub(super) fn finish(mut self) -> Result<()> {
        let table = self.table;
        for (slot, returned) in self.slots.iter().zip(std::mem::take(&mut self.returned)) {
            let Some(returned) = returned else { return Err(unchanged(table, record(self.store, *slot)?)) };
            let Some(row) = self.store.record_mut(*slot) else { continue };
            let mut values = self.read_only.iter().zip(returned);
            values.try_for_each(|(index, value)| assign(table, row, *index, value))?;
        }
        if self.version.is_none() {
            return Ok(());
        }
        for slot in self.slots {
            if let Some((index, next)) = self.next_version(*slot)?
                && let Some(row) = self.store.record_mut(*slot)
            {
                let assigned = row.field_mut(index).assign(Value::Int(next));
                assigned.map_err(|error| Error::encode(table.name, table.columns[index].name, &error))?;
            }
        }
        Ok(())
    }
}

impl Steps for UpdateRows<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let table = self.table;
        let texts = self.store.statements().texts(table, dialect);
        self.bound = [&self.columns, &*texts.found_by].concat();
        self.read_only = &texts.read_only;
        if !self.read_only.is_empty() {
            // What comes back is told apart by the execution that gives it.
            self.returned = vec![None; self.slots.len()];
            batch.push(Statement::rows(update(table, &self.columns, dialect)).times(self.slots.len()));
            return Ok(Step::RunLast);
        }
        let together = self.slots.len() > 1 && !self.in_order;
        let arrays = if together { update_arrays(table, &self.columns, dialect) } else { None };
        self.by_column = arrays.is_some();
        batch.push(match arrays {
            Some(sql) => Statement::count(sql).by_column(),
            None => Statement::count(update(table, &self.columns, dialect)).times(self.slots.len()),
        });
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if self.by_column {
            return self.slots.iter().try_for_each(|slot| self.push(*slot, parameters));
        }
        self.push(self.slots[execution], parameters)
    }

    fn row(&mut self, _: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.returned[execution] = Some(returned(self.table, self.read_only, row)?);
        Ok(())
    }

    fn outcome(&mut self, _: usize, execution: usize, outcome: Outcome) -> Result<()> {
        let table = self.table;
        if !self.by_column {
            let written = outcome.rows > 0;
            return if written { Ok(()) } else { Err(unchanged(table, record(self.store, self.slots[execution])?)) };
        }
        let missing = (self.slots.len() as u64).saturating_sub(outcome.rows);
        if missing == 0 {
            return Ok(());
        }
        let (key, table) =
            (format!("of {missing} of the {} rows that were written together", self.slots.len()), table.name);
        Err(Error::from_kind(match self.version {
            Some(_) => ErrorKind::StaleRow { table: table.to_string(), key },
            None => ErrorKind::NotFound { table: table.to_string(), criterion: key },
        }))
    }
}

/// Deletes many rows, in this order.
pub(super) struct DeleteRows<'s> {
    store: &'s mut dyn AnyStore,
    slots: &'s [u32],
    /// The columns by which a row is found.
    found_by: &'static [usize],
}

impl<'s> DeleteRows<'s> {
    pub(super) fn new(store: &'s mut dyn AnyStore, slots: &'s [u32]) -> Self {
        DeleteRows { store, slots, found_by: &[] }
    }
}

impl Steps for DeleteRows<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let texts = self.store.statements().texts(self.store.table(), dialect);
        self.found_by = &texts.found_by;
        batch.push(Statement::count(texts.delete.as_str()).times(self.slots.len()));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.store.send(self.slots[execution], self.found_by, parameters)
    }

    /// A row that is gone already is what was wanted, unless somebody changed it since it was read.
    fn outcome(&mut self, _: usize, execution: usize, outcome: Outcome) -> Result<()> {
        let table = self.store.table();
        if outcome.rows == 0 && table.version().is_some() {
            return Err(unchanged(table, record(self.store, self.slots[execution])?));
        }
        Ok(())
    }
}
