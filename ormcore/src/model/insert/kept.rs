//! Rows of a unit of work, which stay where they are while they are inserted.

use std::ops::Range;

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::insert::parts::{Chosen, Parts, Places, Run, bind, lost_rows};
use crate::model::{Model, Record};
use crate::sql::Dialect;

/// Inserts rows of a unit of work, which keeps them whatever comes of it.
pub(in crate::model) struct InsertKept<'s, M> {
    rows: Kept<'s, M>,
    runs: Vec<Run>,
    parts: Parts,
}

/// Some of the rows that are kept.
struct Kept<'s, M> {
    all: &'s mut [Option<M>],
    slots: &'s [u32],
}

impl<M: Model> Places for Kept<'_, M> {
    fn at(&mut self, place: usize) -> Option<&mut dyn Record> {
        Some(self.row(place)?)
    }

    fn bind(&mut self, places: Range<usize>, insert: &Chosen, parameters: &mut dyn Parameters) -> Result<()> {
        for place in places {
            bind(self.row(place).ok_or_else(|| lost_rows(M::TABLE))?, insert, parameters)?;
        }
        Ok(())
    }

    fn take_key(&mut self, place: usize, insert: &Chosen, outcome: Outcome) -> Result<()> {
        insert.take_key(M::TABLE, self.row(place).ok_or_else(|| lost_rows(M::TABLE))?, outcome)
    }
}

impl<M> Kept<'_, M> {
    #[inline]
    fn row(&mut self, place: usize) -> Option<&mut M> {
        self.all.get_mut(*self.slots.get(place)? as usize)?.as_mut()
    }
}

impl<'s, M: Model> InsertKept<'s, M> {
    /// The rows in these slots, which lack nothing but what the database fills in.
    pub(in crate::model) fn new(all: &'s mut [Option<M>], slots: &'s [u32], runs: Vec<Run>) -> Self {
        InsertKept { rows: Kept { all, slots }, runs, parts: Parts::default() }
    }

    /// Whether as many rows have come back as were to.
    pub(in crate::model) fn check(&self) -> Result<()> {
        self.parts.check_returned(M::TABLE)
    }
}

impl<M: Model> Steps for InsertKept<'_, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.parts = Parts::new::<M>(&self.runs, dialect);
        batch.extend(self.parts.statements(M::TABLE));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.parts.bind(statement, execution, &mut self.rows, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.parts.row(M::TABLE, statement, &mut self.rows, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.parts.outcome(statement, execution, &mut self.rows, outcome)
    }
}
