//! Comparing tables with the models.

use crate::backend::{Reader, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use crate::plan::tables::{Asked, Held, Tables};
use crate::schema::check::{Actual, ActualColumn, ActualForeignKey, ActualIndex, ActualPart, Check};
use crate::schema::order::ordered;
use crate::schema::{Table, registry};
use crate::sql::Dialect;
use crate::sql::dialect::AskedTable;

/// Looks at what the database holds, and changes nothing.
pub(crate) struct CheckTables {
    find: Tables,
    tables: Vec<&'static Table>,
    dialect: Option<&'static dyn Dialect>,
    held: Held,
    /// Those of the tables that are there, by their places.
    actual: Vec<Option<Actual>>,
}

/// How many statements ask for the tables themselves.
pub(super) const QUESTIONS: usize = 3;

impl CheckTables {
    pub(crate) fn new(find: Tables) -> Self {
        CheckTables { find, tables: Vec::new(), dialect: None, held: Held::default(), actual: Vec::new() }
    }
}

impl Steps for CheckTables {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.tables = ordered(&(self.find)()?).tables;
        if self.tables.is_empty() {
            return Ok(Step::Done);
        }
        self.dialect = Some(dialect);
        self.actual.resize_with(self.tables.len(), || None);
        let asked = |table: &&'static Table| AskedTable { schema: table.schema, name: table.name };
        let names: Vec<AskedTable<'_>> = self.tables.iter().map(asked).collect();
        batch.extend(questions(&names, dialect));
        self.held.ask(&self.tables, dialect, &[Asked::Names, Asked::Types, Asked::Parts], batch);
        Ok(Step::RunLast)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        let reader = Reader::new(row, "schema");
        if let Some(statement) = statement.checked_sub(QUESTIONS) {
            return self.held.row(statement, reader);
        }
        match self.actual.get_mut(reader.get::<u32>(0)? as usize) {
            Some(place) => read_actual(place.get_or_insert_default(), statement, reader),
            None => Ok(()),
        }
    }
}

/// The statements that ask for the tables themselves.
pub(super) fn questions(asked: &[AskedTable<'_>], dialect: &dyn Dialect) -> [Statement; QUESTIONS] {
    let catalog = dialect.catalog();
    [catalog.columns(asked), catalog.indexes(asked), catalog.foreign_keys(asked)].map(Statement::rows)
}

/// Takes a row of the `statement`th question about a table.
pub(super) fn read_actual(actual: &mut Actual, statement: usize, reader: Reader<'_>) -> Result<()> {
    match statement {
        0 => {
            actual.kind = reader.get(1)?;
            actual.columns.push(ActualColumn {
                name: reader.get(2)?,
                sql_type: reader.get(3)?,
                words: reader.get(4)?,
                nullable: reader.get(5)?,
                filled: reader.get(6)?,
                computed: reader.get(7)?,
                checks: reader.get::<String>(8)?.lines().map(str::to_string).collect(),
            });
        }
        1 => {
            let part = ActualPart {
                column: reader.get(6)?,
                descending: reader.get(8)?,
                ops: reader.get(9)?,
                default_ops: reader.get(10)?,
            };
            let mut index = ActualIndex {
                name: reader.get(1)?,
                primary: reader.get(2)?,
                unique: reader.get(3)?,
                partial: reader.get(4)?,
                method: reader.get(5)?,
                excludes: reader.get(11)?,
                parts: Vec::new(),
                included: Vec::new(),
            };
            if reader.get(7)? {
                index.included.push(part.column);
            } else {
                index.parts.push(part);
            }
            actual.add_to_index(index);
        }
        _ => actual.add_to_foreign_key(ActualForeignKey {
            key: reader.get(1)?,
            columns: vec![(reader.get(2)?, reader.get(4)?)],
            parent: reader.get(3)?,
            on_delete: reader.get(5)?,
            on_update: reader.get(6)?,
        }),
    }
    Ok(())
}

impl Plan for CheckTables {
    type Output = ();

    fn finish(mut self) -> Result<()> {
        let Some(dialect) = self.dialect else { return Ok(()) };
        self.held.found.settle();
        let (found, described) = (&self.held.found, &registry::all());
        let check = Check { found, dialect, described, tables: &self.tables, actual: &self.actual };
        let differences = check.differences();
        if differences.is_empty() { Ok(()) } else { Err(Error::from_kind(ErrorKind::TablesDiffer { differences })) }
    }
}
