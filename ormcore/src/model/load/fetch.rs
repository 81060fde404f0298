use crate::backend::{Parameters, Row, Statement, Step, Wants};
use crate::error::{Error, Result};
use crate::model::Record;
use crate::model::load::statement::Reading;
use crate::model::load::{EagerLoad, Joins, Keys, Loaders, Path, ReadRows, Shape, Source};
use crate::plan::push_all;
use crate::schema::Table;
use crate::sql::{Dialect, Expr, Rendered, Select, Writer};
use crate::value::Parameter;

/// Reads rows of a model by a SELECT, with all that is loaded with them.
///
/// It is the part of a plan that reads: it is asked what its plan is asked.
pub(crate) struct Fetch {
    shape: &'static Shape,
    first: First,
    loaders: Loaders,
    rows: Box<dyn ReadRows>,
    /// How many rows there are.
    count: usize,
    /// Whether the first statement has run.
    started: bool,
}

/// The statement that reads the rows, and how it tells them apart.
struct First {
    table: &'static Table,
    select: Option<Select>,
    /// Further columns that tell apart rows in which one row of the table appears more than once; none if nothing does.
    identity: Option<Vec<Expr>>,
    source: Option<Source>,
    parameters: Vec<Parameter>,
    /// The rows that were seen, where the statement may repeat them in any order.
    seen: Option<Box<Keys>>,
    /// The positions of what tells them apart; none if the statement repeats no row.
    told_apart_by: Vec<usize>,
    /// The position of what tells them apart, where that is one integer which ascends so far, and the last one: as long as it
    /// does, a row is new or the same as the one before.
    ascending_key: Option<usize>,
    last_key: Option<i64>,
}

impl First {
    fn new(table: &'static Table, select: Select, identity: Option<Vec<Expr>>) -> Self {
        First {
            table,
            select: Some(select),
            identity,
            source: None,
            parameters: Vec::new(),
            seen: None,
            told_apart_by: Vec::new(),
            ascending_key: None,
            last_key: None,
        }
    }

    /// The statement, once; the table's `columns` are given as they are written.
    fn statement(
        &mut self,
        columns: &'static str,
        joins: &mut dyn Joins,
        dialect: &'static dyn Dialect,
    ) -> Result<Option<Rendered>> {
        let Some(select) = self.select.take() else { return Ok(None) };
        let reading = Reading::new(select, self.identity.take(), (self.table, columns), joins, false)?;
        self.source = reading.source;
        if reading.repeats {
            let columns = self.table.columns;
            let behind = columns.len()..columns.len() + reading.further;
            self.told_apart_by = self.table.identity().chain(behind).collect();
            self.ascending_key = match self.told_apart_by.as_slice() {
                [key] if columns[*key].sql_type.is_integer() => Some(*key),
                _ => None,
            };
        }
        let mut writer = Writer::new(dialect);
        writer.select(reading.select);
        writer.finish().map(Some)
    }

    /// The place of a row among the rows so far, of which there are `count`, and whether it is a new one.
    #[inline]
    fn number<'r>(
        &mut self,
        row: &dyn Row,
        count: usize,
        so_far: &dyn Fn(usize) -> &'r dyn Record,
    ) -> Result<(usize, bool)> {
        if let Some(key) = self.ascending_key
            && let Ok(Some(int)) = row.int(key)
        {
            if self.last_key == Some(int) {
                return Ok((count.saturating_sub(1), false));
            }
            if self.last_key < Some(int) {
                self.last_key = Some(int);
                return Ok((count, true));
            }
        }
        if self.told_apart_by.is_empty() {
            return Ok((count, true));
        }
        self.search(row, count, so_far)
    }

    /// As [`First::number`], for keys of any kind in any order.
    fn search<'r>(
        &mut self,
        row: &dyn Row,
        count: usize,
        so_far: &dyn Fn(usize) -> &'r dyn Record,
    ) -> Result<(usize, bool)> {
        let (table, seen) = (self.table, self.seen.get_or_insert_default());
        if let Some(key) = self.ascending_key.take() {
            for place in 0..count {
                let pushed = seen.push_field(so_far(place).field(key));
                pushed.map_err(|error| Error::encode(table.name, table.columns[key].name, &error))?;
                seen.number();
            }
        }
        for index in &self.told_apart_by {
            let value = row.value(*index).map_err(|error| Error::decode(table.name, &row.name(*index), &error))?;
            seen.push(&value);
        }
        Ok(seen.number())
    }
}

impl Fetch {
    /// Reads what the SELECT gives, whose columns are yet to be filled in.
    pub(crate) fn new(
        shape: &'static Shape,
        select: Select,
        identity: Option<Vec<Expr>>,
        asked: &[Box<dyn EagerLoad>],
    ) -> Self {
        let loaders = Loaders::new(shape.eager, asked, &Path { table: shape.table.name, from: None });
        let first = First::new(shape.table, select, identity);
        Fetch { shape, first, loaders, rows: (shape.rows)(), count: 0, started: false }
    }

    pub(crate) fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if let Some(rendered) = self.first_statement(dialect)? {
            let (statement, parameters) = Statement::written(rendered, Wants::Rows);
            batch.push(statement);
            self.first.parameters = parameters;
            return Ok(Step::Run);
        }
        self.started = true;
        self.loaders.next(self.rows.as_ref(), self.first.source.as_ref(), dialect, batch)?;
        Ok(if batch.is_empty() { Step::Done } else { Step::Run })
    }

    /// The statement that reads the rows, once.
    pub(crate) fn first_statement(&mut self, dialect: &'static dyn Dialect) -> Result<Option<Rendered>> {
        let columns = &(self.shape.statements)().texts(self.shape.table, dialect).columns;
        self.first.statement(columns, &mut self.loaders, dialect)
    }

    pub(crate) fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if self.started {
            self.loaders.bind(statement, parameters)
        } else {
            push_all(&self.first.parameters, parameters)
        }
    }

    pub(crate) fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()> {
        if self.started {
            return self.loaders.row(statement, row);
        }
        let rows = &self.rows;
        let (parent, is_new) = self.first.number(row, self.count, &|place| rows.record(place))?;
        if is_new {
            self.rows.read(row, 0)?;
            self.count += 1;
        }
        self.loaders.joined_row(parent, row)
    }

    /// Takes care that lazy loads of what is loaded with the rows can be counted; before the first step.
    pub(crate) fn watch(&mut self) {
        self.loaders.watch();
    }

    /// The rows, with what was loaded with them.
    pub(crate) fn finish(mut self) -> Result<Box<dyn ReadRows>> {
        self.loaders.finish(self.rows.as_mut())?;
        Ok(self.rows)
    }
}
