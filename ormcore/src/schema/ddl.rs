//! The text that creates tables.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::schema::found::{Found, Part};
use crate::schema::naming::{IndexNames, TakenNames, constraint, free};
use crate::schema::order::ordered;
use crate::schema::statements::table_name;
use crate::schema::table::OwnedForeignKey;
use crate::schema::{Column, GeneratedAs, Index, IndexPart, Table, enums};
use crate::sql::dialect::check_range;
use crate::sql::writer::{push_table, quoted, text_literal};
use crate::sql::{Dialect, TableName};
use crate::value::SqlType;

mod indexes;
mod parts;
#[cfg(test)]
mod tests;

pub(crate) use indexes::Wanted;
pub(crate) use parts::Parts;

/// The statements that create the tables and their indexes, in an order in which they can run, but for what is `found` in the
/// database: to make that again would take its locks, and the rights to it, for nothing.
///
/// # Errors
/// If a foreign key points to what is no key or out of a schema that it cannot leave, the dialect cannot number a column, a
/// name is too long for it, two tables or types have one name there, or a default is no value of its column.
pub(crate) fn create(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let tables = ordered(tables).tables;
    let mut statements = before(&tables, found, dialect)?;
    let mut names = IndexNames::new(&found.names, dialect);
    let mut after = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        let later = &tables[position + 1..];
        let mut writer = Writer { table, dialect, later, found, names: &mut names, constraints: HashSet::new() };
        let mut keys = writer.foreign_keys();
        statements.extend(writer.table(&keys)?);
        keys.retain(|key| key.waits && !writer.has(Part::ForeignKey, table.name, &key.name));
        after.extend(keys.iter().map(|key| dialect.add_constraint(&quoted_name(table), &key.constraint)));
    }
    statements.append(&mut after);
    Ok(statements)
}

/// The statements that create a table before the later ones, and its foreign keys, of which those that wait are not in them.
///
/// # Errors
/// As [`create`].
pub(crate) fn create_one(
    table: &'static Table,
    later: &[&'static Table],
    found: &Found,
    names: &mut IndexNames<'_>,
    dialect: &dyn Dialect,
) -> Result<(Vec<String>, Vec<WantedKey>)> {
    let mut statements = before(&[table], found, dialect)?;
    let mut writer = Writer { table, dialect, later, found, names, constraints: HashSet::new() };
    let keys = writer.foreign_keys();
    statements.extend(writer.table(&keys)?);
    Ok((statements, keys))
}

/// The statements that create what the tables need, if these can be made.
fn before(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Result<Vec<String>> {
    for table in tables {
        check_schemas(table, dialect)?;
        check_foreign_keys(table, tables)?;
        check_generated(table, dialect)?;
        check_names(table, dialect)?;
    }
    check_twins(tables, &found.names, dialect)?;
    let mut statements = schemas(tables, found, dialect);
    statements.extend(enums::create(tables, |name| found.has_enum(name), dialect)?);
    Ok(statements)
}

/// The schemas that the tables are in, where they are made by SQL.
fn schemas(tables: &[&'static Table], found: &Found, dialect: &dyn Dialect) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for schema in tables.iter().filter_map(|table| table.schema) {
        if !names.contains(&schema) && !found.has(Part::Schema, Some(schema), "", "") {
            names.push(schema);
        }
    }
    names.into_iter().filter_map(|schema| dialect.create_schema(schema)).collect()
}

/// Where names that differ in case are one, the second of two tables would be left out as one that is there already, and so
/// would one that is there in another spelling.
fn check_twins(tables: &[&'static Table], found: &TakenNames, dialect: &dyn Dialect) -> Result<()> {
    for (position, table) in tables.iter().enumerate() {
        let is_twin = |other: &&&Table| {
            (other.schema, other.name) != (table.schema, table.name)
                && dialect.same_name(other.name, table.name)
                && dialect.same_name(found.schema(other.schema), found.schema(table.schema))
        };
        if let Some(other) = tables[..position].iter().find(is_twin) {
            return Err(Error::schema(format!(
                "{} and {} differ in case only, which {} takes for one table: give one of them another name",
                described(other),
                described(table),
                dialect.name()
            )));
        }
        if let Some(name) = found.other_spelling(table, dialect) {
            return Err(Error::schema(format!(
                "{} is in the database as `{name}`, which {} takes for one name: spell it like that, or give it another",
                described(table),
                dialect.name()
            )));
        }
    }
    Ok(())
}

/// The table, and whose it is.
fn described(table: &Table) -> String {
    match table.module {
        "" => format!("the bare link table `{}`", table.name),
        _ => format!("the table `{}` of `{}`", table.name, table.model_path()),
    }
}

/// A foreign key that cannot leave its schema would be one to a table of the same name in it.
fn check_schemas(table: &Table, dialect: &dyn Dialect) -> Result<()> {
    let Some(key) = table.all_foreign_keys().find(|key| !dialect.references_reach(table.schema, key.schema)) else {
        return Ok(());
    };
    let schema = key.schema.map(|schema| format!("{schema}.")).unwrap_or_default();
    Err(Error::schema(format!(
        "the foreign key `{}.{}` points to the table `{schema}{}` in another schema: on {} it cannot leave its own; put both \
         models into one, or leave the foreign key out",
        table.name,
        key.columns.join(", "),
        key.table,
        dialect.name()
    )))
}

/// Each foreign key to one of the tables must point to its primary key or to what is unique in it.
fn check_foreign_keys(table: &Table, tables: &[&'static Table]) -> Result<()> {
    for key in table.all_foreign_keys() {
        let Some(parent) = tables.iter().find(|parent| (parent.schema, parent.name) == (key.schema, key.table)) else {
            continue;
        };
        let wrong = |problem: String| {
            Err(Error::schema(format!("the foreign key `{}.{}` {problem}", table.name, key.columns.join(", "))))
        };
        let names = |column: &&str| parent.columns.iter().any(|other| other.name == *column);
        if let Some(missing) = key.references.iter().find(|column| !names(column)) {
            return wrong(format!("points to `{}.{missing}`, which is no column", parent.name));
        }
        if !is_unique(parent, &key.references, |index| index.unique && index.filter.is_none()) {
            return wrong(format!(
                "points to `{}.{}`, which is neither the primary key nor unique: make it `unique`",
                parent.name,
                key.references.join(", ")
            ));
        }
    }
    Ok(())
}

fn check_generated(table: &Table, dialect: &dyn Dialect) -> Result<()> {
    let lone_key = |column: &Column| column.primary_key && table.primary_key().count() == 1;
    match table.columns.iter().find(|column| column.generated && !lone_key(column)) {
        Some(column) if !dialect.numbers_any_column() => Err(Error::schema(format!(
            "{} cannot number `{}.{}`, for it is not the only column of the primary key: leave out `auto`",
            dialect.name(),
            table.name,
            column.name
        ))),
        _ => Ok(()),
    }
}

/// A name that the database cuts would not be found again by its whole.
fn check_names(table: &Table, dialect: &dyn Dialect) -> Result<()> {
    let Some(longest) = dialect.longest_name() else { return Ok(()) };
    let of_table = table.schema.into_iter().chain([table.name]);
    let of_columns =
        table.columns.iter().flat_map(|column| column.sql_type.enum_name().into_iter().chain([column.name]));
    let of_indexes = table.indexes.iter().filter_map(|index| index.name);
    match of_table.chain(of_columns).chain(of_indexes).find(|name| name.len() > longest) {
        Some(name) => Err(Error::schema(format!(
            "the name `{name}` of or in the table `{}` is {} bytes long, and {} takes {longest}: shorten it, or give \
             another in the database, `name = \"..\"` for a column or an index and `table = \"..\"` for a table",
            table.name,
            name.len(),
            dialect.name()
        ))),
        None => Ok(()),
    }
}

/// Whether the columns are unique by the primary key, by themselves, or by an index of such a kind.
fn is_unique(table: &Table, columns: &[&'static str], counts: impl Fn(&Index) -> bool) -> bool {
    let same = |mut other: Vec<&'static str>| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        other.sort_unstable();
        columns == other
    };
    let alone = |column: &Column| column.unique && same(vec![column.name]);
    same(table.primary_key().map(|index| table.columns[index].name).collect())
        || table.columns.iter().any(alone)
        || table.indexes.iter().any(|index| counts(index) && same(plain_columns(index)))
}

/// The columns of each unique constraint.
fn uniques(table: &Table) -> impl Iterator<Item = Vec<&'static str>> + '_ {
    let columns = table.columns.iter().filter(|column| column.unique).map(|column| vec![column.name]);
    columns.chain(table.indexes.iter().filter(|index| is_constraint(index)).map(plain_columns))
}

fn plain_columns(index: &Index) -> Vec<&'static str> {
    index.parts.iter().map(|part| part.text).collect()
}

fn quoted_list(names: &[&str]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

struct Writer<'a, 'n> {
    table: &'a Table,
    dialect: &'a dyn Dialect,
    /// The tables that are created after it.
    later: &'a [&'static Table],
    found: &'a Found,
    names: &'a mut IndexNames<'n>,
    /// The names given so far to the table's constraints.
    constraints: HashSet<String>,
}

/// A foreign key that is to be there.
pub(crate) struct WantedKey {
    pub(crate) key: OwnedForeignKey,
    name: String,
    pub(crate) constraint: String,
    /// Whether it is added when all tables are there: what it points to is created after its own.
    pub(crate) waits: bool,
    /// Whether it is added with its column.
    pub(crate) with_column: bool,
}

/// A check that is to be there.
pub(crate) struct WantedCheck {
    pub(crate) name: String,
    /// Whose it is; none for one of the table.
    pub(crate) column: Option<&'static str>,
    pub(crate) condition: String,
    pub(crate) constraint: String,
}

impl Writer<'_, '_> {
    /// The statements of the table with these of its foreign keys that do not wait.
    fn table(&mut self, keys: &[WantedKey]) -> Result<Vec<String>> {
        let mut sql = format!("CREATE TABLE IF NOT EXISTS {} (\n    ", quoted_name(self.table));
        let constraints = self.constraints(keys);
        let columns = self.table.columns.iter().map(|column| self.column(column));
        let parts: Vec<String> = columns.chain(constraints.into_iter().map(Ok)).collect::<Result<_>>()?;
        sql.push_str(&parts.join(",\n    "));
        sql.push_str("\n)");
        sql.push_str(self.dialect.table_options(self.table.strict));
        let is_new = !self.is_there(self.table.name);
        let mut statements: Vec<String> = is_new.then_some(sql).into_iter().collect();
        statements.extend(self.indexes());
        statements.extend(self.full_text(&|_| false)?);
        statements.extend(self.comments());
        Ok(statements)
    }

    /// What the full-text index lacks, where more may be known to be there than what is found.
    fn full_text(&mut self, is_known: &dyn Fn(&str) -> bool) -> Result<Vec<String>> {
        let Some(index) = self.table.text_index() else { return Ok(Vec::new()) };
        let name = self.names.give(self.table, constraint("ix", &index.name, &[]), index.name.clone());
        let is_there =
            |name: &str| is_known(name) || self.has(Part::TextColumn, self.table.name, name) || self.is_there(name);
        self.dialect.create_text_index(&index, &name, &is_there).map_err(|problem| {
            Error::schema(format!(
                "`{}` cannot have a full-text index on {}: {problem}",
                self.table.name,
                self.dialect.name()
            ))
        })
    }

    fn comments(&self) -> Vec<String> {
        let (name, plain) = (quoted_name(self.table), quoted(self.table.name));
        let comment = |kind, of: &str, text| {
            let is_there = self.has(Part::Comment, &format!("{plain}{of}"), text);
            if is_there { None } else { self.dialect.comment(kind, &format!("{name}{of}"), text) }
        };
        let table = self.table.comment.and_then(|text| comment("TABLE", "", text));
        let columns = self.table.columns.iter();
        let columns =
            columns.filter_map(|column| comment("COLUMN", &format!(".{}", quoted(column.name)), column.comment?));
        table.into_iter().chain(columns).collect()
    }

    /// Whether the table, or an index of it, is there already.
    fn is_there(&self, name: &str) -> bool {
        self.found.is_certain() && self.names.is_there(self.table, name)
    }

    /// Whether the schema of the table has this part already.
    fn has(&self, part: Part, table: &str, name: &str) -> bool {
        self.found.has(part, self.table.schema, table, name)
    }

    fn column(&self, column: &Column) -> Result<String> {
        let mut sql = quoted(column.name);
        sql.push(' ');
        let is_alone = column.primary_key && self.table.primary_key().count() == 1;
        sql.push_str(&match column.server_default {
            Some(_) if is_alone => self.dialect.type_of_defaulted_key(column.sql_type),
            _ => self.dialect.column_type(column.sql_type),
        });
        if !column.nullable {
            sql.push_str(" NOT NULL");
        }
        if column.generated {
            sql.push_str(self.dialect.generated_key_suffix());
        }
        if let Some(GeneratedAs { sql: expression, stored }) = column.generated_as {
            let kept = if stored { "STORED" } else { "VIRTUAL" };
            sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kept}"));
        }
        if let Some(default) = column.server_default {
            let value =
                check_range(column.range, default).and_then(|()| self.dialect.default_value(column.sql_type, default));
            let value = value.map_err(|expected| {
                let (table, column) = (self.table.name, column.name);
                Error::schema(format!("the default `{default}` of `{table}.{column}` is not {expected}"))
            })?;
            sql.push_str(&format!(" DEFAULT ({value})"));
        }
        Ok(sql)
    }

    fn constraints(&mut self, keys: &[WantedKey]) -> Vec<String> {
        let mut all = Vec::from_iter(self.primary_key());
        all.extend(uniques(self.table).map(|columns| self.unique(&columns).1));
        all.extend(keys.iter().filter(|key| !key.waits).map(|key| key.constraint.clone()));
        all.extend(self.checks().into_iter().map(|check| check.constraint));
        all
    }

    /// The name of a unique constraint, and the constraint.
    fn unique(&mut self, columns: &[&str]) -> (String, String) {
        self.named("uq", columns, &format!("UNIQUE ({})", quoted_list(columns)))
    }

    fn foreign_keys(&mut self) -> Vec<WantedKey> {
        let table = self.table;
        let wanted = |key: OwnedForeignKey| {
            let (name, constraint) = self.named("fk", &key.columns, &self.foreign_key(&key));
            let waits = self.must_wait(&key);
            let with_column = !waits && key.columns.len() == 1;
            WantedKey { name, constraint, waits, with_column, key }
        };
        table.all_foreign_keys().map(wanted).collect()
    }

    fn primary_key(&mut self) -> Option<String> {
        let key: Vec<&str> = self.table.primary_key().map(|index| self.table.columns[index].name).collect();
        (!key.is_empty()).then(|| self.constraint("pk", &[], &format!("PRIMARY KEY ({})", quoted_list(&key))))
    }

    /// Whether what the key points to is created after the table: a table, or a unique index of its own.
    fn must_wait(&self, key: &OwnedForeignKey) -> bool {
        let is_key_of = |table: &Table| (table.schema, table.name) == (key.schema, key.table);
        let is_later = match is_key_of(self.table) {
            true => !is_unique(self.table, &key.references, is_constraint),
            false => self.later.iter().any(|later| is_key_of(later)),
        };
        is_later && !self.dialect.allows_forward_references()
    }

    fn constraint(&mut self, prefix: &str, parts: &[&str], body: &str) -> String {
        self.named(prefix, parts, body).1
    }

    /// The name of a constraint by the naming rule, and the constraint.
    fn named(&mut self, prefix: &str, parts: &[&str], body: &str) -> (String, String) {
        let table = self.table.name;
        let mut name = constraint(prefix, table, parts);
        let columns = parts.join("\0");
        if matches!(prefix, "pk" | "uq") {
            name = self.names.give(self.table, name, format!("{table}\0{columns}"));
        }
        let name = free(name, format!("{table}\0{columns}\0{body}"), |name| self.constraints.contains(name));
        let constraint = format!("CONSTRAINT {} {body}", quoted(&name));
        self.constraints.insert(name.clone());
        (name, constraint)
    }

    fn checks(&mut self) -> Vec<WantedCheck> {
        let table = self.table;
        let mut all: Vec<WantedCheck> = table.columns.iter().flat_map(|column| self.column_checks(column)).collect();
        for (number, check) in table.checks.iter().enumerate() {
            all.push(self.check(None, &[&(number + 1).to_string()], (*check).to_string()));
        }
        all
    }

    fn column_checks(&mut self, column: &Column) -> Vec<WantedCheck> {
        let (name, mut all) = (quoted(column.name), Vec::new());
        if let Some(check) = column.check {
            all.push((None, check.to_string()));
        }
        if let Some(length) = column.length {
            let function = self.dialect.length_function(column.sql_type);
            all.push((Some("length"), format!("{function}({name}) <= {length}")));
        }
        if let Some((least, most)) = column.range {
            all.push((Some("range"), format!("{name} BETWEEN {least} AND {most}")));
        }
        if self.is_checked_enum(column) {
            let is_number = column.sql_type.is_integer();
            let literal = |text: &&str| if is_number { text.to_string() } else { text_literal(text) };
            let values: Vec<String> = column.variants.iter().map(literal).collect();
            all.push((Some("variant"), format!("{name} IN ({})", values.join(", "))));
        }
        let parts = |word| Vec::from_iter([column.name].into_iter().chain(word));
        all.into_iter().map(|(word, condition)| self.check(Some(column.name), &parts(word), condition)).collect()
    }

    fn check(&mut self, column: Option<&'static str>, parts: &[&str], condition: String) -> WantedCheck {
        let (name, constraint) = self.named("ck", parts, &format!("CHECK ({condition})"));
        WantedCheck { name, column, condition, constraint }
    }

    /// Whether only a condition keeps other values than the variants out.
    fn is_checked_enum(&self, column: &Column) -> bool {
        match column.sql_type {
            SqlType::Array(_) => false,
            SqlType::Enum(name) => self.dialect.create_type(name, column.variants).is_none(),
            _ => !column.variants.is_empty(),
        }
    }

    fn foreign_key(&self, key: &OwnedForeignKey) -> String {
        let mut sql = format!("FOREIGN KEY ({}) REFERENCES ", quoted_list(&key.columns));
        let schema = key.schema.filter(|_| !self.dialect.schemas_are_databases());
        push_table(&mut sql, TableName { schema, name: key.table });
        sql.push_str(&format!(" ({})", quoted_list(&key.references)));
        if let Some(action) = key.on_delete {
            sql.push_str(&format!(" ON DELETE {}", action.sql()));
        }
        if let Some(action) = key.on_update {
            sql.push_str(&format!(" ON UPDATE {}", action.sql()));
        }
        sql
    }
}

/// The name of the table with its schema.
pub(crate) fn quoted_name(table: &Table) -> String {
    let mut name = String::new();
    push_table(&mut name, table_name(table));
    name
}

/// Whether the index is written as a constraint of the table.
fn is_constraint(index: &Index) -> bool {
    let is_over_columns = index.parts.iter().all(IndexPart::is_plain) && index.include.is_empty();
    index.unique && index.filter.is_none() && index.name.is_none() && index.using.is_none() && is_over_columns
}
