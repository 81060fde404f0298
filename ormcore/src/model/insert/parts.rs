//! The statements that insert rows, and which row each execution is about.

use std::borrow::Cow;
use std::ops::Range;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement};
use crate::error::{Error, Result};
use crate::model::draft::{ColumnSet, filled_by_database};
use crate::model::insert::prepare_unseen;
use crate::model::select::push_normalized;
use crate::model::{Model, Record, assign};
use crate::schema::statements::{Insert, Returns};
use crate::schema::{Statements, Table};
use crate::sql::Dialect;
use crate::value::{Value, ValueError};

/// The INSERT that was chosen for a row, and what it does with the row.
pub(in crate::model) enum Chosen {
    Fixed(&'static Insert),
    Made(Box<Insert>),
}

impl Chosen {
    /// The INSERT for a row that has a value for each column but those that the database fills in.
    #[inline]
    pub(super) fn usual<M: Model>(dialect: &dyn Dialect) -> Self {
        Chosen::Fixed(&M::statements().texts(M::TABLE, dialect).insert_new)
    }

    /// The INSERT for a row whose columns `unset` are left to the database.
    pub(super) fn new<M: Model>(unset: &ColumnSet, dialect: &dyn Dialect) -> Self {
        Chosen::of(M::TABLE, M::statements(), unset, &filled_by_database::<M>(), dialect)
    }

    /// The same, of which the database fills in `filled` at least.
    fn of(
        table: &'static Table,
        statements: &'static Statements,
        unset: &ColumnSet,
        filled: &ColumnSet,
        dialect: &dyn Dialect,
    ) -> Self {
        let texts = statements.texts(table, dialect);
        if *unset == ColumnSet::default() {
            Chosen::Fixed(&texts.insert_full)
        } else if unset == filled {
            Chosen::Fixed(&texts.insert_new)
        } else {
            Chosen::Made(Box::new(Insert::new(table, &|index| unset.contains(index), dialect)))
        }
    }

    #[inline]
    fn insert(&self) -> &Insert {
        match self {
            Chosen::Fixed(insert) => insert,
            Chosen::Made(insert) => insert,
        }
    }

    pub(super) fn statement(&self, table: &'static Table) -> Statement {
        let sql: Cow<'static, str> = match self {
            Chosen::Fixed(insert) => Cow::Borrowed(&insert.sql),
            Chosen::Made(insert) => Cow::Owned(insert.sql.clone()),
        };
        let statement = if self.gives_row() { Statement::rows(sql) } else { Statement::count(sql) };
        statement.inserting(table, &self.insert().columns)
    }

    /// Sends the values of a row: compiled for each type of row, for it is done most often.
    #[inline]
    pub(super) fn bind<R: Record>(&self, table: &Table, row: &mut R, parameters: &mut dyn Parameters) -> Result<()> {
        for index in &self.insert().columns {
            push_normalized(table, *index, row.field_mut(*index), parameters)?;
        }
        Ok(())
    }

    /// Whether the database gives the row back.
    #[inline]
    pub(super) fn gives_row(&self) -> bool {
        matches!(self.insert().returns, Returns::Row(_))
    }

    /// Gives a row the key that was generated for it: compiled for each type of row, as [`Chosen::bind`].
    #[inline]
    pub(super) fn take_key<R: Record>(&self, table: &Table, row: &mut R, outcome: Outcome) -> Result<()> {
        let Returns::LastKey(index) = self.insert().returns else { return Ok(()) };
        match outcome.key {
            // The last key is that of an insert before, if a trigger of the database's has ignored this one.
            Some(key) if outcome.rows != 0 => {
                row.field_mut(index).assign_int(key).map_err(|error| refused(table, index, &error))
            }
            _ => Err(no_key(table, outcome)),
        }
    }

    pub(super) fn take_row(&self, table: &Table, row: &mut dyn Record, returned: &dyn Row) -> Result<()> {
        if let Returns::Row(indexes) = &self.insert().returns {
            let reader = Reader::new(returned, table.name);
            for (position, index) in indexes.iter().enumerate() {
                assign(table, row, *index, reader.get::<Value<'static>>(position)?)?;
            }
        }
        Ok(())
    }
}

#[cold]
#[inline(never)]
fn no_key(table: &Table, outcome: Outcome) -> Error {
    if outcome.rows == 0 {
        return lost_rows(table);
    }
    Error::usage("the connection did not say which key it generated")
}

#[cold]
#[inline(never)]
fn refused(table: &Table, index: usize, error: &ValueError) -> Error {
    Error::decode(table.name, table.columns[index].name, error)
}

/// Neighbours that leave out the same columns.
pub(crate) struct Run {
    pub(crate) unset: ColumnSet,
    pub(crate) rows: usize,
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

    fn statement(&self, table: &'static Table) -> Statement {
        let statement = self.insert.statement(table).times(self.executions());
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
            let many = insert.insert().of_rows(most, table, dialect);
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
pub(super) trait Places {
    fn at(&mut self, place: usize) -> Option<&mut dyn Record>;

    /// Gives rows their last values, and sends those that the insert wants.
    fn bind(&mut self, places: Range<usize>, insert: &Chosen, parameters: &mut dyn Parameters) -> Result<()>;

    /// Gives the row the key that was generated for it.
    fn take_key(&mut self, place: usize, insert: &Chosen, outcome: Outcome) -> Result<()>;
}

/// What [`Places::bind`] does with a row.
#[inline]
pub(super) fn bind<M: Model>(row: &mut M, insert: &Chosen, parameters: &mut dyn Parameters) -> Result<()> {
    prepare_unseen(row)?;
    insert.bind(M::TABLE, row, parameters)
}

impl<M: Model> Places for Vec<M> {
    fn at(&mut self, place: usize) -> Option<&mut dyn Record> {
        Some(self.get_mut(place)?)
    }

    fn bind(&mut self, places: Range<usize>, insert: &Chosen, parameters: &mut dyn Parameters) -> Result<()> {
        let rows = self.get_mut(places).ok_or_else(|| lost_rows(M::TABLE))?;
        rows.iter_mut().try_for_each(|row| bind(row, insert, parameters))
    }

    fn take_key(&mut self, place: usize, insert: &Chosen, outcome: Outcome) -> Result<()> {
        let row = self.get_mut(place).ok_or_else(|| lost_rows(M::TABLE))?;
        insert.take_key(M::TABLE, row, outcome)
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

    /// Whether each execution is all or nothing by itself: of several rows that come back, the database may have left some
    /// out.
    pub(super) fn is_whole(&self) -> bool {
        self.0.iter().all(|part| part.rows.len() <= 1 || !part.insert.gives_row())
    }

    pub(super) fn statements(&self, table: &'static Table) -> impl Iterator<Item = Statement> {
        self.0.iter().map(move |part| part.statement(table))
    }

    /// A row is prepared when it is sent: one way through memory less.
    pub(super) fn bind(
        &self,
        statement: usize,
        execution: usize,
        rows: &mut dyn Places,
        parameters: &mut dyn Parameters,
    ) -> Result<()> {
        let part = &self.0[statement];
        rows.bind(part.of(execution), &part.insert, parameters)
    }

    pub(super) fn row(&mut self, table: &Table, statement: usize, rows: &mut dyn Places, row: &dyn Row) -> Result<()> {
        let part = &mut self.0[statement];
        let next = part.rows.start + part.returned;
        part.returned += 1;
        if part.returned > part.rows.len() {
            return Err(lost_rows(table));
        }
        part.insert.take_row(table, rows.at(next).ok_or_else(|| lost_rows(table))?, row)
    }

    pub(super) fn outcome(
        &self,
        statement: usize,
        execution: usize,
        rows: &mut dyn Places,
        outcome: Outcome,
    ) -> Result<()> {
        let part = &self.0[statement];
        rows.take_key(part.of(execution).start, &part.insert, outcome)
    }

    /// Whether as many rows have come back as were to.
    pub(super) fn check_returned(&self, table: &Table) -> Result<()> {
        let lost = |part: &Part| part.insert.gives_row() && part.returned != part.rows.len();
        if self.0.iter().any(lost) { Err(lost_rows(table)) } else { Ok(()) }
    }
}

/// A trigger or a rule of the database's may see to that.
#[cold]
#[inline(never)]
pub(super) fn lost_rows(table: &Table) -> Error {
    Error::usage(format!(
        "an insert into `{}` gave back another number of rows than it was given: their keys are not known",
        table.name
    ))
}
