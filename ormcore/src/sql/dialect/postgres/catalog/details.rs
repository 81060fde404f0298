//! What the server says of tables for whom models are written.

use super::{base_type, wanted};
use crate::sql::dialect::AskedTable;
use crate::sql::writer::text_literal;
use crate::value::SqlType;

/// A partition is a part of its table.
pub(super) fn tables(schemas: &[&str]) -> String {
    let names: Vec<String> = schemas.iter().map(|schema| text_literal(schema)).collect();
    let named = if names.is_empty() { "current_schema()".to_string() } else { names.join(", ") };
    format!(
        "SELECT n.nspname::text, c.relname::text, coalesce(n.nspname = current_schema(), false) \
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname IN ({named}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
         AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::regclass \
         AND d.objid = c.oid AND d.deptype = 'e') ORDER BY n.nspname, c.relname"
    )
}

pub(super) fn details(tables: &[AskedTable<'_>]) -> String {
    let enums = enums();
    format!(
        "{} SELECT number, kind, name, place, text FROM (\
         SELECT w.number, CASE WHEN a.attidentity <> '' OR v.text LIKE 'nextval(%' THEN 'numbered' \
         WHEN a.attgenerated = 's' THEN 'stored' WHEN a.attgenerated <> '' THEN 'virtual' ELSE 'default' END AS kind, \
         a.attname::text AS name, 0 AS place, coalesce(v.text, '') AS text \
         FROM wanted AS w {COLUMNS} LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = w.id AND d.adnum = a.attnum \
         LEFT JOIN LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid, true) AS text) AS v ON true \
         WHERE v.text IS NOT NULL OR a.attidentity <> '' UNION ALL \
         SELECT w.number, 'check', coalesce(a.attname::text, ''), \
         (row_number() OVER (PARTITION BY w.number ORDER BY k.conname))::integer, pg_get_expr(k.conbin, k.conrelid, true) \
         FROM wanted AS w JOIN pg_catalog.pg_constraint AS k ON k.conrelid = w.id AND k.contype = 'c' \
         LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.id AND cardinality(k.conkey) = 1 \
         AND a.attnum = k.conkey[1] UNION ALL \
         SELECT w.number, 'filter', x.relname::text, 0, pg_get_expr(i.indpred, i.indrelid, true) \
         FROM wanted AS w {INDEXES} WHERE i.indpred IS NOT NULL UNION ALL \
         SELECT w.number, 'expression', x.relname::text, k.place::integer - 1, \
         pg_get_indexdef(i.indexrelid, k.place::integer, true) FROM wanted AS w {INDEXES} \
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(part, place) \
         WHERE k.part = 0 AND k.place <= i.indnkeyatts UNION ALL \
         SELECT w.number, 'comment', coalesce(a.attname::text, ''), 0, d.description \
         FROM wanted AS w JOIN pg_catalog.pg_description AS d ON d.objoid = w.id \
         AND d.classoid = 'pg_catalog.pg_class'::regclass LEFT JOIN pg_catalog.pg_attribute AS a \
         ON a.attrelid = w.id AND a.attnum = d.objsubid AND a.attnum > 0 UNION ALL \
         SELECT w.number, 'parent', f.conname::text, 0, n.nspname::text \
         FROM wanted AS w JOIN pg_catalog.pg_constraint AS f ON f.conrelid = w.id AND f.contype = 'f' \
         JOIN pg_catalog.pg_class AS p ON p.oid = f.confrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = p.relnamespace \
         UNION ALL {enums}) AS said ORDER BY number, kind, name, place",
        wanted(tables)
    )
}

const COLUMNS: &str = "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.id AND a.attnum > 0 AND NOT a.attisdropped";

const INDEXES: &str = "JOIN pg_catalog.pg_index AS i ON i.indrelid = w.id AND i.indisvalid \
     JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid";

/// The values of the enums that the columns, or the elements of their arrays, have.
fn enums() -> String {
    format!(
        "SELECT DISTINCT w.number, 'variant', n.typname::text, (SELECT count(*) FROM pg_catalog.pg_enum AS o \
         WHERE o.enumtypid = e.enumtypid AND o.enumsortorder < e.enumsortorder)::integer, e.enumlabel::text \
         FROM wanted AS w {COLUMNS} JOIN LATERAL ({}) AS d ON true JOIN pg_catalog.pg_type AS t ON t.oid = d.id \
         LEFT JOIN LATERAL ({}) AS l ON true JOIN pg_catalog.pg_enum AS e ON e.enumtypid = coalesce(l.id, d.id) \
         JOIN pg_catalog.pg_type AS n ON n.oid = e.enumtypid",
        base_type("oid = a.atttypid"),
        base_type("oid = t.typelem AND t.typcategory = 'A'")
    )
}

pub(super) fn field_type(found: &str) -> Option<SqlType> {
    Some(match found {
        "bool" => SqlType::Boolean,
        "int2" => SqlType::SmallInt,
        "int4" => SqlType::Integer,
        "int8" | "oid" => SqlType::BigInt,
        "float4" => SqlType::Real,
        "float8" => SqlType::Double,
        "numeric" => SqlType::Decimal,
        "text" | "varchar" | "bpchar" | "citext" | "name" => SqlType::Text,
        "bytea" => SqlType::Bytes,
        "date" => SqlType::Date,
        "time" => SqlType::Time,
        "timestamp" => SqlType::DateTime,
        "timestamptz" => SqlType::Timestamp,
        "uuid" => SqlType::Uuid,
        "json" | "jsonb" => SqlType::Json,
        _ => return None,
    })
}
