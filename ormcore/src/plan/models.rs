//! Writing models from tables that are there.

use crate::backend::{Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::plan::check::{QUESTIONS, questions, read_actual};
use crate::schema::check::Actual;
use crate::schema::source::{self, FoundTable};
use crate::sql::Dialect;
use crate::sql::dialect::{AskedTable, Detail, DetailKind};

/// Asks which tables there are, then what they are, and changes nothing.
pub(crate) struct ModelsSource {
    schemas: Vec<String>,
    dialect: Option<&'static dyn Dialect>,
    /// None before it was asked which there are.
    tables: Option<Vec<FoundTable>>,
    is_listed: bool,
}

impl ModelsSource {
    /// Of the tables of these schemas, or of the connection's own if there are none.
    pub(crate) fn new(schemas: Vec<String>) -> Self {
        ModelsSource { schemas, dialect: None, tables: None, is_listed: false }
    }
}

impl Steps for ModelsSource {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.dialect = Some(dialect);
        let Some(tables) = &self.tables else {
            self.tables = Some(Vec::new());
            let schemas: Vec<&str> = self.schemas.iter().map(String::as_str).collect();
            batch.push(Statement::rows(dialect.catalog().tables(&schemas)));
            return Ok(Step::Run);
        };
        self.is_listed = true;
        if tables.is_empty() {
            return Ok(Step::Done);
        }
        let asked = |table: &'_ FoundTable| (table.schema.clone(), table.name.clone());
        let names: Vec<(String, String)> = tables.iter().map(asked).collect();
        let names: Vec<AskedTable<'_>> =
            names.iter().map(|(schema, name)| AskedTable { schema: Some(schema), name }).collect();
        batch.extend(questions(&names, dialect));
        batch.push(Statement::rows(dialect.catalog().details(&names)));
        Ok(Step::RunLast)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        let reader = Reader::new(row, "schema");
        let Some(tables) = &mut self.tables else { return Ok(()) };
        if !self.is_listed {
            let (schema, name, is_own) = (reader.get(0)?, reader.get(1)?, reader.get(2)?);
            tables.push(FoundTable { schema, name, is_own, actual: Actual::default(), details: Vec::new() });
            return Ok(());
        }
        let Some(table) = tables.get_mut(reader.get::<u32>(0)? as usize) else { return Ok(()) };
        if statement < QUESTIONS {
            return read_actual(&mut table.actual, statement, reader);
        }
        let (kind, name, text): (String, String, String) = (reader.get(1)?, reader.get(2)?, reader.get(4)?);
        let Some(kind) = DetailKind::of(&kind) else {
            return Err(Error::schema(format!("the dialect tells of a `{kind}`, which is no part of a table")));
        };
        match (kind, self.dialect) {
            (DetailKind::Statement, Some(dialect)) => {
                table.details.extend(dialect.catalog().read_statement(&name, &text));
            }
            _ => table.details.push(Detail { kind, name, place: reader.get(3)?, text }),
        }
        Ok(())
    }
}

impl Plan for ModelsSource {
    type Output = String;

    fn finish(self) -> Result<String> {
        let (Some(mut tables), Some(dialect)) = (self.tables, self.dialect) else { return Ok(String::new()) };
        // One may have gone between the two questions, and no model says a name of blanks.
        tables.retain(|table| !table.actual.columns.is_empty() && !table.name.trim().is_empty());
        if tables.is_empty() {
            let of = match self.schemas.is_empty() {
                true => "the connection's own schema has no tables".to_string(),
                false => format!("there is no table in `{}`", self.schemas.join("`, `")),
            };
            return Err(Error::schema(format!(
                "{of}: connect to the database that has them, or name their schema, `db.models_source_of([\"shop\"])`"
            )));
        }
        Ok(source::source(&tables, dialect))
    }
}
