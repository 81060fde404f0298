//! What the pragmas tell.

use super::Sqlite;
use crate::sql::dialect::{AskedTable, Catalog, Detail, defaults};
use crate::sql::writer::text_literal;
use crate::value::SqlType;

mod details;
mod statement;

/// Whether the column `c` of the table `f` is the number of its row: a key that is an `INTEGER` and has no index of its own.
const IS_NUMBER: &str = "c.pk = 1 AND c.type = 'INTEGER' COLLATE NOCASE \
     AND NOT EXISTS (SELECT 1 FROM pragma_index_list(f.name, f.schema) AS k WHERE k.origin = 'pk')";

impl Catalog for Sqlite {
    /// What a view computes may be of any type.
    fn columns(&self, tables: &[AskedTable<'_>]) -> String {
        format!(
            "{} SELECT f.number, f.kind, c.name, CASE WHEN f.kind = 'view' THEN '' WHEN f.strict THEN 'strict ' || c.type \
             ELSE c.type END, c.type, NOT c.\"notnull\", c.dflt_value IS NOT NULL OR c.hidden > 1 \
             OR ({IS_NUMBER}), \
             c.hidden > 1, '' FROM found AS f JOIN pragma_table_xinfo(f.name, f.schema) AS c WHERE c.hidden <> 1 \
             ORDER BY f.number, c.cid",
            found(tables)
        )
    }

    /// What a constraint keeps unique has no order that a model could say.
    fn indexes(&self, tables: &[AskedTable<'_>]) -> String {
        format!(
            "{} SELECT f.number, '' AS name, 1, 1, 0, 'btree', c.name, 0, 0, '', 1, 0, c.pk AS place \
             FROM found AS f JOIN pragma_table_info(f.name, f.schema) AS c WHERE c.pk > 0 UNION ALL \
             SELECT f.number, i.name, 0, i.\"unique\", i.partial, 'btree', coalesce(p.name, ''), 0, \
             p.\"desc\" AND i.origin = 'c', '', 1, 0, p.seqno \
             FROM found AS f JOIN pragma_index_list(f.name, f.schema) AS i JOIN pragma_index_xinfo(i.name, f.schema) AS p \
             WHERE p.key ORDER BY 1, 2, 13",
            found(tables)
        )
    }

    fn foreign_keys(&self, tables: &[AskedTable<'_>]) -> String {
        format!(
            "{} SELECT f.number, CAST(k.id AS TEXT), k.\"from\", k.\"table\", coalesce(k.\"to\", ''), k.on_delete, k.on_update \
             FROM found AS f JOIN pragma_foreign_key_list(f.name, f.schema) AS k ORDER BY f.number, k.id, k.seq",
            found(tables)
        )
    }

    /// A column of a table that is not strict holds what it is given, converted by its affinity, which is read off its type.
    /// NUMERIC is that of `BOOLEAN`, `DATETIME`, `DECIMAL` and of most words that other programs write: it holds all, but makes
    /// a floating-point number of an exact one.
    fn reads(&self, found: &str, wanted: SqlType, only_read: bool) -> bool {
        use SqlType as S;

        let (is_strict, found) = match found.strip_prefix("strict ") {
            Some(found) => (true, found.to_ascii_uppercase()),
            None => (false, found.to_ascii_uppercase()),
        };
        let has = |part: &str| found.contains(part);
        let is_number = wanted.is_integer() || wanted == S::Boolean || wanted == S::Decimal && only_read;
        let is_float = matches!(wanted, S::Real | S::Double);
        if found.is_empty() || found == "ANY" && is_strict {
            true
        } else if has("INT") {
            is_number || is_float && (only_read || !is_strict)
        } else if has("CHAR") || has("CLOB") || has("TEXT") {
            !(wanted.is_integer() || is_float || matches!(wanted, S::Boolean | S::Bytes))
        } else if has("BLOB") {
            wanted == S::Bytes
        } else if has("REAL") || has("FLOA") || has("DOUB") {
            is_float
        } else {
            wanted != S::Decimal || only_read
        }
    }

    fn tables(&self, schemas: &[&str]) -> String {
        details::tables(schemas)
    }

    fn details(&self, tables: &[AskedTable<'_>]) -> String {
        details::details(tables)
    }

    fn read_statement(&self, name: &str, sql: &str) -> Vec<Detail> {
        statement::read(name, sql)
    }

    fn field_type(&self, found: &str) -> Option<SqlType> {
        details::field_type(found)
    }

    fn adds_stored(&self) -> bool {
        false
    }

    /// The rows that are there get the default without being written: it is a literal, and NULL where a foreign key would have
    /// to be looked at.
    fn adds(&self, default: Option<&str>, chosen: bool, foreign_key: bool) -> bool {
        let is_null = default.is_none_or(|sql| sql.trim().eq_ignore_ascii_case("NULL"));
        if foreign_key { is_null && !chosen } else { is_null || default.is_some_and(defaults::is_literal) }
    }

    fn drop_column(&self, quoted_table: &str, quoted_column: &str, named: bool) -> Option<String> {
        (!named).then(|| format!("ALTER TABLE {quoted_table} DROP COLUMN {quoted_column}"))
    }
}

/// The tables that are there: one that says no schema is sought among temporary ones, then in `main`, then in what is attached.
fn found(tables: &[AskedTable<'_>]) -> String {
    let row = |(number, table): (usize, &AskedTable<'_>)| {
        let schema = table.schema.map_or_else(|| "NULL".to_string(), text_literal);
        format!("({number}, {schema}, {})", text_literal(table.name))
    };
    let rows: Vec<String> = tables.iter().enumerate().map(row).collect();
    format!(
        "WITH wanted(number, home, name) AS (VALUES {}), found(number, schema, name, kind, strict) AS (\
         SELECT w.number, l.schema, l.name, CASE l.type WHEN 'table' THEN 'table' ELSE 'view' END, l.strict \
         FROM wanted AS w JOIN pragma_table_list(w.name) AS l ON l.schema = coalesce(w.home, (SELECT s.schema \
         FROM pragma_table_list(w.name) AS s ORDER BY s.schema <> 'temp', s.schema <> 'main' LIMIT 1)) COLLATE NOCASE)",
        rows.join(", ")
    )
}
