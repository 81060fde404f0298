use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::draft::{ColumnSet, prepare};
use crate::model::events::after_insert;
use crate::model::{Draft, Model, NestedDrafts, push_straight};
use crate::plan::Plan;
use crate::sql::Dialect;

use self::parts::{Chosen, Parts, lost_rows};

mod kept;
mod parts;

pub(super) use kept::InsertKept;
pub(crate) use parts::Run;

/// Gives a row its last values, unless its model has seen them.
#[inline]
pub(crate) fn prepare_unseen<M: Model>(row: &mut M) -> Result<()> {
    if const { M::EVENTS.validate.is_some() } { Ok(()) } else { prepare(row) }
}

/// Inserts one draft, with what is nested under it.
pub(super) struct InsertRow<M> {
    /// None once a graph has it.
    draft: Option<Draft<M>>,
    insert: Option<Chosen>,
    /// Whether what the database was to give back is still to come.
    is_awaited: bool,
    graph: Option<Box<dyn InsertGraph<M>>>,
}

/// Inserts a draft with what is nested under it.
pub(super) trait InsertGraph<M>: Steps {
    /// The draft's row.
    fn finish(self: Box<Self>) -> Result<M>;
}

impl<M: Model> InsertGraph<M> for InsertRows<M, fn(Vec<M>) -> Result<M>> {
    fn finish(self: Box<Self>) -> Result<M> {
        Plan::finish(*self)
    }
}

/// What inserts a draft with what is nested under it.
pub(super) fn insert_graph<M: Model>(draft: Draft<M>) -> Box<dyn InsertGraph<M>> {
    Box::new(InsertRows::new(std::iter::once(draft), only as fn(Vec<M>) -> Result<M>))
}

/// The row of the only draft.
pub(super) fn only<M>(mut rows: Vec<M>) -> Result<M> {
    rows.pop().ok_or_else(|| Error::usage("the draft became no row"))
}

impl<M: Model> InsertRow<M> {
    #[inline]
    pub(super) fn new(draft: Draft<M>) -> Self {
        InsertRow { draft: Some(draft), insert: None, is_awaited: false, graph: None }
    }

    /// The only draft, and its statement.
    #[inline]
    fn alone(&mut self) -> Option<(&mut M, &Chosen)> {
        Some((&mut self.draft.as_mut()?.row, self.insert.as_ref()?))
    }

    #[cold]
    fn next_of_graph(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if let Some(draft) = self.draft.take()
            && let Some(insert) = draft.graph()
        {
            self.graph = Some(insert(draft));
        }
        self.graph.as_mut().map_or(Ok(Step::Done), |graph| graph.next(dialect, batch))
    }
}

impl<M: Model> Steps for InsertRow<M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let Some(draft) = self.draft.as_mut().filter(|draft| !draft.has_nested()) else {
            return self.next_of_graph(dialect, batch);
        };
        if const { M::EVENTS.of_insert() } {
            draft.show(|| "the draft".to_string())?;
        }
        let is_usual = draft.is_usual();
        if !is_usual {
            draft.check()?;
        }
        prepare_unseen(&mut draft.row)?;
        let chosen = if is_usual { Chosen::usual::<M>(dialect) } else { Chosen::new::<M>(&draft.unset, dialect) };
        self.is_awaited = chosen.gives_row();
        batch.push(self.insert.insert(chosen).statement(M::TABLE));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if let Some(graph) = &mut self.graph {
            return graph.bind(statement, execution, parameters);
        }
        self.alone().map_or(Ok(()), |(inserted, insert)| insert.bind(M::TABLE, inserted, parameters))
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        if let Some(graph) = &mut self.graph {
            return graph.row(statement, execution, row);
        }
        self.is_awaited = false;
        self.alone().map_or(Ok(()), |(inserted, insert)| insert.take_row(M::TABLE, inserted, row))
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        if let Some(graph) = &mut self.graph {
            return graph.outcome(statement, execution, outcome);
        }
        self.alone().map_or(Ok(()), |(inserted, insert)| insert.take_key(M::TABLE, inserted, outcome))
    }
}

impl<M: Model> Plan for InsertRow<M> {
    type Output = M;

    #[inline]
    fn finish(self) -> Result<M> {
        if let Some(graph) = self.graph {
            return graph.finish();
        }
        match self.draft {
            Some(_) if self.is_awaited => Err(lost_rows(M::TABLE)),
            Some(draft) => Ok(draft.row),
            None => only(Vec::new()),
        }
    }
}

/// Rows on their way into the database, with what is nested under them.
pub(crate) struct Inserting<M> {
    rows: Vec<M>,
    runs: Vec<Run>,
    /// What the first draft lacks that cannot be inserted.
    problem: Option<Error>,
    parts: Parts,
    nested: Vec<Box<dyn NestedDrafts<M>>>,
    /// Of each nested relationship, its first statement in the last batch; none before the rows are inserted.
    first: Option<Vec<usize>>,
}

impl<M: Model> Inserting<M> {
    pub(crate) fn new(drafts: impl Iterator<Item = Draft<M>>) -> Self {
        let mut inserting = Inserting {
            rows: Vec::with_capacity(drafts.size_hint().0),
            runs: Vec::new(),
            problem: None,
            parts: Parts::default(),
            nested: Vec::new(),
            first: None,
        };
        drafts.for_each(|draft| inserting.add(draft));
        inserting
    }

    // Inlined, it would copy the draft once more.
    #[inline(never)]
    fn add(&mut self, mut draft: Draft<M>) {
        if const { M::EVENTS.of_insert() } || !draft.is_plain() {
            self.look_at(&mut draft);
        }
        match self.runs.last_mut() {
            Some(run) if run.unset == draft.unset => run.rows += 1,
            _ => self.add_run(draft.unset),
        }
        push_straight(&mut self.rows, draft.row);
    }

    /// Shows the next draft to its model, takes what is nested under it, and notes what it lacks.
    #[inline(never)]
    fn look_at(&mut self, draft: &mut Draft<M>) {
        if const { M::EVENTS.of_insert() } && self.problem.is_none() {
            let number = self.rows.len() + 1;
            self.problem = draft.show(|| format!("draft {number}")).err();
        }
        if let Err(error) = draft.check() {
            self.problem.get_or_insert(error);
        }
        draft.take_nested().into_iter().for_each(|nested| self.add_nested(nested));
    }

    #[cold]
    fn add_run(&mut self, unset: ColumnSet) {
        self.runs.push(Run { unset, rows: 1 });
    }

    /// Takes what is nested under the next row.
    fn add_nested(&mut self, mut nested: Box<dyn NestedDrafts<M>>) {
        nested.place_under(self.rows.len());
        match self.nested.iter_mut().find(|other| other.name() == nested.name()) {
            Some(same) => same.merge(nested),
            None => self.nested.push(nested),
        }
    }

    /// Whether one execution of one statement is all that may have to be undone.
    fn is_one_execution(&self) -> bool {
        let ends_with_it = const { M::EVENTS.after_insert.is_none() };
        ends_with_it && self.nested.is_empty() && self.parts.executions() <= 1
    }

    /// Chooses the statements of its own rows.
    fn split(&mut self, dialect: &'static dyn Dialect) -> Result<()> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        self.parts = Parts::new::<M>(&self.runs, dialect);
        Ok(())
    }

    fn push_own(&self, batch: &mut Vec<Statement>) {
        batch.extend(self.parts.statements(M::TABLE));
    }

    /// Puts the statements of its own rows into the batch.
    pub(crate) fn start(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()> {
        self.split(dialect)?;
        self.push_own(batch);
        Ok(())
    }

    /// Puts the statements of the next level into the batch; none if all is inserted.
    pub(crate) fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()> {
        if self.first.is_none() {
            self.check_returned()?;
            after_insert(&self.rows)?;
        }
        let (start, mut first) = (batch.len(), Vec::new());
        for nested in &mut self.nested {
            first.push(batch.len() - start);
            nested.next(&self.rows, dialect, batch)?;
        }
        self.first = Some(first);
        Ok(())
    }

    /// The nested relationship that put a statement into the last batch, and which of its own it is.
    fn owner(&mut self, statement: usize) -> Option<(&mut dyn NestedDrafts<M>, usize)> {
        let first = self.first.as_ref()?;
        let owner = first.partition_point(|first| *first <= statement).checked_sub(1)?;
        Some((self.nested[owner].as_mut(), statement - first[owner]))
    }

    pub(crate) fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if let Some((nested, own)) = self.owner(statement) {
            return nested.bind(own, execution, parameters);
        }
        self.parts.bind(statement, execution, &mut self.rows, parameters)
    }

    pub(crate) fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        if let Some((nested, own)) = self.owner(statement) {
            return nested.row(own, execution, row);
        }
        self.parts.row(M::TABLE, statement, &mut self.rows, row)
    }

    pub(crate) fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        if let Some((nested, own)) = self.owner(statement) {
            return nested.outcome(own, execution, outcome);
        }
        self.parts.outcome(statement, execution, &mut self.rows, outcome)
    }

    /// Whether as many rows have come back as were to.
    fn check_returned(&self) -> Result<()> {
        self.parts.check_returned(M::TABLE)
    }

    /// The rows so far.
    pub(crate) fn rows(&self) -> &[M] {
        &self.rows
    }

    /// The rows, which keep what was nested under them.
    pub(crate) fn finish(mut self) -> Result<Vec<M>> {
        self.check_returned()?;
        for nested in self.nested {
            nested.finish(&mut self.rows)?;
        }
        Ok(self.rows)
    }
}

/// Inserts many drafts, all or nothing.
pub(super) struct InsertRows<M, E> {
    inserting: Inserting<M>,
    stage: Stage,
    end: E,
}

#[derive(Clone, Copy)]
enum Stage {
    Unsplit,
    Begun,
    Inserted,
    Done,
}

impl<M: Model, E> InsertRows<M, E> {
    /// Inserts them; `end` makes the output of the rows.
    pub(super) fn new<O>(drafts: impl Iterator<Item = Draft<M>>, end: E) -> Self
    where
        E: FnOnce(Vec<M>) -> Result<O>,
    {
        InsertRows { inserting: Inserting::new(drafts), stage: Stage::Unsplit, end }
    }
}

impl<M: Model, E: Send> Steps for InsertRows<M, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match self.stage {
            Stage::Unsplit => {
                self.inserting.split(dialect)?;
                let is_one = self.inserting.is_one_execution();
                if is_one && self.inserting.parts.is_whole() {
                    self.stage = Stage::Done;
                    self.inserting.push_own(batch);
                    return Ok(Step::RunLast);
                }
                self.stage = Stage::Begun;
                Ok(if is_one { Step::BeginIfNone } else { Step::Begin })
            }
            Stage::Begun => {
                self.stage = Stage::Inserted;
                self.inserting.push_own(batch);
                Ok(Step::Run)
            }
            Stage::Inserted => {
                self.inserting.next(dialect, batch)?;
                if !batch.is_empty() {
                    return Ok(Step::Run);
                }
                self.stage = Stage::Done;
                Ok(Step::Commit)
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.inserting.bind(statement, execution, parameters)
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.inserting.row(statement, execution, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.inserting.outcome(statement, execution, outcome)
    }
}

impl<M: Model, O, E: FnOnce(Vec<M>) -> Result<O> + Send> Plan for InsertRows<M, E> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.inserting.finish()?)
    }
}
