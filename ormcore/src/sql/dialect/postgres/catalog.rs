//! What the server's own tables tell.

use super::{Postgres, own_and, type_name};
use crate::sql::Dialect;
use crate::sql::dialect::{AskedTable, Catalog};
use crate::sql::writer::{quoted, text_literal};
use crate::value::SqlType;

mod details;

impl Catalog for Postgres {
    /// A trigger that runs before an insert may fill any column.
    fn columns(&self, tables: &[AskedTable<'_>]) -> String {
        format!(
            "{} SELECT w.number, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' ELSE 'view' END, \
             coalesce(a.attname::text, ''), \
             CASE WHEN coalesce(e.typtype, t.typtype) = 'e' THEN 'enum ' ELSE '' END \
             || coalesce(e.typname || '[]', t.typname::text, ''), \
             coalesce(format_type(a.atttypid, a.atttypmod), ''), \
             NOT coalesce(a.attnotnull OR d.mandatory, false), \
             coalesce(a.atthasdef OR a.attidentity <> '' OR d.filled, false) OR EXISTS (SELECT 1 FROM pg_catalog.pg_trigger \
             AS g WHERE g.tgrelid = w.id AND NOT g.tgisinternal AND g.tgtype & 7 = 7), \
             coalesce(a.attgenerated <> '' OR a.attidentity = 'a', false), \
             coalesce((SELECT string_agg(k.conname::text, chr(10)) FROM pg_catalog.pg_constraint AS k \
             WHERE k.conrelid = w.id AND k.contype = 'c' AND a.attnum = ANY (k.conkey)), '') \
             FROM wanted AS w JOIN pg_catalog.pg_class AS c ON c.oid = w.id AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.id AND a.attnum > 0 AND NOT a.attisdropped \
             LEFT JOIN LATERAL ({}) AS d ON true \
             LEFT JOIN pg_catalog.pg_type AS t ON t.oid = d.id \
             LEFT JOIN LATERAL ({}) AS l ON true \
             LEFT JOIN pg_catalog.pg_type AS e ON e.oid = l.id \
             ORDER BY w.number, a.attnum",
            wanted(tables),
            base_type("oid = a.atttypid"),
            base_type("oid = t.typelem AND t.typcategory = 'A'")
        )
    }

    /// An index that is not valid serves nothing yet.
    fn indexes(&self, tables: &[AskedTable<'_>]) -> String {
        format!(
            "{} SELECT w.number, x.relname::text, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, m.amname::text, \
             coalesce(a.attname::text, ''), k.place > i.indnkeyatts, coalesce(i.indoption[k.place::int - 1] & 1 = 1, false), \
             coalesce(o.opcname::text, ''), coalesce(o.opcdefault, true), i.indisexclusion FROM wanted AS w \
             JOIN pg_catalog.pg_index AS i ON i.indrelid = w.id AND i.indisvalid \
             JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid \
             JOIN pg_catalog.pg_am AS m ON m.oid = x.relam \
             CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(part, place) \
             LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.id AND a.attnum = k.part AND k.part > 0 \
             LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[k.place::int - 1] \
             ORDER BY w.number, x.relname, k.place",
            wanted(tables)
        )
    }

    /// One to a partitioned table is there once more for each partition, below itself.
    fn foreign_keys(&self, tables: &[AskedTable<'_>]) -> String {
        let action = |kind: &str| {
            format!(
                "CASE f.{kind} WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' \
                 WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END"
            )
        };
        format!(
            "{} SELECT w.number, f.conname::text, a.attname::text, p.relname::text, b.attname::text, {}, {} \
             FROM wanted AS w JOIN pg_catalog.pg_constraint AS f ON f.conrelid = w.id AND f.contype = 'f' \
             JOIN pg_catalog.pg_class AS p ON p.oid = f.confrelid \
             CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k(child, parent, place) \
             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.child \
             JOIN pg_catalog.pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = k.parent \
             WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS o WHERE o.oid = f.conparentid \
             AND o.conrelid = f.conrelid) ORDER BY w.number, f.oid, k.place",
            wanted(tables),
            action("confdeltype"),
            action("confupdtype")
        )
    }

    /// What a program only reads it may read from more: a number of another kind is refused where it is sent, and a text that
    /// is no UUID where it is read.
    fn reads(&self, found: &str, wanted: SqlType, only_read: bool) -> bool {
        use SqlType as S;

        let is_integer = matches!(found, "int2" | "int4" | "int8" | "oid");
        match wanted {
            S::Array(of) => match found.strip_suffix("[]") {
                Some(element) => self.reads(element, *of, only_read),
                None => only_read && is_text(found),
            },
            S::Enum(name) => found.strip_prefix("enum ") == Some(name) || only_read && is_text(found),
            S::Text => is_text(found),
            S::Boolean => found == "bool" || only_read && is_integer,
            S::SmallInt => found == "int2" || only_read && is_integer,
            S::Integer => matches!(found, "int2" | "int4") || only_read && is_integer,
            S::BigInt => is_integer,
            S::Real | S::Double => matches!(found, "float4" | "float8") || only_read && is_integer,
            S::Decimal => found == "numeric" || only_read && (is_integer || is_text(found)),
            S::Json => matches!(found, "json" | "jsonb") || only_read && is_text(found),
            S::Bytes => found == "bytea",
            S::Date => found == "date" || only_read && is_text(found),
            S::Time => found == "time" || only_read && is_text(found),
            S::DateTime => found == "timestamp" || only_read && is_text(found),
            S::Timestamp => found == "timestamptz" || only_read && is_text(found),
            S::Uuid => found == "uuid" || only_read && is_text(found),
        }
    }

    fn tables(&self, schemas: &[&str]) -> String {
        details::tables(schemas)
    }

    fn details(&self, tables: &[AskedTable<'_>]) -> String {
        details::details(tables)
    }

    fn field_type(&self, found: &str) -> Option<SqlType> {
        details::field_type(found)
    }

    fn alter(&self, quoted_table: &str, change: &str) -> Option<String> {
        Some(format!("ALTER TABLE {quoted_table} {change}"))
    }

    /// A new sequence begins with 1, whatever numbers there are.
    fn number(&self, quoted_table: &str, column: &str) -> Vec<String> {
        let (key, table, name) = (quoted(column), text_literal(quoted_table), text_literal(column));
        vec![
            format!("ALTER TABLE {quoted_table} ALTER COLUMN {key} ADD{}", self.generated_key_suffix()),
            format!(
                "SELECT setval(pg_get_serial_sequence({table}, {name}), GREATEST(max({key}), 0) + 1, false) \
                 FROM {quoted_table}"
            ),
        ]
    }

    /// There is no cast between every two types, and what is between an instant and a local time depends on the zone of who
    /// runs it.
    fn change_type(&self, quoted_column: &str, found: &str, sql_type: SqlType) -> String {
        use SqlType as S;

        let (wanted, cast) = (self.column_type(sql_type), type_name(sql_type));
        let value = match (found, sql_type) {
            ("bool", S::SmallInt | S::BigInt | S::Real | S::Double | S::Decimal) => {
                format!("{quoted_column}::integer::{cast}")
            }
            ("int2" | "int8" | "float4" | "float8" | "numeric", S::Boolean) => format!("{quoted_column} <> 0"),
            ("timestamp", S::Timestamp) | ("timestamptz", S::DateTime) => format!("{quoted_column} AT TIME ZONE 'UTC'"),
            ("timestamptz", S::Date | S::Time) => format!("({quoted_column} AT TIME ZONE 'UTC')::{cast}"),
            ("date", S::Timestamp) => format!("{quoted_column}::timestamp AT TIME ZONE 'UTC'"),
            _ => format!("{quoted_column}::{cast}"),
        };
        format!("ALTER COLUMN {quoted_column} TYPE {wanted} USING {value}")
    }
}

/// The type that is left of the one of this condition when no domain is around it, and whether a domain refuses NULL or has a
/// default.
pub(crate) fn base_type(condition: &str) -> String {
    format!(
        "WITH RECURSIVE step(id, kind, base, mandatory, filled) AS (\
         SELECT oid, typtype, typbasetype, typnotnull, typdefault IS NOT NULL FROM pg_catalog.pg_type \
         WHERE {condition} UNION ALL \
         SELECT n.oid, n.typtype, n.typbasetype, s.mandatory OR n.typnotnull, s.filled OR n.typdefault IS NOT NULL \
         FROM step AS s JOIN pg_catalog.pg_type AS n ON n.oid = s.base WHERE s.kind = 'd') \
         SELECT id, mandatory, filled FROM step WHERE kind <> 'd'"
    )
}

/// The tables that are there: by name, they are found in the schemas of `search_path`, and temporary ones first.
fn wanted(tables: &[AskedTable<'_>]) -> String {
    let row = |(number, table): (usize, &AskedTable<'_>)| {
        let schema = table.schema.map(|schema| format!("{}.", quoted(schema))).unwrap_or_default();
        format!("({number}, to_regclass({}))", text_literal(&format!("{schema}{}", quoted(table.name))))
    };
    let rows: Vec<String> = tables.iter().enumerate().map(row).collect();
    format!("WITH wanted(number, id) AS (VALUES {})", rows.join(", "))
}

/// Whether its values are read as text: those of every type that is not known by itself, enums too.
fn is_text(found: &str) -> bool {
    let is_known = matches!(
        found,
        "bool"
            | "int2"
            | "int4"
            | "int8"
            | "oid"
            | "float4"
            | "float8"
            | "bytea"
            | "date"
            | "time"
            | "timestamp"
            | "timestamptz"
            | "uuid"
            | "numeric"
            | "json"
            | "jsonb"
    );
    !is_known && !found.ends_with("[]")
}

pub(super) fn names(schemas: &[&str]) -> String {
    format!(
        "SELECT coalesce(current_schema()::text, ''), '', '' UNION ALL \
         SELECT unnest(current_schemas(false))::text, '', '' UNION ALL \
         SELECT n.nspname::text, c.relname::text, coalesce(t.relname, c.relname)::text FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid \
         LEFT JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid \
         WHERE (n.nspname = ANY (current_schemas(false)) OR n.nspname IN ({})) \
         AND c.relkind IN ('r', 'p', 'i', 'I')",
        own_and(schemas)
    )
}

/// Those of one schema to another are left to the server, which drops no table that such a key points to.
pub(super) fn foreign_keys(schemas: &[&str]) -> String {
    format!(
        "SELECT n.nspname::text, child.relname::text, parent.relname::text FROM pg_catalog.pg_constraint AS f \
         JOIN pg_catalog.pg_class AS child ON child.oid = f.conrelid \
         JOIN pg_catalog.pg_class AS parent ON parent.oid = f.confrelid AND parent.relnamespace = child.relnamespace \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = child.relnamespace \
         WHERE f.contype = 'f' AND n.nspname IN ({})",
        own_and(schemas)
    )
}

/// What `IF NOT EXISTS` leaves out it locks all the same, and asks whether it might create it. Where statements of one
/// transaction see the same, they see what was there before it waited for the lock.
pub(super) fn parts(schemas: &[&str]) -> String {
    let named = format!("pg_catalog.pg_namespace AS n ON n.nspname IN ({})", own_and(schemas));
    let quoted = |name: &str| format!("'\"' || replace({name}::text, '\"', '\"\"') || '\"'");
    format!(
        "SELECT 'snapshot', '', '', '' \
         WHERE current_setting('transaction_isolation') IN ('repeatable read', 'serializable') UNION ALL \
         SELECT 'schema', nspname::text, '', '' FROM pg_catalog.pg_namespace UNION ALL \
         SELECT 'foreign key', n.nspname::text, t.relname::text, f.conname::text FROM pg_catalog.pg_constraint AS f \
         JOIN {named} AND f.connamespace = n.oid JOIN pg_catalog.pg_class AS t ON t.oid = f.conrelid \
         WHERE f.contype = 'f' UNION ALL \
         SELECT 'text column', n.nspname::text, t.relname::text, a.attname::text FROM pg_catalog.pg_attribute AS a \
         JOIN pg_catalog.pg_class AS t ON t.oid = a.attrelid JOIN {named} AND t.relnamespace = n.oid \
         WHERE a.atttypid = 'tsvector'::regtype AND a.attnum > 0 AND t.relkind IN ('r', 'p') UNION ALL \
         SELECT 'comment', n.nspname::text, {} || coalesce('.' || {}, ''), d.description \
         FROM pg_catalog.pg_description AS d JOIN pg_catalog.pg_class AS t ON t.oid = d.objoid \
         JOIN {named} AND t.relnamespace = n.oid LEFT JOIN pg_catalog.pg_attribute AS a \
         ON a.attrelid = t.oid AND a.attnum = d.objsubid AND a.attnum > 0 \
         WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND t.relkind IN ('r', 'p')",
        quoted("t.relname"),
        quoted("a.attname")
    )
}
