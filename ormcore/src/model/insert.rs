use std::borrow::Cow;
use std::ops::Range;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::draft::{ColumnSet, filled_by_database, prepare};
use crate::model::events::after_insert;
use crate::model::select::push_normalized;
use crate::model::{Draft, Model, NestedDrafts};
use crate::plan::Plan;
use crate::schema::statements::{Insert, Returns, insert};
use crate::sql::Dialect;
use crate::value::{Value, ValueError};

/// The INSERT that was chosen for a row, and what it does with the row.
enum Chosen {
    Fixed(&'static Insert),
    Made(Box<Insert>),
}

impl Chosen {
    /// The INSERT for a row whose columns `unset` are left to the database.
    fn new<M: Model>(unset: &ColumnSet, dialect: &dyn Dialect) -> Self {
        let texts = M::statements().texts(M::TABLE, dialect);
        if *unset == ColumnSet::default() {
            Chosen::Fixed(&texts.insert_full)
        } else if *unset == filled_by_database::<M>() {
            Chosen::Fixed(&texts.insert_new)
        } else {
            Chosen::Made(Box::new(Insert::new(M::TABLE, |index| unset.contains(index), dialect)))
        }
    }

    #[inline]
    fn insert(&self) -> &Insert {
        match self {
            Chosen::Fixed(insert) => insert,
            Chosen::Made(insert) => insert,
        }
    }

    fn statement(&self) -> Statement {
        let sql: Cow<'static, str> = match self {
            Chosen::Fixed(insert) => Cow::Borrowed(&insert.sql),
            Chosen::Made(insert) => Cow::Owned(insert.sql.clone()),
        };
        match self.insert().returns {
            Returns::Row(_) => Statement::rows(sql),
            Returns::Nothing | Returns::LastKey(_) => Statement::count(sql),
        }
    }

    #[inline]
    fn bind<M: Model>(&self, row: &mut M, parameters: &mut dyn Parameters) -> Result<()> {
        for index in &self.insert().columns {
            push_normalized(M::TABLE, *index, row.field_mut(*index), parameters)?;
        }
        Ok(())
    }

    fn take_key<M: Model>(&self, row: &mut M, outcome: Outcome) -> Result<()> {
        match (&self.insert().returns, outcome.key) {
            (Returns::LastKey(index), Some(key)) => {
                row.field_mut(*index).assign_int(key).map_err(|error| refused::<M>(*index, &error))
            }
            (Returns::LastKey(_), None) => Err(Error::usage("the connection did not say which key it generated")),
            _ => Ok(()),
        }
    }

    fn take_row<M: Model>(&self, row: &mut M, returned: &dyn Row) -> Result<()> {
        if let Returns::Row(indexes) = &self.insert().returns {
            let reader = Reader::new(returned, M::NAME);
            for (position, index) in indexes.iter().enumerate() {
                assign(*index, row, reader.get::<Value<'static>>(position)?)?;
            }
        }
        Ok(())
    }
}

fn assign<M: Model>(index: usize, row: &mut M, value: Value<'_>) -> Result<()> {
    row.field_mut(index).assign(value).map_err(|error| refused::<M>(index, &error))
}

#[cold]
fn refused<M: Model>(index: usize, error: &ValueError) -> Error {
    Error::decode(M::NAME, M::COLUMNS[index].name, error)
}

/// Gives a row its last values, unless its model has seen them.
#[inline]
pub(crate) fn prepare_unseen<M: Model>(row: &mut M) -> Result<()> {
    if const { M::EVENTS.validate.is_some() } { Ok(()) } else { prepare(row) }
}

/// Inserts one draft.
pub(super) struct InsertRow<M> {
    draft: Draft<M>,
    insert: Option<Chosen>,
}

impl<M: Model> InsertRow<M> {
    pub(super) fn new(draft: Draft<M>) -> Self {
        InsertRow { draft, insert: None }
    }
}

impl<M: Model> Steps for InsertRow<M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if const { M::EVENTS.of_insert() } {
            self.draft.show(|| "the draft".to_string())?;
        }
        self.draft.check()?;
        prepare_unseen(&mut self.draft.row)?;
        let chosen = Chosen::new::<M>(&self.draft.unset, dialect);
        batch.push(self.insert.insert(chosen).statement());
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.bind(&mut self.draft.row, parameters))
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.take_row(&mut self.draft.row, row))
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.take_key(&mut self.draft.row, outcome))
    }
}

impl<M: Model> Plan for InsertRow<M> {
    type Output = M;

    fn finish(self) -> Result<M> {
        Ok(self.draft.row)
    }
}

/// Neighbours that leave out the same columns.
struct Run {
    unset: ColumnSet,
    rows: usize,
}

/// One statement of an insert of many rows.
struct Part {
    insert: Chosen,
    /// The rows that it inserts.
    rows: Range<usize>,
    /// How many of them each execution inserts; the last one may insert fewer.
    each: usize,
    /// Whether their values travel as one array a column.
    by_column: bool,
    /// How many of them have come back.
    returned: usize,
}

impl Part {
    fn new(insert: Insert, rows: Range<usize>, each: usize, by_column: bool) -> Self {
        Part { insert: Chosen::Made(Box::new(insert)), rows, each, by_column, returned: 0 }
    }

    fn executions(&self) -> usize {
        self.rows.len().div_ceil(self.each)
    }

    fn statement(&self) -> Statement {
        let statement = self.insert.statement().times(self.executions());
        if self.by_column { statement.by_column() } else { statement }
    }

    /// The rows that one execution inserts.
    fn of(&self, execution: usize) -> Range<usize> {
        let first = self.rows.start + execution * self.each;
        first..(first + self.each).min(self.rows.end)
    }
}

/// Splits rows into statements: of arrays where the database has them; else, where no generated value has to come back, of
/// many rows an execution; else one is prepared once and executed for each row.
fn split<M: Model>(runs: &[Run], dialect: &dyn Dialect) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut first = 0;
    for run in runs {
        let insert = Chosen::new::<M>(&run.unset, dialect);
        let (mut start, end) = (first, first + run.rows);
        first = end;
        if run.rows > 1
            && let Some(arrays) = insert.insert().of_arrays(M::TABLE, dialect)
        {
            parts.push(Part::new(arrays, start..end, dialect.rows_per_insert(), true));
            continue;
        }
        let most = dialect.rows_per_insert().min(dialect.max_parameters() / insert.insert().columns.len().max(1));
        if insert.insert().returns == Returns::Nothing && most > 1 && run.rows >= most {
            let sql = self::insert(M::TABLE, &insert.insert().columns, most, dialect);
            let many = Insert { sql, columns: insert.insert().columns.clone(), returns: Returns::Nothing };
            let together = run.rows - run.rows % most;
            parts.push(Part::new(many, start..start + together, most, false));
            start += together;
        }
        if start < end {
            parts.push(Part { insert, rows: start..end, each: 1, by_column: false, returned: 0 });
        }
    }
    parts
}

/// Rows on their way into the database, with what is nested under them.
pub(crate) struct Inserting<M> {
    rows: Vec<M>,
    runs: Vec<Run>,
    /// What the first draft lacks that cannot be inserted.
    problem: Option<Error>,
    parts: Vec<Part>,
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
            parts: Vec::new(),
            nested: Vec::new(),
            first: None,
        };
        drafts.for_each(|draft| inserting.add(draft));
        inserting
    }

    fn add(&mut self, mut draft: Draft<M>) {
        if const { M::EVENTS.of_insert() } && self.problem.is_none() {
            let number = self.rows.len() + 1;
            self.problem = draft.show(|| format!("draft {number}")).err();
        }
        if let Err(error) = draft.check() {
            self.problem.get_or_insert(error);
        }
        if let Some(further) = draft.further {
            further.nested.into_iter().for_each(|nested| self.add_nested(nested));
        }
        match self.runs.last_mut() {
            Some(run) if run.unset == draft.unset => run.rows += 1,
            _ => self.runs.push(Run { unset: draft.unset, rows: 1 }),
        }
        self.rows.push(draft.row);
    }

    /// Takes what is nested under the next row.
    fn add_nested(&mut self, mut nested: Box<dyn NestedDrafts<M>>) {
        nested.place_under(self.rows.len());
        match self.nested.iter_mut().find(|other| other.name() == nested.name()) {
            Some(same) => same.merge(nested),
            None => self.nested.push(nested),
        }
    }

    /// Whether one execution of one statement is all.
    fn is_one_execution(&self) -> bool {
        let ends_with_it = const { M::EVENTS.after_insert.is_none() };
        ends_with_it && self.nested.is_empty() && self.parts.iter().map(Part::executions).sum::<usize>() <= 1
    }

    /// Chooses the statements of its own rows.
    fn split(&mut self, dialect: &'static dyn Dialect) -> Result<()> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        self.parts = split::<M>(&self.runs, dialect);
        Ok(())
    }

    fn push_own(&self, batch: &mut Vec<Statement>) {
        batch.extend(self.parts.iter().map(Part::statement));
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
        let part = &self.parts[statement];
        // A row is prepared when it is sent: one way through memory less.
        self.rows[part.of(execution)].iter_mut().try_for_each(|row| {
            prepare_unseen(row)?;
            part.insert.bind(row, parameters)
        })
    }

    pub(crate) fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        if let Some((nested, own)) = self.owner(statement) {
            return nested.row(own, execution, row);
        }
        let part = &mut self.parts[statement];
        let next = part.rows.start + part.returned;
        part.returned += 1;
        if part.returned > part.rows.len() {
            return Err(lost_rows::<M>());
        }
        part.insert.take_row(&mut self.rows[next], row)
    }

    pub(crate) fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        if let Some((nested, own)) = self.owner(statement) {
            return nested.outcome(own, execution, outcome);
        }
        let part = &self.parts[statement];
        part.insert.take_key(&mut self.rows[part.of(execution).start], outcome)
    }

    /// Whether as many rows have come back as were to.
    fn check_returned(&self) -> Result<()> {
        let lost =
            |part: &Part| matches!(part.insert.insert().returns, Returns::Row(_)) && part.returned != part.rows.len();
        if self.parts.iter().any(lost) { Err(lost_rows::<M>()) } else { Ok(()) }
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

/// A trigger or a rule of the database's may see to that.
fn lost_rows<M: Model>() -> Error {
    Error::usage(format!(
        "an insert into `{}` gave back another number of rows than it was given: their keys are not known",
        M::NAME
    ))
}

/// Inserts rows of a unit of work, which keeps them whatever comes of it.
pub(super) struct InsertKept<M>(Inserting<M>);

impl<M: Model> InsertKept<M> {
    /// Rows that lack nothing, and whose columns `unset` the database fills in.
    pub(super) fn new(rows: Vec<M>, unset: ColumnSet) -> Self {
        let runs = vec![Run { unset, rows: rows.len() }];
        let (parts, nested) = (Vec::new(), Vec::new());
        InsertKept(Inserting { rows, runs, problem: None, parts, nested, first: None })
    }

    /// Whether as many rows have come back as were to.
    pub(super) fn check(&self) -> Result<()> {
        self.0.check_returned()
    }

    pub(super) fn into_rows(self) -> Vec<M> {
        self.0.rows
    }
}

impl<M: Model> Steps for InsertKept<M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.0.start(dialect, batch)?;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.0.bind(statement, execution, parameters)
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        self.0.row(statement, execution, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.0.outcome(statement, execution, outcome)
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
                if self.inserting.is_one_execution() {
                    self.stage = Stage::Done;
                    self.inserting.push_own(batch);
                    return Ok(Step::RunLast);
                }
                self.stage = Stage::Begun;
                Ok(Step::Begin)
            }
            Stage::Begun => {
                self.stage = Stage::Inserted;
                self.inserting.push_own(batch);
                Ok(Step::Run)
            }
            Stage::Inserted => {
                self.inserting.check_returned()?;
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
