//! The update and the delete of one row of a model that has functions called for them.

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::each::RowPlan;
use crate::model::update::{DeleteRow, Update, normalize};
use crate::model::{Model, assign, values};
use crate::plan::Plan;
use crate::sql::Dialect;

/// Writes columns of one row, once its model has seen it.
pub(in crate::model) struct UpdateSeen<'r, M> {
    row: &'r mut M,
    update: Update,
}

impl<'r, M: Model> UpdateSeen<'r, M> {
    pub(in crate::model) fn new(row: &'r mut M, columns: Option<Vec<usize>>) -> Self {
        UpdateSeen { row, update: Update::new::<M>(columns) }
    }
}

impl<M: Model> RowPlan for UpdateSeen<'_, M> {
    const IS_SEEN_AFTER: bool = M::EVENTS.after_update.is_some();

    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        // What is only cut is not changed by the model.
        normalize(self.row);
        let was = self.update.columns_mut().is_some().then(|| values(M::TABLE, self.row));
        let touched = super::before_update(self.row, |_| true)?;
        if let (Some(columns), Some(was)) = (self.update.columns_mut(), &was) {
            // What the model changed is written too.
            columns.extend(super::changed(self.row, was.values()));
        }
        self.update.start(self.row, touched, before.map(|before| &before.update), dialect)
    }

    fn writes_nothing(&self) -> bool {
        self.update.writes_nothing()
    }

    fn see_written(&mut self) -> Result<()> {
        // What no database can hold cannot be told, and is not given back.
        let now = |index: usize| Some((index, self.row.field(index).value().ok()?.into_owned()));
        let kept: Vec<_> = self.update.given().filter_map(now).collect();
        self.update.finish(self.row)?;
        let seen = super::after_update(self.row, &super::written_columns(self.update.writes(), self.row, &kept));
        // What was given is the row's when all of it is kept.
        kept.into_iter().try_for_each(|(index, was)| assign(M::TABLE, self.row, index, was)).and(seen)
    }

    fn check(&self) -> Result<()> {
        self.update.check(self.row)
    }
}

impl<M: Model> Steps for UpdateSeen<'_, M> {
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

impl<M: Model> Plan for UpdateSeen<'_, M> {
    type Output = ();

    fn finish(self) -> Result<()> {
        self.update.finish(self.row)
    }
}

/// Deletes one row, once its model has seen it.
pub(in crate::model) struct DeleteSeen<'r, M> {
    row: &'r M,
    delete: DeleteRow<'r>,
}

impl<'r, M: Model> DeleteSeen<'r, M> {
    pub(in crate::model) fn new(row: &'r M) -> Self {
        DeleteSeen { row, delete: DeleteRow::new(row) }
    }
}

impl<M: Model> RowPlan for DeleteSeen<'_, M> {
    const IS_SEEN_AFTER: bool = M::EVENTS.after_delete.is_some();

    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        super::before_delete(self.row)?;
        self.delete.statement(before.map(|before| &before.delete), dialect)
    }

    fn see_written(&mut self) -> Result<()> {
        super::after_delete(self.row)
    }
}

impl<M: Model> Steps for DeleteSeen<'_, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.extend(self.statement(None, dialect)?);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.delete.bind(statement, execution, parameters)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.delete.outcome(statement, execution, outcome)
    }
}

impl<M: Model> Plan for DeleteSeen<'_, M> {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
