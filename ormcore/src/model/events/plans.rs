//! The update and the delete of one row of a model that has functions called for them.

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::each::RowPlan;
use crate::model::update::{DeleteRow, UpdateRow, normalize};
use crate::model::{Model, values};
use crate::plan::Plan;
use crate::sql::Dialect;

/// Writes columns of one row, once its model has seen it.
pub(in crate::model) struct UpdateSeen<'r, M> {
    unseen: Option<(&'r mut M, Option<Vec<usize>>)>,
    update: Option<UpdateRow<'r>>,
}

impl<'r, M: Model> UpdateSeen<'r, M> {
    pub(in crate::model) fn new(row: &'r mut M, columns: Option<Vec<usize>>) -> Self {
        UpdateSeen { unseen: Some((row, columns)), update: None }
    }
}

impl<M: Model> RowPlan for UpdateSeen<'_, M> {
    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        let Some((row, mut columns)) = self.unseen.take() else { return Ok(None) };
        // What is only cut is not changed by the model.
        normalize(row);
        let was = columns.is_some().then(|| values(M::TABLE, row));
        let touched = super::before_update(row, |_| true)?;
        if let (Some(columns), Some(was)) = (&mut columns, &was) {
            // What the model changed is written too.
            columns.extend(super::changed(row, was.values()));
        }
        let before = before.and_then(|before| before.update.as_ref());
        self.update.insert(UpdateRow::new(row, columns)).start(touched, before, dialect)
    }

    fn check(&self) -> Result<()> {
        self.update.as_ref().map_or(Ok(()), UpdateRow::check)
    }
}

impl<M: Model> Steps for UpdateSeen<'_, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.extend(self.statement(None, dialect)?);
        Ok(if batch.is_empty() { Step::Done } else { Step::RunLast })
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.update.iter_mut().try_for_each(|update| update.bind(statement, execution, parameters))
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.update.iter_mut().try_for_each(|update| update.row(statement, execution, row))
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.update.iter_mut().try_for_each(|update| update.outcome(statement, execution, outcome))
    }
}

impl<M: Model> Plan for UpdateSeen<'_, M> {
    type Output = ();

    fn finish(self) -> Result<()> {
        self.update.map_or(Ok(()), UpdateRow::finish)
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
    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>> {
        super::before_delete(self.row)?;
        self.delete.statement(before.map(|before| &before.delete), dialect)
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
