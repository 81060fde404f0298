//! What a table consists of, part by part: for what is added to one that is there.

use std::collections::HashSet;

use super::indexes::Wanted;
use super::{WantedCheck, WantedKey, Writer, quoted_name, uniques};
use crate::schema::found::Found;
use crate::schema::naming::IndexNames;
use crate::schema::table::OwnedForeignKey;
use crate::schema::{Column, GeneratedAs, Table};
use crate::sql::Dialect;
use crate::sql::writer::quoted;

/// The parts of a table, each with the SQL that adds it.
///
/// A part that is refused where tables are made has none: that is one of a table made by others.
pub(crate) struct Parts {
    /// The name, quoted, with its schema.
    pub(crate) table: String,
    /// What adds each column to rows that are there, with the foreign key that is added with it; none where nothing does.
    pub(crate) columns: Vec<Option<String>>,
    pub(crate) checks: Vec<WantedCheck>,
    /// The constraint of the primary key, if there is one.
    pub(crate) key: Option<String>,
    /// Each unique constraint as an index, and all other indexes.
    pub(crate) indexes: Vec<(Wanted, String)>,
    pub(crate) foreign_keys: Vec<WantedKey>,
    /// What the full-text index lacks.
    pub(crate) full_text: Vec<String>,
}

impl Parts {
    /// The parts of a table that has columns and indexes of the names that `has` knows, and is unique in the columns that
    /// `is_unique` knows, before the later ones.
    pub(crate) fn of(
        table: &Table,
        later: &[&'static Table],
        found: &Found,
        names: &mut IndexNames<'_>,
        dialect: &dyn Dialect,
        has: &dyn Fn(&str) -> bool,
        is_unique: &dyn Fn(&[&str]) -> bool,
    ) -> Self {
        let mut writer = Writer { table, dialect, later, found, names, constraints: HashSet::new() };
        let key = writer.primary_key();
        let mut foreign_keys = writer.foreign_keys();
        // What it leads to in its own table is added behind the columns.
        let is_early = |key: &OwnedForeignKey| {
            let is_own = (table.schema, table.name) == (key.schema, key.table);
            is_own && !is_unique(&key.references) && !dialect.allows_forward_references()
        };
        for wanted in &mut foreign_keys {
            wanted.with_column &= !is_early(&wanted.key);
        }
        let checks = writer.checks();
        let columns = table.columns.iter().map(|column| writer.added_column(column, &foreign_keys)).collect();
        let mut indexes: Vec<Wanted> = uniques(table).map(|columns| writer.unique_index(&columns)).collect();
        indexes.append(&mut writer.named_indexes());
        let with_statement = |index| {
            let statement = writer.index(&index);
            (index, statement)
        };
        let indexes = indexes.into_iter().map(with_statement).collect();
        let full_text = writer.full_text(has).unwrap_or_default();
        Parts { table: quoted_name(table), columns, checks, key, indexes, foreign_keys, full_text }
    }
}

impl Writer<'_, '_> {
    /// The rows that are there need a value, which is nobody's to guess.
    fn added_column(&self, column: &Column, keys: &[WantedKey]) -> Option<String> {
        let added = match column.generated_as {
            Some(of) if !self.dialect.catalog().adds_stored() => {
                &Column { generated_as: Some(GeneratedAs::computed_on_read(of.sql)), ..*column }
            }
            _ => column,
        };
        let mut sql = self.column(added).ok()?;
        let has_gap = !column.nullable && !column.filled_by_definition();
        if has_gap {
            sql.push_str(" DEFAULT ...");
        }
        let key = keys.iter().find(|wanted| wanted.with_column && wanted.key.columns == [column.name]);
        let default = column.server_default.map(|default| self.dialect.default_value(column.sql_type, default));
        let default = default.transpose().ok()?;
        if !self.dialect.catalog().adds(default.as_deref(), has_gap, key.is_some()) {
            return None;
        }
        if let Some(key) = key {
            sql.push(' ');
            sql.push_str(&key.constraint.replacen(&format!(" FOREIGN KEY ({})", quoted(column.name)), "", 1));
        }
        Some(sql)
    }
}
