//! What a table consists of, part by part: for what is added to one that is there.

use std::collections::HashSet;

use super::indexes::Wanted;
use super::{WantedKey, Writer, quoted_name, uniques};
use crate::schema::found::Found;
use crate::schema::naming::IndexNames;
use crate::schema::{Column, GeneratedAs, Table};
use crate::sql::Dialect;
use crate::sql::writer::quoted;

/// The parts of a table, each with the SQL that adds it.
///
/// A part that is refused where tables are made has none: that is one of a table made by others.
pub(crate) struct Parts {
    /// The name, quoted, with its schema.
    pub(crate) table: String,
    /// What adds each column to rows that are there, with its checks and the foreign key of it alone that need not wait; none
    /// where nothing does.
    pub(crate) columns: Vec<Option<String>>,
    /// The checks of each column.
    pub(crate) checks: Vec<Vec<String>>,
    /// The constraint of the primary key, if there is one.
    pub(crate) key: Option<String>,
    /// Each unique constraint as an index, and all other indexes.
    pub(crate) indexes: Vec<(Wanted, String)>,
    pub(crate) foreign_keys: Vec<WantedKey>,
    /// What the full-text index lacks.
    pub(crate) full_text: Vec<String>,
}

impl Parts {
    /// The parts of a table that has columns and indexes of the names that `has` knows, before the later ones.
    pub(crate) fn of(
        table: &Table,
        later: &[&'static Table],
        found: &Found,
        names: &mut IndexNames<'_>,
        dialect: &dyn Dialect,
        has: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut writer = Writer { table, dialect, later, found, names, constraints: HashSet::new() };
        let key = writer.primary_key();
        let foreign_keys = writer.foreign_keys();
        let checks: Vec<_> = table.columns.iter().map(|column| writer.column_checks(column)).collect();
        let with_checks = table.columns.iter().zip(&checks);
        let columns = with_checks.map(|(column, checks)| writer.added_column(column, checks, &foreign_keys)).collect();
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
    fn added_column(&self, column: &Column, checks: &[String], keys: &[WantedKey]) -> Option<String> {
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
        let mut parts = checks.to_vec();
        let key = keys.iter().find(|wanted| wanted.key.columns == [column.name] && !wanted.waits);
        let default = column.server_default.map(|default| self.dialect.default_value(column.sql_type, default));
        let default = default.transpose().ok()?;
        if !self.dialect.catalog().adds(default.as_deref(), has_gap, key.is_some()) {
            return None;
        }
        if let Some(key) = key {
            parts.push(key.constraint.replacen(&format!(" FOREIGN KEY ({})", quoted(column.name)), "", 1));
        }
        for part in parts {
            sql.push(' ');
            sql.push_str(&part);
        }
        Some(sql)
    }
}
