//! Creating and dropping tables.

use crate::backend::{Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::schema::found::Found;
use crate::schema::order::ordered;
use crate::schema::statements::table_name;
use crate::schema::{Action, Table, ddl, enums};
use crate::sql::writer::{push_table, quoted};
use crate::sql::{Dialect, DroppedTable};

/// Models whose tables are created or dropped together: a model, or a tuple of models.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of models",
    label = "expected a model, or a tuple of models such as `(User, Post)`"
)]
pub trait TableList {
    /// Their tables; those of read-only models too, which others create.
    fn tables() -> Vec<&'static Table>;
}

/// Which tables an operation is about; found out when it runs.
pub(super) type Tables = fn() -> Result<Vec<&'static Table>>;

/// Writes the statements, knowing what the database holds.
type Write = fn(&[&'static Table], &Held, &dyn Dialect) -> Result<Vec<String>>;

/// Looks at what the database holds, then runs statements, alone and all or nothing.
pub(crate) struct ChangeTables {
    find: Tables,
    write: Write,
    tables: Vec<&'static Table>,
    held: Held,
    stage: Stage,
}

/// What a statement that looks asks for.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Names,
    ForeignKeys,
    Types,
    Parts,
}

enum Stage {
    New,
    Begun,
    Locked,
    /// Nobody else changes tables meanwhile, if it is locked.
    Asked {
        is_locked: bool,
    },
    Running(std::vec::IntoIter<String>),
    Done,
}

/// What the database holds.
#[derive(Default)]
pub(super) struct Held {
    pub(super) found: Found,
    foreign_keys: Vec<FoundKey>,
    /// By the statements that were sent.
    asked: Vec<Asked>,
}

/// A foreign key, which stays inside a schema.
struct FoundKey {
    schema: String,
    child: String,
    parent: String,
}

impl ChangeTables {
    pub(crate) fn create(tables: Tables) -> Self {
        ChangeTables::new(tables, write_create)
    }

    pub(crate) fn drop(tables: Tables) -> Self {
        ChangeTables::new(tables, write_drop)
    }

    fn new(find: Tables, write: Write) -> Self {
        ChangeTables { find, write, tables: Vec::new(), held: Held::default(), stage: Stage::New }
    }

    /// Looks at what the database holds now, whatever it held before.
    fn ask(&mut self, dialect: &dyn Dialect, batch: &mut Vec<Statement>) {
        self.held = Held::default();
        let questions = [Asked::Names, Asked::ForeignKeys, Asked::Types, Asked::Parts];
        self.held.ask(&self.tables, dialect, &questions, batch);
    }
}

impl Held {
    pub(super) fn ask(
        &mut self,
        tables: &[&'static Table],
        dialect: &dyn Dialect,
        questions: &[Asked],
        batch: &mut Vec<Statement>,
    ) {
        let schemas = schemas(tables);
        for asked in questions {
            let sql = match asked {
                Asked::Names => Some(dialect.names_query(&schemas)),
                Asked::ForeignKeys => Some(dialect.foreign_keys_query(&schemas)),
                Asked::Types => dialect.types_query(&enums::names(tables)),
                Asked::Parts => dialect.parts_query(&schemas),
            };
            if let Some(sql) = sql {
                self.asked.push(*asked);
                batch.push(Statement::rows(sql));
            }
        }
    }

    /// Takes a row of what the `statement`th question asked for.
    pub(super) fn row(&mut self, statement: usize, reader: Reader<'_>) -> Result<()> {
        let (first, second, third): (String, String, String) = (reader.get(0)?, reader.get(1)?, reader.get(2)?);
        let found = &mut self.found;
        match self.asked.get(statement) {
            Some(Asked::Names) => found.names.add(first, second, third),
            Some(Asked::ForeignKeys) => {
                self.foreign_keys.push(FoundKey { schema: first, child: second, parent: third });
            }
            Some(Asked::Types) => found.types.add(first, &second, third),
            Some(Asked::Parts) => found.parts.add(&first, second, third, reader.get(3)?)?,
            None => {}
        }
        Ok(())
    }
}

impl Steps for ChangeTables {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        loop {
            let (stage, step) = match &mut self.stage {
                Stage::New => {
                    self.tables = (self.find)()?;
                    (Stage::Begun, Some(Step::Begin))
                }
                Stage::Begun => {
                    self.ask(dialect, batch);
                    (Stage::Asked { is_locked: false }, Some(Step::Run))
                }
                Stage::Asked { is_locked } => {
                    let written = (self.write)(&self.tables, &self.held, dialect);
                    let is_nothing = matches!(&written, Ok(statements) if statements.is_empty());
                    // Who has nothing to change waits for nobody: the lock is held until the outermost transaction ends.
                    match dialect.lock_schemas().filter(|_| !*is_locked && !is_nothing) {
                        Some(lock) => {
                            batch.push(Statement::count(lock));
                            (Stage::Locked, Some(Step::Run))
                        }
                        None => (Stage::Running(written?.into_iter()), None),
                    }
                }
                Stage::Locked => {
                    self.ask(dialect, batch);
                    (Stage::Asked { is_locked: true }, Some(Step::Run))
                }
                Stage::Running(statements) => match statements.next() {
                    Some(sql) => {
                        batch.push(Statement::count(sql));
                        return Ok(Step::Run);
                    }
                    None => (Stage::Done, Some(Step::Commit)),
                },
                Stage::Done => return Ok(Step::Done),
            };
            self.stage = stage;
            if let Some(step) = step {
                return Ok(step);
            }
        }
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        if !matches!(self.stage, Stage::Asked { .. }) {
            return Ok(());
        }
        self.held.row(statement, Reader::new(row, "schema"))
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

fn write_create(tables: &[&'static Table], Held { found, .. }: &Held, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let statements = ddl::create(tables, found, dialect)?;
    check_parents(tables, found, dialect)?;
    found.types.check(tables, dialect)?;
    Ok(statements)
}

/// What a foreign key points to is created too, or there already.
fn check_parents(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<()> {
    for table in tables {
        for key in table.all_foreign_keys() {
            let known = tables.iter().any(|other| (other.schema, other.name) == (key.schema, key.table));
            if !known && key.schema.is_none() && !found.names.finds(key.table, dialect) {
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

fn write_drop(
    tables: &[&'static Table],
    Held { found, foreign_keys, .. }: &Held,
    dialect: &dyn Dialect,
) -> Result<Vec<String>> {
    let same = |left: &str, right: &str| dialect.same_name(left, right);
    let is = |table: &Table, schema: &str, name: &str| {
        same(found.names.schema(table.schema), schema) && same(table.name, name)
    };
    let ours = |schema: &str, name: &str| tables.iter().any(|table| is(table, schema, name));
    let breaks = |key: &&FoundKey| ours(&key.schema, &key.parent) && !ours(&key.schema, &key.child);
    if let Some(FoundKey { child, parent, .. }) = foreign_keys.iter().find(breaks) {
        return Err(Error::schema(format!(
            "the table `{parent}` cannot be dropped, for a foreign key of `{child}` points to it: drop `{child}` first"
        )));
    }
    let order = ordered(tables);
    let present = order.tables.iter().rev().filter(|table| found.names.has(table.schema, table.name, dialect));
    let cyclic = order.cyclic || tables.iter().any(|table| restricts_itself(table));
    let mut statements = dialect.drop_tables(&present.map(|table| dropped(table)).collect::<Vec<_>>(), cyclic);
    let own = quoted(found.names.schema(None));
    let types = enums::names(tables).into_iter().filter(|name| found.types.has_enum(name));
    statements.extend(types.filter_map(|name| dialect.drop_type(&format!("{own}.{}", quoted(name)))));
    Ok(statements)
}

/// Whether a row of the table may refuse that another one goes before it.
fn restricts_itself(table: &Table) -> bool {
    let mut keys = table.all_foreign_keys();
    keys.any(|key| key.on_delete == Some(Action::Restrict) && (key.schema, key.table) == (table.schema, table.name))
}

fn dropped(table: &Table) -> DroppedTable {
    let mut name = String::new();
    push_table(&mut name, table_name(table));
    DroppedTable { name, full_text: table.text_index() }
}
