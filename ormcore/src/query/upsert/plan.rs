use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::ops::Range;

use super::proposed::NAME;
use super::{Clause, Proposed, Target, Update};
use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{ColumnSet, Draft, Model, prepare_unseen, push_normalized};
use crate::plan::{Plan, push_all};
use crate::query::write::assigned;
use crate::query::{Assignment, Source};
use crate::schema::statements::{columns, giving, insert, insert_arrays, insert_default};
use crate::sql::{Dialect, Expr, Writer};
use crate::value::{Parameter, SqlType, Value};

/// Neighbours that leave out the same columns: executions of one statement.
struct Part {
    unset: ColumnSet,
    rows: Range<usize>,
    /// The columns that are given.
    columns: Vec<usize>,
    /// How many rows each execution inserts; the last one may insert fewer. Several travel as one array a column.
    each: usize,
    /// How many of them have come back.
    returned: usize,
}

impl Part {
    /// The rows that one execution inserts.
    fn of(&self, execution: usize) -> Range<usize> {
        let first = self.rows.start + execution * self.each;
        first..(first + self.each).min(self.rows.end)
    }

    /// Takes out the first rows, as many as are executions of this many; what is left are executions of one.
    fn split_off(&mut self, each: usize) -> Part {
        let together = self.rows.len() - self.rows.len() % each;
        let rows = self.rows.start..self.rows.start + together;
        self.rows.start = rows.end;
        Part { unset: self.unset.clone(), rows, columns: self.columns.clone(), each, returned: 0 }
    }
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Begun,
    Run,
    Done,
}

/// Inserts drafts one after the other, and does something to the rows that they meet.
pub(super) struct UpsertRows<M, O, E> {
    rows: Vec<M>,
    parts: Vec<Part>,
    problem: Option<Error>,
    clause: Clause<M>,
    /// The values of the clause, which follow those of each row.
    parameters: Vec<Parameter>,
    /// Written already, and not yet sent.
    statements: Vec<Statement>,
    stage: Stage,
    outputs: Vec<Option<M>>,
    /// What the outputs became.
    given: Vec<O>,
    /// What becomes of the row that a draft leaves; none if the rows are only counted.
    each: Option<fn(Option<M>) -> Result<O>>,
    /// How many rows were inserted or updated.
    written: u64,
    end: E,
}

impl<M: Model, O, E> UpsertRows<M, O, E> {
    pub(super) fn new<Out>(
        drafts: impl Iterator<Item = Draft<M>>,
        clause: Clause<M>,
        each: Option<fn(Option<M>) -> Result<O>>,
        end: E,
    ) -> Self
    where
        E: FnOnce(Vec<O>, u64) -> Result<Out>,
    {
        let mut upsert = UpsertRows {
            rows: Vec::with_capacity(drafts.size_hint().0),
            parts: Vec::new(),
            problem: None,
            clause,
            parameters: Vec::new(),
            statements: Vec::new(),
            stage: Stage::New,
            outputs: Vec::new(),
            given: Vec::new(),
            each,
            written: 0,
            end,
        };
        drafts.for_each(|draft| upsert.add(draft));
        upsert
    }

    fn add(&mut self, mut draft: Draft<M>) {
        if const { M::EVENTS.of_insert() } && self.problem.is_none() {
            let number = self.rows.len() + 1;
            self.problem = draft.show(|| format!("draft {number}")).err();
        }
        let checked = draft.check().and_then(|()| if draft.has_nested() { Err(has_nested::<M>()) } else { Ok(()) });
        if let Err(problem) = checked {
            self.problem.get_or_insert(problem);
        }
        let at = self.rows.len();
        match self.parts.last_mut() {
            Some(part) if part.unset == draft.unset => part.rows.end += 1,
            _ => {
                let columns = (0..M::COLUMNS.len()).filter(|index| !draft.unset.contains(*index)).collect();
                self.parts.push(Part { unset: draft.unset, rows: at..at + 1, columns, each: 1, returned: 0 });
            }
        }
        self.rows.push(draft.row);
        if self.each.is_some() {
            self.outputs.push(None);
        }
    }

    /// Checks what can be checked without the database, and whatever the drafts are.
    fn check(&mut self) -> Result<()> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        if let Some(problem) = self.clause.problem.take() {
            return Err(Error::encode(M::NAME, "", &problem));
        }
        if self.clause.update.is_some() && M::NAME.eq_ignore_ascii_case(NAME) {
            return Err(Error::usage(format!(
                "databases call the proposed row `{NAME}`, and the table `{}` cannot be told from it: give the table another \
                 name for an upsert with an update",
                M::NAME
            )));
        }
        Ok(())
    }

    /// What is set in a row that a draft meets which brings these columns.
    fn update(&self, brought: &[usize], dialect: &dyn Dialect) -> Result<Option<Vec<(&'static str, Expr)>>> {
        let mut update = match &self.clause.update {
            None => return Ok(None),
            Some(Update::Assigned(assignments)) => assignments.clone(),
            Some(Update::Brought { but }) => {
                let stays = |index: &usize| {
                    let column = &M::COLUMNS[*index];
                    column.primary_key || column.version || but.contains(index) || self.clause.target.contains(*index)
                };
                let set: Vec<_> =
                    brought.iter().filter(|index| !stays(index)).map(|index| to_proposed(*index)).collect();
                if set.is_empty() {
                    return Err(brings_nothing::<M>());
                }
                set
            }
        };
        if !update.is_empty() {
            let mut written = Vec::new();
            M::on_write(&mut |index, _| written.push(index));
            written.retain(|index| update.iter().all(|assignment| assignment.index != *index));
            update.extend(written.into_iter().map(to_proposed));
        }
        assigned(update, dialect).map(Some)
    }

    /// The statement of a part, whose text begins with the INSERT, and the values of its clause.
    fn statement(
        &self,
        part: &Part,
        sql: String,
        update: Option<Vec<(&'static str, Expr)>>,
        dialect: &'static dyn Dialect,
    ) -> Result<(Statement, Vec<Parameter>)> {
        let target = self.clause.target.sql(M::TABLE)?;
        let (sql, parameters, may_leave) = if !Self::has_clause(part) {
            (sql, Vec::new(), false)
        } else {
            let sql = if part.columns.is_empty() { insert_default(M::TABLE, dialect) } else { sql };
            let mut writer = Writer::after(sql, part.each * part.columns.len(), dialect);
            writer.push(" ON CONFLICT");
            writer.push(&target);
            match update {
                None => writer.push(" DO NOTHING"),
                Some(update) => {
                    writer.push(" DO UPDATE SET ");
                    writer.assignments(update);
                    writer.filter(self.clause.filter.clone());
                }
            }
            let written = writer.finish()?.complete()?;
            (written.sql.into_owned(), written.parameters, written.may_leave)
        };
        let statement = self.giving_rows(part, sql, dialect).inserting(M::TABLE, &part.columns);
        let statement = Statement { may_leave, ..statement };
        Ok((statement.times(part.rows.len().div_ceil(part.each)), parameters))
    }

    /// Makes of the rows what is to be given.
    fn give(&mut self) -> Result<()> {
        if let Some(each) = self.each {
            for output in std::mem::take(&mut self.outputs) {
                self.given.push(each(output)?);
            }
        }
        Ok(())
    }

    /// Whether rows of the part may meet others: by what they are given, or by what the database's defaults are.
    fn has_clause(part: &Part) -> bool {
        !part.columns.is_empty() || M::COLUMNS.iter().any(|column| column.server_default.is_some())
    }

    /// The INSERT with what it gives of each row: all columns, or nothing where the rows are only counted.
    fn giving_rows(&self, part: &Part, sql: String, dialect: &'static dyn Dialect) -> Statement {
        let giving = |list: &str| giving(sql.clone(), M::TABLE, &part.columns, list, dialect);
        // What lets later keys follow a given one is a SELECT, whose rows count.
        if self.each.is_none() && giving("") == sql {
            return Statement::count(sql);
        }
        let all: Vec<usize> = (0..M::COLUMNS.len()).collect();
        Statement::rows(giving(&columns(M::TABLE, &all, false)))
    }

    /// The INSERT of any number of rows, where each of them gives one row back, in order, and none meets another.
    fn together(&self, part: &Part, dialect: &'static dyn Dialect) -> Result<Option<String>> {
        let updates_all = self.clause.update.is_some() && self.clause.filter.is_none();
        let Target::Columns(target) = &self.clause.target else { return Ok(None) };
        let mut written = Vec::new();
        M::on_write(&mut |index, _| written.push(index));
        // What is updated to meet a later row is to be there before that one comes.
        let is_equal = |set: &&Assignment<M>| set.value.as_ref().is_ok_and(|value| *value == proposed::<M>(set.index));
        if let Some(Update::Assigned(assignments)) = &self.clause.update {
            written.extend(assignments.iter().filter(|set| !is_equal(set)).map(|set| set.index));
        }
        let are_given = target.iter().all(|index| part.columns.contains(index) && !written.contains(index));
        if !updates_all || !are_given || part.rows.len() < 2 || !target.iter().all(|index| is_exact::<M>(*index)) {
            return Ok(None);
        }
        let Some(sql) = insert_arrays(M::TABLE, &part.columns, self.each.is_some(), dialect) else { return Ok(None) };
        let (random, mut hashes) = (RandomState::new(), Vec::with_capacity(part.rows.len()));
        for row in &self.rows[part.rows.clone()] {
            let mut hasher = random.build_hasher();
            // What cannot be sent is told where it is sent.
            if !target.iter().all(|index| row.field(*index).value().is_ok_and(|value| hash(&value, &mut hasher))) {
                return Ok(None);
            }
            hashes.push(hasher.finish());
        }
        hashes.sort_unstable();
        // Two that differ and have one hash are taken for the same, which is only slower.
        if hashes.is_sorted_by(|first, second| first < second) { Ok(Some(sql)) } else { Ok(None) }
    }

    fn statements(&mut self, dialect: &'static dyn Dialect) -> Result<Vec<Statement>> {
        self.check()?;
        let mut statements = Vec::with_capacity(self.parts.len());
        for mut part in std::mem::take(&mut self.parts) {
            let together = self.together(&part, dialect)?;
            let update = self.update(&part.columns, dialect)?;
            let alone = self.asks(&update);
            let one = insert(M::TABLE, &part.columns, 1, dialect);
            let (mut statement, parameters) = self.statement(&part, one, update.clone(), dialect)?;
            let most = dialect.max_parameters().saturating_sub(parameters.len()) / part.columns.len().max(1);
            let most = most.min(dialect.rows_per_insert());
            if parameters.is_empty()
                && let Some(sql) = together.filter(|_| !alone)
            {
                part.each = dialect.rows_per_insert();
                statement = self.statement(&part, sql, update.clone(), dialect)?.0.by_column();
            } else if !alone && self.may_share(&part, most, dialect) {
                let many = part.split_off(most);
                let sql = insert(M::TABLE, &many.columns, most, dialect);
                statements.push(self.statement(&many, sql, update.clone(), dialect)?.0);
                statement = statement.times(part.rows.len());
                self.parts.push(many);
            }
            if Self::has_clause(&part) {
                self.parameters = parameters;
            }
            if !part.rows.is_empty() {
                statements.push(statement);
                self.parts.push(part);
            }
        }
        Ok(statements)
    }

    /// Whether the clause asks for rows, and so is to see what each draft has done before the next one comes.
    fn asks(&self, update: &Option<Vec<(&'static str, Expr)>>) -> bool {
        let set = update.iter().flatten().map(|(_, expr)| expr);
        set.chain(&self.clause.filter).any(Expr::asks)
    }

    /// Whether so many rows may be one execution: each is counted and does not come back, and meets those before it.
    fn may_share(&self, part: &Part, most: usize, dialect: &'static dyn Dialect) -> bool {
        let are_counted = self.each.is_none() && !part.columns.is_empty();
        are_counted && dialect.upserts_in_turn() && most > 1 && part.rows.len() >= most
    }
}

/// The column of the proposed row.
fn proposed<M: Model>(index: usize) -> Expr {
    <Proposed<M> as Source>::alias().column(M::COLUMNS[index].name)
}

fn to_proposed<M: Model>(index: usize) -> Assignment<M> {
    Assignment::new(index, Ok(proposed::<M>(index)))
}

/// Hashes a value of an exact column; `false` for any other.
fn hash(value: &Value<'_>, hasher: &mut impl Hasher) -> bool {
    match value {
        Value::Bool(value) => value.hash(hasher),
        Value::Int(value) => value.hash(hasher),
        Value::Date(value) => value.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        Value::Bytes(bytes) => bytes.hash(hasher),
        Value::Uuid(bytes) => bytes.hash(hasher),
        _ => return false,
    }
    true
}

/// Whether values of the column that the database takes for equal are so here, and the other way round.
fn is_exact<M: Model>(index: usize) -> bool {
    use SqlType::{BigInt, Boolean, Bytes, Date, Integer, SmallInt, Text, Uuid};
    matches!(M::COLUMNS[index].sql_type, Boolean | SmallInt | Integer | BigInt | Text | Bytes | Date | Uuid)
}

fn brings_nothing<M: Model>() -> Error {
    Error::usage(format!(
        "a draft of `{}` brings nothing that `do_update_all` could set beside the columns of `on_conflict`, the primary key, \
         the version and what is left out: give it a value, or use `do_nothing()`",
        M::NAME
    ))
}

fn has_nested<M: Model>() -> Error {
    Error::usage(format!(
        "a draft of `{}` with nested drafts cannot meet a row that is there: insert it with `on_conflict` alone, and then its \
         children with the key of the row that it gives",
        M::NAME
    ))
}

impl<M: Model, O: Send, E: Send> Steps for UpsertRows<M, O, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match self.stage {
            // What is wrong is told before anything is sent.
            Stage::New => {
                let statements = self.statements(dialect)?;
                // One row is all or nothing by itself; of several that come back, the database may have left some out.
                let executions = statements.iter().map(|statement| statement.executions).sum::<usize>();
                if executions > 1 || self.parts.iter().any(|part| part.each > 1 && self.each.is_some()) {
                    self.statements = statements;
                    self.stage = Stage::Begun;
                    return Ok(if executions > 1 { Step::Begin } else { Step::BeginIfNone });
                }
                self.stage = Stage::Done;
                batch.extend(statements);
                Ok(if batch.is_empty() { Step::Done } else { Step::RunLast })
            }
            Stage::Begun => {
                self.stage = Stage::Run;
                batch.append(&mut self.statements);
                Ok(Step::Run)
            }
            Stage::Run => {
                self.stage = Stage::Done;
                // A row that is missing is told while all can be undone.
                self.give()?;
                Ok(Step::Commit)
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let part = &self.parts[statement];
        for row in &mut self.rows[part.of(execution)] {
            prepare_unseen(row)?;
            let mut send = |index: &usize| push_normalized(M::TABLE, *index, row.field_mut(*index), parameters);
            part.columns.iter().try_for_each(&mut send)?;
        }
        if Self::has_clause(part) { push_all(&self.parameters, parameters) } else { Ok(()) }
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        let part = &mut self.parts[statement];
        let at = part.rows.start + if part.each > 1 { part.returned } else { execution };
        part.returned += 1;
        if self.each.is_none() {
            self.written += 1;
            return Ok(());
        }
        if let Some(output) = self.outputs.get_mut(at) {
            *output = Some(M::decode(&Reader::new(row, M::NAME))?);
        }
        Ok(())
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.written += outcome.rows;
        Ok(())
    }
}

impl<M: Model, O: Send, Out, E: FnOnce(Vec<O>, u64) -> Result<Out> + Send> Plan for UpsertRows<M, O, E> {
    type Output = Out;

    fn finish(mut self) -> Result<Out> {
        self.give()?;
        (self.end)(self.given, self.written)
    }
}
