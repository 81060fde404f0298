//! Enums with a type of their own.

use crate::error::{Error, Result};
use crate::schema::{Column, Table};
use crate::sql::Dialect;

/// The type of the column, or of its elements.
struct EnumColumn {
    table: &'static Table,
    column: &'static Column,
    name: &'static str,
}

fn columns(tables: &[&'static Table]) -> impl Iterator<Item = EnumColumn> {
    let columns = tables.iter().flat_map(|&table| table.columns.iter().map(move |column| (table, column)));
    columns.filter_map(|(table, column)| Some(EnumColumn { table, column, name: column.sql_type.enum_name()? }))
}

/// The names of the types of the tables' enums, each once.
pub(crate) fn names(tables: &[&'static Table]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for EnumColumn { name, .. } in columns(tables) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The statements that create the types of the tables' enums, each once, but for those that are there.
///
/// # Errors
/// If two enums have one name and different values: whose would the type have?
pub(super) fn create(
    tables: &[&'static Table],
    is_there: impl Fn(&str) -> bool,
    dialect: &dyn Dialect,
) -> Result<Vec<String>> {
    let mut enums: Vec<EnumColumn> = Vec::new();
    for column in columns(tables) {
        match enums.iter().find(|other| other.name == column.name) {
            None => enums.push(column),
            Some(other) if other.column.variants == column.column.variants => {}
            Some(other) => {
                return Err(Error::schema(format!(
                    "the enums of `{}.{}` and `{}.{}` have one `native = \"{}\"` and different values: give one of them \
                     another",
                    other.table.name, other.column.name, column.table.name, column.column.name, column.name
                )));
            }
        }
    }
    enums.retain(|column| !is_there(column.name));
    Ok(enums.iter().filter_map(|column| dialect.create_type(column.name, column.column.variants)).collect())
}

/// What a database has under the names of enums.
#[derive(Default)]
pub(crate) struct FoundTypes(Vec<FoundType>);

struct FoundType {
    name: String,
    is_enum: bool,
    value: String,
}

impl FoundTypes {
    /// Adds a row of [`Dialect::types_query`].
    pub(crate) fn add(&mut self, name: String, kind: &str, value: String) {
        self.0.push(FoundType { name, is_enum: kind == "enum", value });
    }

    /// The statements that give the enum's type the values that it lacks.
    pub(crate) fn lacking(&self, name: &str, variants: &[&str], dialect: &dyn Dialect) -> Vec<String> {
        let found: Vec<&str> = self.named(name).map(|found| found.value.as_str()).collect();
        dialect.add_to_type(name, variants, &found)
    }

    pub(crate) fn has_enum(&self, name: &str) -> bool {
        self.named(name).any(|found| found.is_enum)
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &FoundType> {
        self.0.iter().filter(move |found| found.name == name)
    }

    /// Whether what is there has the values of the tables' enums; it may have more.
    ///
    /// # Errors
    /// If it has not, with what to run.
    pub(crate) fn check(&self, tables: &[&'static Table], dialect: &dyn Dialect) -> Result<()> {
        for EnumColumn { table, column, name } in columns(tables) {
            if self.named(name).any(|found| !found.is_enum) {
                return Err(Error::schema(format!(
                    "the enum of `{}.{}` cannot have the type `{name}`, which is no enum in the database: give it another \
                     `native = \"..\"`",
                    table.name, column.name
                )));
            }
            if !self.has_enum(name) {
                continue;
            }
            let missing = self.lacking(name, column.variants, dialect);
            if !missing.is_empty() {
                return Err(Error::schema(format!(
                    "the type `{name}` in the database lacks values of the column `{}.{}`: run {}`{}`",
                    table.name,
                    column.name,
                    if missing.len() > 1 { "each of " } else { "" },
                    missing.join("`, `")
                )));
            }
        }
        Ok(())
    }
}
