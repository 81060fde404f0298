use std::borrow::Cow;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::model::each::RowPlan;
use crate::model::select::{describe_row, not_found, push_fields, push_normalized};
use crate::model::{Model, Record, assign};
use crate::plan::Plan;
use crate::schema::statements::update;
use crate::schema::{Statements, Table};
use crate::sql::Dialect;
use crate::value::{Field, Value};

/// Gives the values of the `on_write` columns.
pub(crate) type OnWrite = fn(&mut dyn FnMut(usize, &dyn Field));

/// Sets the `on_write` columns of a row, and gives their positions.
#[inline]
pub(crate) fn set_on_write(table: &Table, row: &mut dyn Record, on_write: OnWrite) -> Result<Vec<usize>> {
    let mut written = Vec::new();
    let mut problem = None;
    on_write(&mut |index, field| {
        written.push(index);
        if let Err(error) = field.value().and_then(|value| row.field_mut(index).assign(value)) {
            problem = Some(Error::encode(table.name, table.columns[index].name, &error));
        }
    });
    problem.map_or(Ok(written), Err)
}

/// Cuts values to what the database gives back.
pub(super) fn normalize<M: Model>(row: &mut M) {
    for index in 0..M::COLUMNS.len() {
        row.field_mut(index).normalize();
    }
}

/// Nothing was changed: the row is gone, or has another version.
pub(crate) fn unchanged(table: &Table, row: &dyn Record) -> Error {
    let key = describe_row(table, row);
    if table.version().is_none() {
        return not_found(table, &key);
    }
    Error::from_kind(ErrorKind::StaleRow { table: table.name.to_string(), key })
}

/// What only the database writes of a row, as its statement gives it back.
pub(crate) fn returned(table: &Table, read_only: &[usize], row: &dyn Row) -> Result<Vec<Value<'static>>> {
    let reader = Reader::new(row, table.name);
    (0..read_only.len()).map(|position| reader.get(position)).collect()
}

/// What writes columns of one row, which is beside it.
pub(super) struct Update {
    table: &'static Table,
    statements: &'static Statements,
    on_write: OnWrite,
    /// The columns to write; all but the key if there is no list.
    columns: Option<Vec<usize>>,
    writes: Cow<'static, [usize]>,
    found_by: &'static [usize],
    /// The position and the next value of the version column.
    version: Option<(usize, i64)>,
    /// The columns that only the database writes.
    read_only: &'static [usize],
    /// What these have become, once the row was written.
    returned: Option<Vec<Value<'static>>>,
}

impl Update {
    pub(super) fn new<M: Model>(columns: Option<Vec<usize>>) -> Self {
        Update {
            table: M::TABLE,
            statements: M::statements(),
            on_write: M::on_write,
            columns,
            writes: Cow::Borrowed(&[]),
            found_by: &[],
            version: None,
            read_only: &[],
            returned: None,
        }
    }

    /// The columns to write, if not all are.
    pub(super) fn columns_mut(&mut self) -> Option<&mut Vec<usize>> {
        self.columns.as_mut()
    }

    /// Whether it was given a list without columns.
    pub(super) fn writes_nothing(&self) -> bool {
        self.columns.as_ref().is_some_and(Vec::is_empty)
    }

    /// The columns that its statement writes.
    pub(super) fn writes(&self) -> &[usize] {
        &self.writes
    }

    /// The version after this update, if the field can hold it.
    fn next_version(&self, row: &mut dyn Record) -> Result<Option<(usize, i64)>> {
        let Some(index) = self.table.version() else { return Ok(None) };
        let field = row.field_mut(index);
        let refused = |error| Error::encode(self.table.name, self.table.columns[index].name, &error);
        let Value::Int(current) = field.value().map_err(refused)? else { return Ok(None) };
        let next = current.saturating_add(1);
        field.assign(Value::Int(next)).map_err(refused)?;
        field.assign(Value::Int(current)).map_err(refused)?;
        Ok(Some((index, next)))
    }

    /// These columns, and what every update writes.
    fn part(&self, mut columns: Vec<usize>, touched: Vec<usize>) -> Result<Vec<usize>> {
        if let Some(key) = columns.iter().find(|index| self.table.columns[**index].primary_key) {
            return Err(Error::usage(format!(
                "`{}.{}` is part of the primary key, which names the row that is updated: leave it out of `update_only`",
                self.table.name, self.table.columns[*key].name
            )));
        }
        if let Some(index) = columns.iter().find(|index| self.table.columns[**index].read_only) {
            return Err(Error::usage(format!(
                "`{}.{}` is a column that only the database writes: leave it out of `update_only`",
                self.table.name, self.table.columns[*index].name
            )));
        }
        columns.extend(touched);
        columns.extend(self.table.version());
        columns.sort_unstable();
        columns.dedup();
        Ok(columns)
    }

    /// The statement for a row that has its last values: those of `touched` are written anyway.
    #[inline]
    pub(super) fn start(
        &mut self,
        row: &mut dyn Record,
        touched: Vec<usize>,
        before: Option<&Self>,
        dialect: &'static dyn Dialect,
    ) -> Result<Option<Statement>> {
        self.version = self.next_version(row)?;
        let texts = self.statements.texts(self.table, dialect);
        (self.found_by, self.read_only) = (&texts.found_by, &texts.read_only);
        self.writes = match self.columns.take() {
            Some(columns) => Cow::Owned(self.part(columns, touched)?),
            None => Cow::Borrowed(&texts.updated),
        };
        if before.is_some_and(|before| before.writes == self.writes) {
            return Ok(None);
        }
        let sql: Cow<'static, str> = match &self.writes {
            Cow::Owned(columns) => Cow::Owned(update(self.table, columns, dialect)),
            Cow::Borrowed(_) => Cow::Borrowed(&texts.update),
        };
        Ok(Some(if self.read_only.is_empty() { Statement::count(sql) } else { Statement::rows(sql) }))
    }

    pub(super) fn bind(&self, row: &mut dyn Record, parameters: &mut dyn Parameters) -> Result<()> {
        for index in self.writes.iter() {
            match self.version {
                Some((version, next)) if version == *index => parameters.push_int(next, false),
                _ => push_normalized(self.table, *index, row.field_mut(*index), parameters)?,
            }
        }
        push_fields(self.table, self.found_by, row, parameters)
    }

    pub(super) fn outcome(&self, row: &dyn Record, outcome: Outcome) -> Result<()> {
        if outcome.rows == 0 { Err(unchanged(self.table, row)) } else { Ok(()) }
    }

    /// Takes what the database gives back of the row.
    pub(super) fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.returned = Some(returned(self.table, self.read_only, row)?);
        Ok(())
    }

    /// Checks that the row was written, where the statement gives it back.
    pub(super) fn check(&self, row: &dyn Record) -> Result<()> {
        let is_written = self.read_only.is_empty() || self.returned.is_some();
        if is_written { Ok(()) } else { Err(unchanged(self.table, row)) }
    }

    /// The columns that the row is given values of by being written.
    pub(super) fn given(&self) -> impl Iterator<Item = usize> {
        self.read_only.iter().copied().chain(self.version.map(|(index, _)| index))
    }

    /// Gives the row what only the database writes, and counts the version up.
    ///
    /// # Errors
    /// If the row was not written.
    pub(super) fn finish(&self, row: &mut dyn Record) -> Result<()> {
        self.check(row)?;
        for (index, value) in self.read_only.iter().zip(self.returned.iter().flatten()) {
            assign(self.table, row, *index, value.clone())?;
        }
        let Some((index, next)) = self.version else { return Ok(()) };
        let assigned = row.field_mut(index).assign(Value::Int(next));
        assigned.map_err(|error| Error::encode(self.table.name, self.table.columns[index].name, &error))
    }
}

/// Writes columns of one row.
pub(super) struct UpdateRow<'r> {
    row: &'r mut dyn Record,
    update: Update,
}

impl<'r> UpdateRow<'r> {
    pub(super) fn new<M: Model>(row: &'r mut M, columns: Option<Vec<usize>>) -> Self {
        UpdateRow { row, update: Update::new::<M>(columns) }
    }
}

impl RowPlan for UpdateRow<'_> {
    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        let touched = set_on_write(self.update.table, self.row, self.update.on_write)?;
        self.update.start(self.row, touched, before.map(|before| &before.update), dialect)
    }

    fn writes_nothing(&self) -> bool {
        self.update.writes_nothing()
    }

    fn check(&self) -> Result<()> {
        self.update.check(self.row)
    }
}

impl Steps for UpdateRow<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.writes_nothing() {
            return Ok(Step::Done);
        }
        batch.extend(self.statement(None, dialect)?);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.update.bind(self.row, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.update.row(row)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.update.outcome(self.row, outcome)
    }
}

impl Plan for UpdateRow<'_> {
    type Output = ();

    fn finish(self) -> Result<()> {
        // Not before: by a deferred constraint, what was written is refused where it is committed.
        self.update.finish(self.row)
    }
}

/// Deletes one row.
pub(super) struct DeleteRow<'r> {
    table: &'static Table,
    statements: &'static Statements,
    row: &'r dyn Record,
    found_by: &'static [usize],
}

impl<'r> DeleteRow<'r> {
    pub(super) fn new<M: Model>(row: &'r M) -> Self {
        DeleteRow { table: M::TABLE, statements: M::statements(), row, found_by: &[] }
    }
}

impl RowPlan for DeleteRow<'_> {
    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        let texts = self.statements.texts(self.table, dialect);
        self.found_by = &texts.found_by;
        Ok(before.is_none().then(|| Statement::count(texts.delete.as_str())))
    }
}

impl Steps for DeleteRow<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.extend(self.statement(None, dialect)?);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_fields(self.table, self.found_by, self.row, parameters)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        if outcome.rows == 0 { Err(unchanged(self.table, self.row)) } else { Ok(()) }
    }
}

impl Plan for DeleteRow<'_> {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
