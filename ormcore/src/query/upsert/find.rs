//! Upserts that give the row that a draft has met: it is looked for, inserted where it is not there, and looked for again
//! where another was faster.
//!
//! Most often the row is there, and to look first takes no number of a sequence and no lock of a writer. The unique
//! constraint decides all the same: a draft that comes second inserts nothing, and a statement after its own sees the row.

use super::plan::{Stage, UpsertRows};
use super::{Target, Upserted};
use crate::backend::{Parameters, Reader, Row, Statement, Step};
use crate::error::{Error, Result};
use crate::model::{Model, prepare_unseen, push_normalized};
use crate::schema::statements::select_by;
use crate::sql::Dialect;

/// How often a draft is inserted that has met a row each time, and then not found it.
const MOST_TRIES: u32 = 5;

/// What is known of rows that are looked for.
#[derive(Default)]
pub(super) struct Finding {
    /// The SELECT of one of them.
    lookup: String,
    /// The drafts whose rows are unknown yet, by their places among all.
    unknown: Vec<usize>,
    /// Of all drafts, whether the row was there.
    found: Vec<bool>,
    /// How often those that are unknown were inserted.
    tries: u32,
    /// Whether all is in a transaction.
    has_begun: bool,
}

impl Finding {
    /// The place among all of a draft of the batch.
    pub(super) fn place(&self, at: usize) -> usize {
        self.unknown.get(at).copied().unwrap_or(at)
    }

    /// Whether the row of a draft was there.
    pub(super) fn has_found(&self, place: usize) -> bool {
        self.found.get(place).is_some_and(|found| *found)
    }
}

impl<M: Model, O: Upserted<M>, E> UpsertRows<M, O, E> {
    pub(super) fn find_next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match self.stage {
            Stage::New => {
                if self.start_finding(dialect)? {
                    self.look(batch)
                } else {
                    self.insert_unknown(dialect, batch)
                }
            }
            Stage::Begun => {
                self.stage = Stage::Run;
                batch.append(&mut self.statements);
                Ok(Step::Run)
            }
            Stage::Looked | Stage::Run => {
                self.leave_out_known();
                if let Stage::Run = self.stage { self.look(batch) } else { self.insert_unknown(dialect, batch) }
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    /// Gives the drafts their last values, for they are looked for by what will be inserted. Whether they may be looked for
    /// first: whether a draft is among the rows of a partial index, only the database knows.
    fn start_finding(&mut self, dialect: &'static dyn Dialect) -> Result<bool> {
        self.check()?;
        let target = self.clause.target.columns();
        let filter = self.clause.target.filter(M::TABLE)?;
        let is_left = |index: &&usize| self.parts.iter().any(|part| part.unset.contains(**index));
        if let Some(index) = target.iter().find(is_left) {
            return Err(left_to_database::<M>(*index));
        }
        let mut lookup = select_by(&M::statements().texts(M::TABLE, dialect).all, M::TABLE, target, dialect);
        if let Some(filter) = filter {
            lookup.push_str(&format!(" AND ({filter})"));
        }
        self.rows.iter_mut().try_for_each(prepare_unseen)?;
        let (unknown, found) = ((0..self.rows.len()).collect(), vec![false; self.rows.len()]);
        self.finding = Finding { lookup, unknown, found, ..Finding::default() };
        Ok(filter.is_none())
    }

    /// Looks for what is unknown.
    fn look(&mut self, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.rows.is_empty() {
            return self.end_finding();
        }
        self.stage = Stage::Looked;
        batch.push(Statement::rows(self.finding.lookup.clone()).times(self.rows.len()));
        Ok(Step::Run)
    }

    /// Inserts what is unknown.
    fn insert_unknown(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.rows.is_empty() {
            return self.end_finding();
        }
        self.finding.tries += 1;
        if self.finding.tries > MOST_TRIES {
            return Err(never_found::<M>(self.clause.target.columns()));
        }
        let statements = self.statements(dialect)?;
        if (self.rows.len() > 1 || self.tells()) && !self.finding.has_begun {
            self.finding.has_begun = true;
            self.statements = statements;
            self.stage = Stage::Begun;
            return Ok(Step::Begin);
        }
        self.stage = Stage::Run;
        batch.extend(statements);
        Ok(Step::Run)
    }

    /// By what the drafts that are inserted may meet a row.
    ///
    /// A row that another inserts at this moment may agree with the draft in several constraints, and all but those of the
    /// clause would refuse the draft, though its row is there. So it is any of them at first; what is then not found has met
    /// another one alone, and the next try says which.
    pub(super) fn met_by(&self) -> &Target {
        if self.finding.tries == 1 { &Target::Any } else { &self.clause.target }
    }

    /// Lets go of the drafts whose rows are known by now.
    fn leave_out_known(&mut self) {
        let is_unknown: Vec<bool> = self.finding.unknown.iter().map(|place| self.outputs[*place].is_none()).collect();
        let mut end = 0;
        for part in &mut self.parts {
            let start = end;
            end += is_unknown[part.rows.clone()].iter().filter(|is_unknown| **is_unknown).count();
            part.rows = start..end;
        }
        self.parts.retain(|part| !part.rows.is_empty());
        let mut each = is_unknown.iter();
        self.rows.retain(|_| each.next().is_some_and(|is_unknown| *is_unknown));
        let mut each = is_unknown.iter();
        self.finding.unknown.retain(|_| each.next().is_some_and(|is_unknown| *is_unknown));
    }

    fn end_finding(&mut self) -> Result<Step> {
        self.stage = Stage::Done;
        self.give()?;
        Ok(if self.finding.has_begun { Step::Commit } else { Step::Done })
    }

    /// Sends what a draft is looked for by.
    pub(super) fn bind_lookup(&mut self, at: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let row = &mut self.rows[at];
        let mut send = |index: &usize| push_normalized(M::TABLE, *index, row.field_mut(*index), parameters);
        self.clause.target.columns().iter().try_for_each(&mut send)
    }

    /// Takes the row that a draft has met.
    pub(super) fn found(&mut self, at: usize, row: &dyn Row) -> Result<()> {
        let place = self.finding.place(at);
        self.outputs[place] = Some(M::decode(&Reader::new(row, M::NAME))?);
        self.finding.found[place] = true;
        Ok(())
    }
}

fn left_to_database<M: Model>(index: usize) -> Error {
    let (model, column) = (M::TABLE.model, &M::COLUMNS[index]);
    let by_value = if column.read_only { "" } else { "give the draft a value for it, or " };
    let column = column.said();
    Error::usage(format!(
        "`or_find()` finds the row of `{}` by what the draft has for `{model}::{column}`, and that is left to the database: \
         {by_value}give `on_conflict` the columns of another unique constraint",
        M::NAME
    ))
}

fn never_found<M: Model>(target: &[usize]) -> Error {
    let constant = |index: &usize| format!("{}::{}", M::TABLE.model, M::COLUMNS[*index].said());
    let constants = target.iter().map(constant).collect::<Vec<_>>().join(", ");
    Error::usage(format!(
        "a draft of `{}` was not inserted, and a row with its `{constants}` was not found, {MOST_TRIES} times: each time \
         others may have deleted the row, and then it helps to run this again; or a trigger of the database leaves the draft \
         out, a trigger or the type of a column changes what it is found by, or a policy hides the row",
        M::NAME
    ))
}
