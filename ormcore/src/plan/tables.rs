//! Creating and dropping tables.

use crate::backend::{Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::plan::{Plan, Script};
use crate::schema::naming::TakenNames;
use crate::schema::order::ordered;
use crate::schema::statements::table_name;
use crate::schema::{Action, Table, ddl};
use crate::sql::writer::{push_table, quoted};
use crate::sql::{Dialect, DroppedTable};

/// Models whose tables are created or dropped together: a model, or a tuple of models.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of models",
    label = "expected a model, or a tuple of models such as `(User, Post)`"
)]
pub trait TableList {
    /// Their tables.
    fn tables() -> Vec<&'static Table>;
}

/// Which tables an operation is about; found out when it runs.
type Tables = fn() -> Result<Vec<&'static Table>>;

/// Writes the statements, knowing what the database holds.
type Write = fn(&[&'static Table], &Found, &dyn Dialect) -> Result<Vec<String>>;

/// Looks at what the database holds, then runs statements.
pub(crate) struct ChangeTables {
    tables: Tables,
    write: Write,
    found: Found,
    stage: Stage,
}

enum Stage {
    Asking,
    Asked,
    Running(Script),
}

/// What the database holds.
#[derive(Default)]
pub(crate) struct Found {
    names: TakenNames,
    foreign_keys: Vec<FoundKey>,
}

/// A foreign key, which stays inside a schema.
struct FoundKey {
    schema: String,
    child: String,
    parent: String,
}

impl ChangeTables {
    pub(crate) fn create(tables: Tables) -> Self {
        ChangeTables { tables, write: write_create, found: Found::default(), stage: Stage::Asking }
    }

    pub(crate) fn drop(tables: Tables) -> Self {
        ChangeTables { tables, write: write_drop, found: Found::default(), stage: Stage::Asking }
    }
}

impl Steps for ChangeTables {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match &mut self.stage {
            Stage::Asking => {
                let schemas = schemas(&(self.tables)()?);
                batch.push(Statement::rows(dialect.names_query(&schemas)));
                batch.push(Statement::rows(dialect.foreign_keys_query(&schemas)));
                self.stage = Stage::Asked;
                Ok(Step::Run)
            }
            Stage::Asked => {
                let statements = (self.write)(&(self.tables)()?, &self.found, dialect)?;
                let mut script = Script::new(statements);
                let step = script.next(dialect, batch)?;
                self.stage = Stage::Running(script);
                Ok(step)
            }
            Stage::Running(script) => script.next(dialect, batch),
        }
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        if !matches!(self.stage, Stage::Asked) {
            return Ok(());
        }
        let reader = Reader::new(row, "schema");
        let (schema, first, second) = (reader.get(0)?, reader.get(1)?, reader.get(2)?);
        if statement == 0 {
            self.found.names.add(schema, first, second);
        } else {
            self.found.foreign_keys.push(FoundKey { schema, child: first, parent: second });
        }
        Ok(())
    }
}

impl Plan for ChangeTables {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// The schemas that the tables say, each once.
fn schemas(tables: &[&'static Table]) -> Vec<&'static str> {
    let mut schemas: Vec<&'static str> = tables.iter().filter_map(|table| table.schema).collect();
    schemas.sort_unstable();
    schemas.dedup();
    schemas
}

fn write_create(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let statements = ddl::create(tables, &found.names, dialect)?;
    check_parents(tables, found, dialect)?;
    Ok(statements)
}

/// What a foreign key points to is created too, or there already.
fn check_parents(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<()> {
    for table in tables {
        for key in table.all_foreign_keys() {
            let known = tables.iter().any(|other| (other.schema, other.name) == (key.schema, key.table));
            if !known && key.schema.is_none() && !found.names.has(None, key.table, dialect) {
                return Err(Error::schema(format!(
                    "the foreign key `{}.{}` points to the table `{}`, which is not there: create it first, or together \
                     with `{}`",
                    table.name,
                    key.columns.join(", "),
                    key.table,
                    table.name
                )));
            }
        }
    }
    Ok(())
}

fn write_drop(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let same = |left: &str, right: &str| dialect.same_name(left, right);
    let is = |table: &Table, schema: &str, name: &str| {
        same(found.names.schema(table.schema), schema) && same(table.name, name)
    };
    let ours = |schema: &str, name: &str| tables.iter().any(|table| is(table, schema, name));
    let breaks = |key: &&FoundKey| ours(&key.schema, &key.parent) && !ours(&key.schema, &key.child);
    if let Some(FoundKey { child, parent, .. }) = found.foreign_keys.iter().find(breaks) {
        return Err(Error::schema(format!(
            "the table `{parent}` cannot be dropped, for a foreign key of `{child}` points to it: drop `{child}` first"
        )));
    }
    let order = ordered(tables);
    let present = order.tables.iter().rev().filter(|table| found.names.has(table.schema, table.name, dialect));
    let dropped: Vec<DroppedTable> = present.map(|table| dropped(table, order.cyclic)).collect();
    Ok(dialect.drop_tables(&dropped, order.cyclic))
}

fn dropped(table: &Table, cyclic: bool) -> DroppedTable {
    let mut name = String::new();
    push_table(&mut name, table_name(table));
    let restricts = table.all_foreign_keys().filter(|key| key.on_delete == Some(Action::Restrict));
    let circles = restricts.filter(|key| cyclic || (key.schema, key.table) == (table.schema, table.name));
    let nullable = |column: &&str| table.columns.iter().any(|other| other.name == *column && other.nullable);
    let columns = circles.flat_map(|key| key.columns.into_iter().filter(nullable).collect::<Vec<_>>());
    DroppedTable { name, restricting: columns.map(quoted).collect(), full_text: table.text_index() }
}
