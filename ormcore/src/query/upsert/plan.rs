use super::find::Finding;
use super::part::Part;
use super::proposed::NAME;
use super::{Clause, Proposed, Update, Upserted};
use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Draft, Model, after_insert, prepare_unseen, push_normalized};
use crate::plan::{Plan, push_all};
use crate::query::write::assigned;
use crate::query::{Assignment, Source};
use crate::schema::statements::{columns, giving, insert, insert_default};
use crate::sql::{Dialect, Expr, Writer};
use crate::value::Parameter;

#[derive(Clone, Copy)]
pub(super) enum Stage {
    New,
    Begun,
    Run,
    /// The rows that drafts have met are looked for.
    Looked,
    Done,
}

/// Inserts drafts one after the other, and does something to the rows that they meet.
pub(super) struct UpsertRows<M, O, E> {
    pub(super) rows: Vec<M>,
    pub(super) parts: Vec<Part>,
    problem: Option<Error>,
    pub(super) clause: Clause<M>,
    /// The values of the clause, which follow those of each row.
    parameters: Vec<Parameter>,
    /// Written already, and not yet sent.
    pub(super) statements: Vec<Statement>,
    pub(super) stage: Stage,
    pub(super) outputs: Vec<Option<M>>,
    /// What the outputs became.
    given: Vec<O>,
    /// Whether rows are given; else they are only counted.
    pub(super) gives: bool,
    pub(super) finding: Finding,
    /// Whether drafts that travelled together were refused, because the database holds some of them for equal.
    pub(super) goes_apart: bool,
    /// How many rows were inserted or updated.
    written: u64,
    end: E,
}

impl<M: Model, O: Upserted<M>, E> UpsertRows<M, O, E> {
    pub(super) fn new<Out>(drafts: impl Iterator<Item = Draft<M>>, clause: Clause<M>, gives: bool, end: E) -> Self
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
            gives,
            finding: Finding::default(),
            goes_apart: false,
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
                let (unset, rows) = (draft.unset, at..at + 1);
                self.parts.push(Part { unset, rows, columns, each: 1, is_together: false, returned: 0 });
            }
        }
        self.rows.push(draft.row);
        if self.gives {
            self.outputs.push(None);
        }
    }

    /// Checks what can be checked without the database, and whatever the drafts are.
    pub(super) fn check(&mut self) -> Result<()> {
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
        let target = self.met_by().sql(M::TABLE)?;
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

    /// Whether the batch that runs looks for rows.
    fn is_looking(&self) -> bool {
        matches!(self.stage, Stage::Looked)
    }

    /// Whether the model is told of rows that were inserted: where a row that is there stays as it is, each that comes back
    /// was; of others only the database knows.
    pub(super) fn tells(&self) -> bool {
        self.gives && self.clause.update.is_none() && const { M::EVENTS.after_inserts() }
    }

    /// Makes of the rows what is to be given.
    pub(super) fn give(&mut self) -> Result<()> {
        let tells = self.tells();
        for (at, output) in std::mem::take(&mut self.outputs).into_iter().enumerate() {
            let was_there = self.finding.has_found(at);
            if tells && !was_there {
                after_insert(&output)?;
            }
            self.given.push(O::of(output, was_there)?);
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
        if !self.gives && giving("") == sql {
            return Statement::count(sql);
        }
        let all: Vec<usize> = (0..M::COLUMNS.len()).collect();
        Statement::rows(giving(&columns(M::TABLE, &all, false)))
    }

    pub(super) fn statements(&mut self, dialect: &'static dyn Dialect) -> Result<Vec<Statement>> {
        self.check()?;
        let mut statements = Vec::with_capacity(self.parts.len());
        for part in std::mem::take(&mut self.parts) {
            let mut part = Part { each: 1, is_together: false, returned: 0, ..part };
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
                (part.each, part.is_together) = (dialect.rows_per_insert(), true);
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
        let are_counted = !self.gives && !part.columns.is_empty();
        are_counted && dialect.upserts_in_turn() && most > 1 && part.rows.len() >= most
    }
}

/// The column of the proposed row.
pub(super) fn proposed<M: Model>(index: usize) -> Expr {
    <Proposed<M> as Source>::alias().column(M::COLUMNS[index].name)
}

fn to_proposed<M: Model>(index: usize) -> Assignment<M> {
    Assignment::new(index, Ok(proposed::<M>(index)))
}

fn brings_nothing<M: Model>() -> Error {
    Error::usage(format!(
        "a draft of `{}` brings nothing that `do_update_all` could set beside the columns of `on_conflict`, the primary key, \
         the version and what is left out: give it a value, or use `do_nothing()`",
        M::NAME
    ))
}

/// Whether one statement would have updated a row twice: a cardinality violation, as the standard calls it.
fn is_met_twice(refused: &Error) -> bool {
    matches!(refused.kind(), ErrorKind::Database { code: Some(code), .. } if code == "21000")
}

fn has_nested<M: Model>() -> Error {
    Error::usage(format!(
        "a draft of `{}` with nested drafts cannot meet a row that is there: insert it without them, and then \
         each of them with the key of the row that is given",
        M::NAME
    ))
}

impl<M: Model, O: Upserted<M>, E: Send> Steps for UpsertRows<M, O, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if const { O::FINDS } && self.gives {
            return self.find_next(dialect, batch);
        }
        match self.stage {
            // What is wrong is told before anything is sent.
            Stage::New => {
                let statements = self.statements(dialect)?;
                // One row is all or nothing by itself; of several that come back, the database may have left some out.
                let executions = statements.iter().map(|statement| statement.executions).sum::<usize>();
                let is_undone = executions > 1 || executions > 0 && self.tells();
                let come_back = self.gives && self.parts.iter().any(|part| part.each > 1);
                let begin = match (is_undone, come_back, self.may_go_apart()) {
                    (true, ..) | (_, true, true) => Some(Step::Begin),
                    (_, true, false) => Some(Step::BeginIfNone),
                    (_, false, true) => Some(Step::BeginInside),
                    (_, false, false) => None,
                };
                if let Some(begin) = begin {
                    self.statements = statements;
                    self.stage = Stage::Begun;
                    return Ok(begin);
                }
                self.stage = Stage::Done;
                batch.extend(statements);
                Ok(if batch.is_empty() { Step::Done } else { Step::RunLast })
            }
            Stage::Begun => {
                self.stage = Stage::Run;
                if self.goes_apart {
                    self.statements = self.statements(dialect)?;
                }
                batch.append(&mut self.statements);
                Ok(Step::Run)
            }
            Stage::Run => {
                self.stage = Stage::Done;
                // A row that is missing is told while all can be undone.
                self.give()?;
                Ok(Step::Commit)
            }
            Stage::Looked | Stage::Done => Ok(Step::Done),
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if const { O::FINDS } && self.is_looking() {
            return self.bind_lookup(execution, parameters);
        }
        let part = &self.parts[statement];
        for row in &mut self.rows[part.of(execution)] {
            if !O::FINDS || !self.gives {
                prepare_unseen(row)?;
            }
            let mut send = |index: &usize| push_normalized(M::TABLE, *index, row.field_mut(*index), parameters);
            part.columns.iter().try_for_each(&mut send)?;
        }
        if Self::has_clause(part) { push_all(&self.parameters, parameters) } else { Ok(()) }
    }

    fn goes_another_way(&mut self, refused: &Error) -> bool {
        if !self.may_go_apart() || !is_met_twice(refused) {
            return false;
        }
        self.goes_apart = true;
        self.stage = Stage::Begun;
        self.outputs.iter_mut().for_each(|output| *output = None);
        self.written = 0;
        true
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        if const { O::FINDS } && self.is_looking() {
            return self.found(execution, row);
        }
        let part = &mut self.parts[statement];
        let at = part.rows.start + if part.each > 1 { part.returned } else { execution };
        part.returned += 1;
        if !self.gives {
            self.written += 1;
            return Ok(());
        }
        if let Some(output) = self.outputs.get_mut(self.finding.place(at)) {
            *output = Some(M::decode(&Reader::new(row, M::NAME))?);
        }
        Ok(())
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.written += outcome.rows;
        Ok(())
    }
}

impl<M: Model, O: Upserted<M>, Out, E: FnOnce(Vec<O>, u64) -> Result<Out> + Send> Plan for UpsertRows<M, O, E> {
    type Output = Out;

    fn finish(mut self) -> Result<Out> {
        self.give()?;
        (self.end)(self.given, self.written)
    }
}
