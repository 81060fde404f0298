use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::plan::Plan;
use crate::sql::Dialect;

/// The plan of one row, which has one statement.
pub(super) trait RowPlan: Steps {
    /// Whether its model sees the row once it is written: what it refuses then is to be undone.
    const IS_SEEN_AFTER: bool = false;

    /// Gives the statement; none if it is that of `before`, which has given its own: a text is not written for each of many
    /// rows that are written alike.
    fn statement(&mut self, before: Option<&Self>, dialect: &'static dyn Dialect) -> Result<Option<Statement>>;

    /// Whether there is nothing to write, and so no statement.
    fn writes_nothing(&self) -> bool {
        false
    }

    /// Checks that the row was written, where the statement gives it back.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Has its model see the row that was written.
    fn see_written(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Writes many rows, each by a plan of its own: all or nothing.
pub(super) struct EachRow<P> {
    plans: Vec<P>,
    statements: Vec<Statement>,
    /// Of each statement, the first plan that it is executed for.
    first: Vec<usize>,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Begun,
    Run,
    Done,
}

impl<P: RowPlan> EachRow<P> {
    pub(super) fn new(plans: impl Iterator<Item = P>) -> Self {
        let plans = plans.filter(|plan| !plan.writes_nothing()).collect();
        EachRow { plans, statements: Vec::new(), first: Vec::new(), stage: Stage::New }
    }

    /// Asks each plan for its statement; neighbours that write alike are executions of one.
    fn ask(&mut self, dialect: &'static dyn Dialect) -> Result<()> {
        let mut before = None;
        for (place, plan) in self.plans.iter_mut().enumerate() {
            match (plan.statement(before, dialect)?, self.statements.last_mut()) {
                (None, Some(last)) => last.executions += 1,
                (None, None) => {}
                (Some(statement), _) => {
                    self.first.push(place);
                    self.statements.push(statement);
                }
            }
            before = Some(&*plan);
        }
        Ok(())
    }
}

impl<P: RowPlan> Steps for EachRow<P> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match self.stage {
            // A row that its model refuses is told before anything is sent.
            Stage::New => {
                self.ask(dialect)?;
                if self.plans.len() > 1 || (P::IS_SEEN_AFTER && !self.plans.is_empty()) {
                    self.stage = Stage::Begun;
                    return Ok(Step::Begin);
                }
                self.stage = Stage::Done;
                batch.append(&mut self.statements);
                Ok(if self.plans.is_empty() { Step::Done } else { Step::RunLast })
            }
            Stage::Begun => {
                self.stage = Stage::Run;
                batch.append(&mut self.statements);
                Ok(Step::Run)
            }
            Stage::Run => {
                self.stage = Stage::Done;
                self.plans.iter().try_for_each(P::check)?;
                if const { P::IS_SEEN_AFTER } {
                    self.plans.iter_mut().try_for_each(P::see_written)?;
                }
                Ok(Step::Commit)
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.plans[self.first[statement] + execution].bind(0, 0, parameters)
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.plans[self.first[statement] + execution].row(0, 0, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.plans[self.first[statement] + execution].outcome(0, 0, outcome)
    }
}

impl<P: RowPlan + Plan<Output = ()>> Plan for EachRow<P> {
    type Output = ();

    fn finish(self) -> Result<()> {
        self.plans.into_iter().try_for_each(P::finish)
    }
}
