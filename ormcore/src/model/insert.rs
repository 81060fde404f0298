use std::borrow::Cow;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::draft::ColumnSet;
use crate::model::select::push;
use crate::model::{Draft, Model, Record};
use crate::plan::Plan;
use crate::schema::Table;
use crate::schema::statements::{Insert, Returns, Texts, insert};
use crate::sql::Dialect;
use crate::value::Value;

/// The INSERT that was chosen for a row, and what it does with the row.
struct Chosen(Cow<'static, Insert>);

impl Chosen {
    /// The INSERT for a row whose columns `unset` are left to the database.
    fn new(table: &'static Table, texts: &'static Texts, unset: &ColumnSet, dialect: &dyn Dialect) -> Self {
        let left_out = (0..table.columns.len()).filter(|index| unset.contains(*index)).count();
        Chosen(if left_out == 0 {
            Cow::Borrowed(&texts.insert_full)
        } else if left_out == table.columns.len() - texts.insert_new.columns.len() {
            Cow::Borrowed(&texts.insert_new)
        } else {
            Cow::Owned(Insert::new(table, |index| unset.contains(index), dialect))
        })
    }

    fn statement(&self) -> Statement {
        let sql: Cow<'static, str> = match &self.0 {
            Cow::Borrowed(insert) => Cow::Borrowed(&insert.sql),
            Cow::Owned(insert) => Cow::Owned(insert.sql.clone()),
        };
        match self.0.returns {
            Returns::Row(_) => Statement::rows(sql),
            Returns::Nothing | Returns::LastKey(_) => Statement::count(sql),
        }
    }

    fn bind(&self, table: &Table, row: &dyn Record, parameters: &mut dyn Parameters) -> Result<()> {
        self.0.columns.iter().try_for_each(|index| push(table, *index, row.field(*index), parameters))
    }

    fn take_key(&self, table: &Table, row: &mut dyn Record, outcome: Outcome) -> Result<()> {
        match (&self.0.returns, outcome.key) {
            (Returns::LastKey(index), Some(key)) => assign(table, *index, row, Value::Int(key)),
            (Returns::LastKey(_), None) => Err(Error::usage("the connection did not say which key it generated")),
            _ => Ok(()),
        }
    }

    fn take_row(&self, table: &Table, row: &mut dyn Record, returned: &dyn Row) -> Result<()> {
        if let Returns::Row(indexes) = &self.0.returns {
            let reader = Reader::new(returned, table.name);
            for (position, index) in indexes.iter().enumerate() {
                assign(table, *index, row, reader.get::<Value<'static>>(position)?)?;
            }
        }
        Ok(())
    }
}

fn assign(table: &Table, index: usize, row: &mut dyn Record, value: Value<'_>) -> Result<()> {
    row.field_mut(index).assign(value).map_err(|error| Error::decode(table.name, table.columns[index].name, &error))
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
        self.draft.ready()?;
        let texts = M::statements().texts(M::TABLE, dialect);
        let chosen = Chosen::new(M::TABLE, texts, &self.draft.unset, dialect);
        batch.push(self.insert.insert(chosen).statement());
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.bind(M::TABLE, &self.draft.row, parameters))
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.take_row(M::TABLE, &mut self.draft.row, row))
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.insert.iter().try_for_each(|insert| insert.take_key(M::TABLE, &mut self.draft.row, outcome))
    }
}

impl<M: Model> Plan for InsertRow<M> {
    type Output = M;

    fn finish(self) -> Result<M> {
        Ok(self.draft.row)
    }
}

/// One statement of an insert of many rows.
struct Part {
    insert: Chosen,
    /// The first draft that it inserts.
    first: usize,
    /// How many drafts each execution inserts.
    rows: usize,
    executions: usize,
}

/// Splits drafts into statements: neighbours that leave out the same columns go together. Where no generated value has
/// to come back, an execution inserts many rows; else a statement is prepared once and executed for each.
fn split(table: &'static Table, texts: &'static Texts, unset: &[&ColumnSet], dialect: &dyn Dialect) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut first = 0;
    while first < unset.len() {
        let run = unset[first..].iter().take_while(|set| **set == unset[first]).count();
        let insert = Chosen::new(table, texts, unset[first], dialect);
        let most = dialect.rows_per_insert().min(dialect.max_parameters() / insert.0.columns.len().max(1));
        let rows = if insert.0.returns == Returns::Nothing { most.max(1) } else { 1 };
        let together = if rows > 1 { run / rows } else { 0 };
        if together > 0 {
            let sql = self::insert(table, &insert.0.columns, rows, dialect);
            let many = Insert { sql, columns: insert.0.columns.clone(), returns: Returns::Nothing };
            parts.push(Part { insert: Chosen(Cow::Owned(many)), first, rows, executions: together });
        }
        let left = run - together * rows;
        if left > 0 {
            parts.push(Part { insert, first: first + together * rows, rows: 1, executions: left });
        }
        first += run;
    }
    parts
}

/// Inserts many drafts, all or nothing.
pub(super) struct InsertRows<M> {
    drafts: Vec<Draft<M>>,
    parts: Vec<Part>,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Unsplit,
    Begun,
    Inserted,
    Done,
}

impl<M: Model> InsertRows<M> {
    pub(super) fn new(drafts: Vec<Draft<M>>) -> Self {
        InsertRows { drafts, parts: Vec::new(), stage: Stage::Unsplit }
    }

    fn split(&mut self, dialect: &'static dyn Dialect) -> Result<()> {
        self.drafts.iter_mut().try_for_each(Draft::ready)?;
        let unset: Vec<&ColumnSet> = self.drafts.iter().map(|draft| &draft.unset).collect();
        self.parts = split(M::TABLE, M::statements().texts(M::TABLE, dialect), &unset, dialect);
        Ok(())
    }

    fn run(&self, batch: &mut Vec<Statement>) {
        batch.extend(self.parts.iter().map(|part| part.insert.statement().times(part.executions)));
    }
}

impl<M: Model> Steps for InsertRows<M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match self.stage {
            Stage::Unsplit => {
                self.split(dialect)?;
                let executions: usize = self.parts.iter().map(|part| part.executions).sum();
                if executions <= 1 {
                    self.stage = Stage::Done;
                    self.run(batch);
                    return Ok(Step::RunLast);
                }
                self.stage = Stage::Begun;
                Ok(Step::Begin)
            }
            Stage::Begun => {
                self.stage = Stage::Inserted;
                self.run(batch);
                Ok(Step::Run)
            }
            Stage::Inserted => {
                self.stage = Stage::Done;
                Ok(Step::Commit)
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let part = &self.parts[statement];
        let first = part.first + execution * part.rows;
        self.drafts[first..first + part.rows]
            .iter()
            .try_for_each(|draft| part.insert.bind(M::TABLE, &draft.row, parameters))
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        let part = &self.parts[statement];
        part.insert.take_row(M::TABLE, &mut self.drafts[part.first + execution].row, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        let part = &self.parts[statement];
        part.insert.take_key(M::TABLE, &mut self.drafts[part.first + execution * part.rows].row, outcome)
    }
}

impl<M: Model> Plan for InsertRows<M> {
    type Output = Vec<M>;

    fn finish(self) -> Result<Vec<M>> {
        Ok(self.drafts.into_iter().map(|draft| draft.row).collect())
    }
}
