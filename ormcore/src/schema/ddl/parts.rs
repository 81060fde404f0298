//! What a table consists of, part by part: for what is added to one that is there.

use std::collections::HashSet;

use super::indexes::Wanted;
use super::{Writer, uniques};
use crate::schema::found::Found;
use crate::schema::naming::IndexNames;
use crate::schema::statements::table_name;
use crate::schema::table::OwnedForeignKey;
use crate::schema::{Column, GeneratedAs, Index, IndexPart, Table};
use crate::sql::Dialect;
use crate::sql::writer::{push_table, quoted};

/// The parts of a table, each with the SQL that adds it.
///
/// A part that is refused where tables are made has none: that is one of a table made by others.
pub(crate) struct Parts {
    /// The name, quoted, with its schema.
    pub(crate) table: String,
    /// What adds each column to rows that are there, with its checks and the foreign key of it alone; none where nothing does.
    pub(crate) columns: Vec<Option<String>>,
    /// The constraint of the primary key, if there is one.
    pub(crate) key: Option<String>,
    /// Each unique constraint as an index, and all other indexes.
    pub(crate) indexes: Vec<(Wanted, String)>,
    /// Each foreign key with its constraint.
    pub(crate) foreign_keys: Vec<(OwnedForeignKey, String)>,
    /// What the full-text index lacks.
    pub(crate) full_text: Vec<String>,
}

impl Parts {
    /// The parts of a table that has columns and indexes of the names that `has` knows.
    pub(crate) fn of(table: &Table, found: &Found, dialect: &dyn Dialect, has: &dyn Fn(&str) -> bool) -> Self {
        let (constraints, mut names, mut after) = (HashSet::new(), IndexNames::new(&found.names, dialect), Vec::new());
        let mut writer =
            Writer { table, dialect, later: &[], found, names: &mut names, constraints, after: &mut after };
        let mut name = String::new();
        push_table(&mut name, table_name(table));
        let key = writer.primary_key();
        let columns = table.columns.iter().map(|column| writer.added_column(column)).collect();
        // The foreign keys have their names there already, and the table has not.
        writer.constraints.clear();
        let foreign_keys = table.all_foreign_keys().map(|key| {
            let constraint = writer.named("fk", &key.columns, &writer.foreign_key(&key)).1;
            (key, constraint)
        });
        let foreign_keys = foreign_keys.collect();
        let uniques = uniques(table).map(|columns| {
            let parts: Vec<IndexPart> = columns.iter().map(|name| IndexPart::Column(name)).collect();
            writer.wanted_index(&parts, &Index::new(&[]).unique())
        });
        let indexes = uniques.collect::<Vec<_>>().into_iter().chain(writer.named_indexes()).map(|index| {
            let statement = writer.index(&index);
            (index, statement)
        });
        let indexes = indexes.collect();
        let full_text = writer.full_text(has).unwrap_or_default();
        Parts { table: name, columns, key, indexes, foreign_keys, full_text }
    }
}

impl Writer<'_, '_> {
    /// The rows that are there need a value, which is nobody's to guess.
    fn added_column(&mut self, column: &Column) -> Option<String> {
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
        let mut parts = self.column_checks(column);
        let is_own = |key: &OwnedForeignKey| key.columns == [column.name];
        let key = self.table.all_foreign_keys().find(is_own);
        let default = column.server_default.map(|default| self.dialect.default_value(column.sql_type, default));
        let default = default.transpose().ok()?;
        if !self.dialect.catalog().adds(default.as_deref(), has_gap, key.is_some()) {
            return None;
        }
        if let Some(key) = key {
            let said = self.foreign_key(&key);
            let target = said.strip_prefix(&format!("FOREIGN KEY ({}) ", quoted(column.name))).unwrap_or(&said);
            parts.push(self.constraint("fk", &key.columns, target));
        }
        for part in parts {
            sql.push(' ');
            sql.push_str(&part);
        }
        Some(sql)
    }
}
