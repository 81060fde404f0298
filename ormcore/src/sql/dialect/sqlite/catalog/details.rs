//! What SQLite says of tables for whom models are written.

use super::{IS_NUMBER, found};
use crate::sql::dialect::AskedTable;
use crate::sql::writer::{quoted, text_literal};
use crate::value::SqlType;

/// Virtual tables and those behind them are of another type. A full-text index may number the rows in a table of its own.
pub(super) fn tables(schemas: &[&str]) -> String {
    let names: Vec<String> = schemas.iter().map(|schema| text_literal(schema)).collect();
    let named = if names.is_empty() { "'main'".to_string() } else { names.join(", ") };
    format!(
        "SELECT l.schema, l.name, l.schema = 'main' FROM pragma_table_list AS l \
         WHERE l.type = 'table' AND l.schema COLLATE NOCASE IN ({named}) AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND NOT EXISTS (SELECT 1 FROM pragma_table_info(l.name, l.schema) AS c WHERE c.name = '#row') ORDER BY 1, 2"
    )
}

/// A name is a literal in a default, in its marks or without, as nothing has that name.
pub(super) fn details(tables: &[AskedTable<'_>]) -> String {
    let mut schemas: Vec<&str> = tables.iter().map(|table| table.schema.unwrap_or("main")).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let statements = schemas.iter().map(|schema| {
        format!(
            " UNION ALL SELECT f.number, 'statement', s.name, 0, s.sql FROM found AS f JOIN {}.sqlite_master AS s \
             ON s.tbl_name = f.name COLLATE NOCASE AND f.schema = {} COLLATE NOCASE \
             WHERE s.type IN ('table', 'index') AND s.sql IS NOT NULL",
            quoted(schema),
            text_literal(schema)
        )
    });
    format!(
        "{} SELECT f.number, 'default', c.name, 0, CASE WHEN c.dflt_value LIKE '\"%\"' THEN '''' || replace(\
         replace(substr(c.dflt_value, 2, length(c.dflt_value) - 2), '\"\"', '\"'), '''', '''''') || '''' \
         WHEN c.dflt_value GLOB '[A-Za-z_]*' AND c.dflt_value NOT GLOB '*[^A-Za-z0-9_]*' AND upper(c.dflt_value) NOT IN (\
         'NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP') THEN '''' || c.dflt_value || '''' \
         ELSE c.dflt_value END FROM found AS f JOIN pragma_table_xinfo(f.name, f.schema) AS c \
         WHERE c.dflt_value IS NOT NULL AND c.hidden = 0 UNION ALL \
         SELECT f.number, 'numbered', c.name, 0, '' FROM found AS f JOIN pragma_table_info(f.name, f.schema) AS c \
         WHERE {IS_NUMBER}{} ORDER BY 1, 2, 3",
        found(tables),
        statements.collect::<String>()
    )
}

/// Every integer has 64 bits there. What other programs write into a NUMERIC column is known by the words of its type alone.
pub(super) fn field_type(found: &str) -> Option<SqlType> {
    let words = found.strip_prefix("strict ").unwrap_or(found).to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let known: [(&[&str], SqlType); 12] = [
        (&["INT"], SqlType::BigInt),
        (&["CHAR", "CLOB", "TEXT"], SqlType::Text),
        (&["BLOB"], SqlType::Bytes),
        (&["REAL", "FLOA", "DOUB"], SqlType::Double),
        (&["BOOL"], SqlType::Boolean),
        (&["TIMESTAMPTZ", "WITH TIME ZONE"], SqlType::Timestamp),
        (&["DATETIME", "TIMESTAMP"], SqlType::DateTime),
        (&["DATE"], SqlType::Date),
        (&["TIME"], SqlType::Time),
        (&["JSON"], SqlType::Json),
        (&["UUID", "GUID"], SqlType::Uuid),
        (&["DEC", "NUM", "MONEY"], SqlType::Double),
    ];
    known.into_iter().find(|(parts, _)| has(parts)).map(|(_, sql_type)| sql_type)
}
