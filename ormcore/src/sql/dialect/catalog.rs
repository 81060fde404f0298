use std::fmt::Debug;

use crate::sql::TableName;
use crate::value::SqlType;

/// How a database tells what its tables are.
///
/// Each question is one statement about all tables that are asked for. They are known in its rows by their positions, counted
/// from 0, and sought where a statement that names them would find them. What is not there has no rows.
pub trait Catalog: Debug + Send + Sync {
    /// The SQL that lists the columns, as rows of (table, kind, name, type, type in words, nullable, filled, computed, checks).
    ///
    /// The kind is `table`, `partitioned`, or `view` for whatever has no constraints of its own. The type is one that
    /// [`Catalog::reads`] knows. A column is filled where an insert may leave it out though NULL is refused, or where that
    /// cannot be told; a computed one is filled by the database alone, which refuses what a program writes.
    /// The checks are the names of those that name the column, a line each, if they can be dropped.
    fn columns(&self, tables: &[TableName]) -> String;

    /// The SQL that lists the parts of the indexes in their order, as rows of (table, index, primary, unique, partial, method,
    /// column, included, descending, operator class, whether that is the type's own); the column is empty for an expression,
    /// and what is only included comes last. A primary key and a unique constraint are indexes.
    fn indexes(&self, tables: &[TableName]) -> String;

    /// The SQL that lists the columns of the foreign keys, as rows of (table, key, column, parent, parent's column, action of
    /// DELETE, action of UPDATE); the parent's column is empty where it is its primary key without being said. What tells two
    /// keys of a table apart is a text.
    fn foreign_keys(&self, tables: &[TableName]) -> String;

    /// Whether fields of this type read whatever such a column may hold, and write what it takes, unless they only read.
    fn reads(&self, found: &str, wanted: SqlType, only_read: bool) -> bool;

    /// The statement that changes a table that is there; none where such a change takes another table.
    fn alter(&self, quoted_table: &str, change: &str) -> Option<String> {
        let _ = (quoted_table, change);
        None
    }

    /// The statements that let the database number a column of a table that is there, behind the numbers that its rows have; none
    /// where that takes another table.
    fn number(&self, quoted_table: &str, column: &str) -> Vec<String> {
        let _ = (quoted_table, column);
        Vec::new()
    }

    /// Whether a column that is computed and stored can be added to a table that is there. Else one that is computed when it is
    /// read can.
    fn adds_stored(&self) -> bool {
        true
    }

    /// Whether a column can be added to a table that has rows: with this default, or one that is to be chosen, and as a foreign
    /// key.
    fn adds(&self, default: Option<&str>, chosen: bool, foreign_key: bool) -> bool {
        let _ = (default, chosen, foreign_key);
        true
    }

    /// The statement that drops a column; none where what is named by an index, a key, a check or another column cannot be
    /// dropped.
    fn drop_column(&self, quoted_table: &str, quoted_column: &str, named: bool) -> Option<String> {
        let _ = named;
        Some(format!("ALTER TABLE {quoted_table} DROP COLUMN {quoted_column}"))
    }

    /// What [`Catalog::alter`] is given to change a column's type from what [`Catalog::columns`] found.
    fn change_type(&self, quoted_column: &str, found: &str, sql_type: SqlType) -> String {
        let _ = (found, sql_type);
        format!("ALTER COLUMN {quoted_column} TYPE")
    }
}
