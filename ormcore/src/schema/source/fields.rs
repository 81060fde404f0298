//! Tables as structs: their columns as fields, and what tells rows apart.

use super::FoundTable;
use super::enums::Enum;
use super::keys::Key;
use super::names::{self, Given};
use super::relations::Relation;
use super::types::FieldType;
use crate::schema::check::{ActualColumn, ActualIndex};
use crate::sql::Dialect;
use crate::sql::dialect::DetailKind;
use crate::sql::pieces::{Piece, Pieces};

/// As many columns as a key can have.
const LONGEST_KEY: usize = 6;

/// A table as a struct.
pub(super) struct Model<'a> {
    pub(super) table: &'a FoundTable,
    pub(super) name: String,
    pub(super) read_only: bool,
    pub(super) fields: Vec<Field<'a>>,
    /// The fields of each key and unique constraint, the primary key first, if there is one.
    pub(super) unique: Vec<Vec<usize>>,
    pub(super) keys: Vec<Key>,
    /// What `#[model(..)]` says.
    pub(super) says: Vec<String>,
    pub(super) relations: Vec<Relation>,
    /// What the struct cannot say.
    pub(super) notes: Vec<String>,
}

/// A column as a field.
pub(super) struct Field<'a> {
    pub(super) column: &'a ActualColumn,
    pub(super) name: String,
    pub(super) field_type: FieldType,
    pub(super) is_key: bool,
    /// Whether ormcore knows values of its type by their texts.
    pub(super) is_text_alone: bool,
    /// What `#[column(..)]` says.
    pub(super) says: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl<'a> Model<'a> {
    pub(super) fn of(table: &'a FoundTable, name: String, enums: &[Enum], dialect: &dyn Dialect) -> Self {
        let (mut fields, mut notes): (Vec<Field<'_>>, _) = (Vec::new(), Vec::new());
        let mut given = Given::default();
        for column in &table.actual.columns {
            let is_double = fields.iter().any(|other| other.column.name.to_lowercase() == column.name.to_lowercase());
            let found = FieldType::of(column, enums, dialect);
            let reason = match found {
                _ if is_double => "another column's name differs in case only".to_string(),
                _ if column.name.trim().is_empty() => "it has no name to be written".to_string(),
                // What full-text search computes is nobody's to read.
                Ok((_, Some(_))) if column.computed => format!("it is computed, of the type `{}`", column.words),
                Err(reason) => reason,
                Ok((field_type, note)) => {
                    let name = given.give(&[names::field(&column.name)]);
                    let is_text_alone = note.is_some() && !field_type.is_list;
                    let notes = note.into_iter().collect();
                    let (is_key, says) = (false, Vec::new());
                    fields.push(Field { column, name, field_type, is_key, is_text_alone, says, notes });
                    continue;
                }
            };
            let is_needed = !column.nullable && !column.filled;
            let inserts = if is_needed { ", and inserts fail for want of it" } else { "" };
            notes.push(format!("The column `{}` is left out: {reason}{inserts}.", column.name));
        }
        let (keys, says, relations) = (Vec::new(), Vec::new(), Vec::new());
        let mut model =
            Model { table, name, read_only: false, fields, unique: Vec::new(), keys, says, relations, notes };
        model.leave_out_computed();
        model.find_unique();
        model
    }

    /// Leaves out what the database computes from columns that are left out.
    fn leave_out_computed(&mut self) {
        let is_lost = |model: &Self, column| model.generated(column).is_some_and(|(sql, _)| model.names_lost(sql));
        while let Some(at) = self.fields.iter().position(|field| is_lost(self, field.column)) {
            let name = &self.fields.remove(at).column.name;
            self.notes.push(format!("The column `{name}` is left out: it is computed from one that is."));
        }
    }

    /// Whether the SQL names a column that no field reads. What is a field's very name is the field's.
    pub(super) fn names_lost(&self, sql: &str) -> bool {
        let columns = || self.table.actual.columns.iter().map(|column| column.name.as_bytes());
        let is_field = |name: &[u8]| self.fields.iter().any(|field| field.column.name.as_bytes() == name);
        let is_lost = |name: &[u8]| {
            !is_field(name) && columns().any(|column| column.eq_ignore_ascii_case(name) && !is_field(column))
        };
        Pieces::of(sql, true, b"\"`").any(|piece| match piece {
            Piece::Word(name) | Piece::Quoted(name) => is_lost(name),
            Piece::Literal(_) | Piece::Sign(_) => false,
        })
    }

    /// The position of the field of a column.
    pub(super) fn position(&self, column: &str, dialect: &dyn Dialect) -> Option<usize> {
        self.fields.iter().position(|field| dialect.same_name(&field.column.name, column))
    }

    /// The names of the columns of these fields.
    pub(super) fn columns(&self, fields: &[usize]) -> Vec<&'a str> {
        fields.iter().map(|field| self.fields[*field].column.name.as_str()).collect()
    }

    /// The fields of all parts of an index, if it is of columns alone.
    pub(super) fn fields_of(&self, index: &ActualIndex) -> Option<Vec<usize>> {
        index.parts.iter().map(|part| self.field_of(&part.column)).collect()
    }

    /// The field of a column of this very name.
    pub(super) fn field_of(&self, column: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.column.name == column)
    }

    /// What is unique and never NULL tells rows apart as a primary key does; where nothing does, rows are only read.
    fn find_unique(&mut self) {
        let indexes = &self.table.actual.indexes;
        let unique = indexes.iter().filter(|index| index.unique && !index.partial);
        let (primary, others): (Vec<&ActualIndex>, Vec<&ActualIndex>) = unique.partition(|index| index.primary);
        let mut all: Vec<Vec<usize>> = others.into_iter().filter_map(|index| self.fields_of(index)).collect();
        let is_whole = |field: &usize| self.generated(self.fields[*field].column).is_none();
        let is_key = |key: &Vec<usize>| key.len() <= LONGEST_KEY && key.iter().all(is_whole);
        let is_certain = |key: &&Vec<usize>| is_key(key) && key.iter().all(|at| !self.fields[*at].column.nullable);
        let primary = primary.first().and_then(|index| self.fields_of(index)).filter(is_key);
        let key = primary.or_else(|| all.iter().filter(is_certain).min_by_key(|key| key.len()).cloned());
        match key {
            Some(key) => {
                key.iter().for_each(|field| self.fields[*field].is_key = true);
                all.insert(0, key);
            }
            None => {
                self.read_only = true;
                self.notes.push("Nothing tells the rows of the table apart: they are only read.".to_string());
            }
        }
        for unique in all {
            let is_same =
                |other: &Vec<usize>| other.len() == unique.len() && other.iter().all(|at| unique.contains(at));
            if !self.unique.iter().any(is_same) {
                self.unique.push(unique);
            }
        }
    }

    /// Whether a constraint says that these fields are unique, or an index of nothing else.
    pub(super) fn says_unique(&self, fields: &[usize]) -> bool {
        let is_same = |found: Vec<usize>| found.len() == fields.len() && found.iter().all(|at| fields.contains(at));
        let indexes = self.table.actual.indexes.iter().filter(|index| index.unique && !index.partial && !index.primary);
        indexes.filter(|index| index.is_plain()).filter_map(|index| self.fields_of(index)).any(is_same)
    }

    /// From what the database computes the column, and whether that is stored.
    pub(super) fn generated(&self, column: &ActualColumn) -> Option<(&'a str, bool)> {
        let table: &'a FoundTable = self.table;
        let of = |kind, stored| table.first(kind, &column.name).map(|sql| (sql, stored));
        of(DetailKind::Stored, true).or_else(|| of(DetailKind::Virtual, false))
    }

    /// Whether no program writes the field, though it writes others of the row.
    pub(super) fn is_of_database(&self, field: usize) -> bool {
        let Field { column, is_key, .. } = &self.fields[field];
        !self.read_only && column.computed && !is_key
    }

    /// Whether no two rows agree in these fields.
    pub(super) fn is_unique(&self, fields: &[usize]) -> bool {
        self.unique.iter().any(|unique| unique.iter().all(|field| fields.contains(field)))
    }

    /// The fields of the primary key.
    pub(super) fn key(&self) -> Vec<usize> {
        (0..self.fields.len()).filter(|field| self.fields[*field].is_key).collect()
    }
}
