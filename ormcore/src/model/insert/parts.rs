//! The statements that insert rows, and which row each execution is about.

use std::borrow::Cow;
use std::ops::Range;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::model::draft::{ColumnSet, filled_by_database};
use crate::model::insert::prepare_unseen;
use crate::model::select::push_normalized;
use crate::schema::Table;
use crate::schema::statements::{Insert, Returns, insert};
use crate::sql::Dialect;
use crate::value::{Value, ValueError};

/// The INSERT that was chosen for a row, and what it does with the row.
pub(super) enum Chosen {
    Fixed(&'static Insert),
    Made(Box<Insert>),
}

impl Chosen {
    /// The INSERT for a row whose columns `unset` are left to the database.
    pub(super) fn new<M: Model>(unset: &ColumnSet, dialect: &dyn Dialect) -> Self {
        let texts = M::statements().texts(M::TABLE, dialect);
        if *unset == ColumnSet::default() {
            Chosen::Fixed(&texts.insert_full)
        } else if *unset == filled_by_database::<M>() {
            Chosen::Fixed(&texts.insert_new)
        } else {
            Chosen::Made(Box::new(Insert::new(M::TABLE, &|index| unset.contains(index), dialect)))
        }
    }

    #[inline]
    fn insert(&self) -> &Insert {
        match self {
            Chosen::Fixed(insert) => insert,
            Chosen::Made(insert) => insert,
        }
    }

    pub(super) fn statement(&self) -> Statement {
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
    pub(super) fn bind<M: Model>(&self, row: &mut M, parameters: &mut dyn Parameters) -> Result<()> {
        for index in &self.insert().columns {
            push_normalized(M::TABLE, *index, row.field_mut(*index), parameters)?;
        }
        Ok(())
    }

    pub(super) fn take_key<M: Model>(&self, row: &mut M, outcome: Outcome) -> Result<()> {
        match (&self.insert().returns, outcome.key) {
            (Returns::LastKey(index), Some(key)) => {
                row.field_mut(*index).assign_int(key).map_err(|error| refused::<M>(*index, &error))
            }
            (Returns::LastKey(_), None) => Err(Error::usage("the connection did not say which key it generated")),
            _ => Ok(()),
        }
    }

    pub(super) fn take_row<M: Model>(&self, row: &mut M, returned: &dyn Row) -> Result<()> {
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

/// Neighbours that leave out the same columns.
pub(super) struct Run {
    pub(super) unset: ColumnSet,
    pub(super) rows: usize,
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
fn split(runs: &[Run], table: &Table, choose: &dyn Fn(&ColumnSet) -> Chosen, dialect: &dyn Dialect) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut first = 0;
    for run in runs {
        let insert = choose(&run.unset);
        let (mut start, end) = (first, first + run.rows);
        first = end;
        if run.rows > 1
            && let Some(arrays) = insert.insert().of_arrays(table, dialect)
        {
            parts.push(Part::new(arrays, start..end, dialect.rows_per_insert(), true));
            continue;
        }
        let most = dialect.rows_per_insert().min(dialect.max_parameters() / insert.insert().columns.len().max(1));
        if insert.insert().returns == Returns::Nothing && most > 1 && run.rows >= most {
            let sql = self::insert(table, &insert.insert().columns, most, dialect);
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

/// Rows by their places in an insert.
pub(super) trait Places<M> {
    fn at(&mut self, place: usize) -> Option<&mut M>;
}

impl<M> Places<M> for Vec<M> {
    #[inline]
    fn at(&mut self, place: usize) -> Option<&mut M> {
        self.get_mut(place)
    }
}

/// The statements of an insert of many rows.
#[derive(Default)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub(super) fn new<M: Model>(runs: &[Run], dialect: &dyn Dialect) -> Self {
        Parts(split(runs, M::TABLE, &|unset| Chosen::new::<M>(unset, dialect), dialect))
    }

    /// How often statements are executed, all together.
    pub(super) fn executions(&self) -> usize {
        self.0.iter().map(Part::executions).sum()
    }

    pub(super) fn statements(&self) -> impl Iterator<Item = Statement> {
        self.0.iter().map(Part::statement)
    }

    pub(super) fn bind<M: Model>(
        &self,
        statement: usize,
        execution: usize,
        rows: &mut impl Places<M>,
        parameters: &mut dyn Parameters,
    ) -> Result<()> {
        let part = &self.0[statement];
        // A row is prepared when it is sent: one way through memory less.
        for place in part.of(execution) {
            let row = rows.at(place).ok_or_else(lost_rows::<M>)?;
            prepare_unseen(row)?;
            part.insert.bind(row, parameters)?;
        }
        Ok(())
    }

    pub(super) fn row<M: Model>(&mut self, statement: usize, rows: &mut impl Places<M>, row: &dyn Row) -> Result<()> {
        let part = &mut self.0[statement];
        let next = part.rows.start + part.returned;
        part.returned += 1;
        if part.returned > part.rows.len() {
            return Err(lost_rows::<M>());
        }
        part.insert.take_row(rows.at(next).ok_or_else(lost_rows::<M>)?, row)
    }

    pub(super) fn outcome<M: Model>(
        &self,
        statement: usize,
        execution: usize,
        rows: &mut impl Places<M>,
        outcome: Outcome,
    ) -> Result<()> {
        let part = &self.0[statement];
        let row = rows.at(part.of(execution).start).ok_or_else(lost_rows::<M>)?;
        part.insert.take_key(row, outcome)
    }

    /// Whether as many rows have come back as were to.
    pub(super) fn check_returned<M: Model>(&self) -> Result<()> {
        let lost =
            |part: &Part| matches!(part.insert.insert().returns, Returns::Row(_)) && part.returned != part.rows.len();
        if self.0.iter().any(lost) { Err(lost_rows::<M>()) } else { Ok(()) }
    }
}

/// A trigger or a rule of the database's may see to that.
fn lost_rows<M: Model>() -> Error {
    Error::usage(format!(
        "an insert into `{}` gave back another number of rows than it was given: their keys are not known",
        M::NAME
    ))
}
