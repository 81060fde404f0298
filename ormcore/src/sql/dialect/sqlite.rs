mod catalog;
mod full_text;
mod functions;
mod long_like;

use std::borrow::Cow;

use super::defaults::{self, Meaning};
use super::{Catalog, Dialect, DroppedTable, GeneratedKeys};
use crate::sql::writer::{quoted, text_literal};
use crate::sql::{AggregateFunction, Expr, Function, Like, TextIndex, TextSearch, Writer};
use crate::value::array::json;
use crate::value::{Parameter, SqlType, Value};

/// SQLite, 3.37 or later.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sqlite;

/// A list up to this long is written as placeholders, padded to a power of two; a longer one is one JSON text.
const LONGEST_INLINE_LIST: usize = 128;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn placeholder(&self, _number: usize, sql: &mut String) {
        sql.push('?');
    }

    fn max_parameters(&self) -> usize {
        32_766
    }

    /// It seeks once, and puts no list into a table of its own first.
    fn prefers_ranges(&self) -> bool {
        true
    }

    /// It computes and writes one row after the other.
    fn sees_own_updates(&self) -> bool {
        true
    }

    fn column_type(&self, sql_type: SqlType) -> String {
        match sql_type {
            SqlType::Boolean | SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => "INTEGER",
            SqlType::Real | SqlType::Double => "REAL",
            SqlType::Bytes => "BLOB",
            SqlType::Decimal => "TEXT COLLATE decimal",
            SqlType::Array(SqlType::Decimal) => "TEXT COLLATE decimals",
            SqlType::Text
            | SqlType::Date
            | SqlType::Time
            | SqlType::DateTime
            | SqlType::Timestamp
            | SqlType::Uuid
            | SqlType::Json
            | SqlType::Array(_)
            | SqlType::Enum(_) => "TEXT",
        }
        .to_string()
    }

    /// An INTEGER that is the key is numbered, whatever its default says.
    fn type_of_defaulted_key(&self, sql_type: SqlType) -> String {
        if sql_type.is_integer() { "INT".to_string() } else { self.column_type(sql_type) }
    }

    /// SQLite's own words give whole seconds, which neither equal nor sort beside the text of fixed width. Its numbers are
    /// `f64`, with other digits than those that are written, or more.
    fn default_value<'s>(&self, sql_type: SqlType, sql: &'s str) -> Result<Cow<'s, str>, String> {
        Ok(match (defaults::read(sql_type, sql)?, sql_type) {
            (Meaning::Now | Meaning::Today, SqlType::Date) => "CURRENT_DATE".into(),
            (Meaning::Now, SqlType::Time) => "strftime('%H:%M:%f000', 'now')".into(),
            (Meaning::Now, _) => "strftime('%Y-%m-%d %H:%M:%f000', 'now')".into(),
            (Meaning::Today, _) => "strftime('%Y-%m-%d 00:00:00.000000', 'now')".into(),
            (Meaning::Value(value), _) => literal(&value).into(),
            (Meaning::Sql(sql), SqlType::Real) => real_default(sql),
            (Meaning::Sql(sql), SqlType::Date) => format!("date({sql})").into(),
            (Meaning::Sql(sql), SqlType::Time) => format!("strftime('%H:%M:%f000', {sql})").into(),
            (Meaning::Sql(sql), SqlType::DateTime | SqlType::Timestamp) => {
                format!("strftime('%Y-%m-%d %H:%M:%f000', {sql})").into()
            }
            (Meaning::Sql(sql), _) => sql.into(),
        })
    }

    /// A REAL keeps the digits of an `f64`. Values of the program have those of its type already.
    fn stored(&self, expr: Expr, sql_type: SqlType) -> Expr {
        match (sql_type, &expr) {
            (SqlType::Real, Expr::Value(_)) => expr,
            (SqlType::Real, _) => Expr::Call("ormcore_real", vec![expr]),
            _ => expr,
        }
    }

    fn groups_unselected(&self) -> bool {
        false
    }

    fn length_function(&self, _sql_type: SqlType) -> &'static str {
        "length"
    }

    fn table_options(&self, strict: bool) -> &'static str {
        if strict { " STRICT" } else { "" }
    }

    fn allows_forward_references(&self) -> bool {
        true
    }

    fn numbers_any_column(&self) -> bool {
        false
    }

    fn generated_key_suffix(&self) -> &'static str {
        ""
    }

    fn generated_keys(&self) -> GeneratedKeys {
        GeneratedKeys::LastInserted
    }

    fn rows_per_insert(&self) -> usize {
        100
    }

    fn upserts_in_turn(&self) -> bool {
        true
    }

    /// Decimals are text, and only their columns say that they compare as numbers. What is said of a part is said of the
    /// whole, of a text whose conditions are about decimals too.
    fn write_typed(&self, expr: Expr, sql_type: SqlType, writer: &mut Writer<'_>) {
        match sql_type {
            SqlType::Decimal => writer.template("({0} COLLATE decimal)", &[expr]),
            SqlType::Array(SqlType::Decimal) => writer.template("({0} COLLATE decimals)", &[expr]),
            SqlType::Text if expr.is_computed() => writer.template("({0} COLLATE BINARY)", &[expr]),
            _ => writer.operand(expr),
        }
    }

    fn write_function(&self, function: Function, arguments: Vec<Expr>, writer: &mut Writer<'_>) {
        functions::write(function, arguments, writer);
    }

    fn aggregate(&self, function: AggregateFunction) -> &'static str {
        match function {
            AggregateFunction::DecimalSum => "ormcore_decimal_sum",
            AggregateFunction::DecimalAverage => "ormcore_decimal_avg",
            AggregateFunction::StringJoin => "group_concat",
            AggregateFunction::Array(SqlType::Boolean) => "ormcore_array_agg_booleans",
            AggregateFunction::Array(SqlType::Real | SqlType::Double) => "ormcore_array_agg_floats",
            AggregateFunction::Array(_) => "ormcore_array_agg",
            other => other.sql(),
        }
    }

    fn write_same(&self, left: Expr, same: bool, right: Expr, writer: &mut Writer<'_>) {
        writer.operand(left);
        writer.push(if same { " IS " } else { " IS NOT " });
        writer.operand(right);
    }

    /// Every connection sets `case_sensitive_like`, and has the function `ormcore_lower`, which knows all of Unicode.
    fn write_like(&self, text: Expr, like: Like, pattern: Expr, writer: &mut Writer<'_>) {
        if let Some(long) = long_like::pattern(&pattern, like) {
            return long_like::write(text, like, long, writer);
        }
        let (open, close) = match like {
            Like::CaseSensitive => ("", ""),
            Like::CaseInsensitive => ("ormcore_lower(", ")"),
        };
        writer.push(open);
        writer.operand(text);
        writer.push(close);
        writer.push(" LIKE ");
        writer.push(open);
        writer.operand(pattern);
        writer.push(close);
        writer.push(" ESCAPE '\\'");
    }

    fn create_text_index(
        &self,
        index: &TextIndex,
        _index_name: &str,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<String>, String> {
        full_text::create(index, is_there)
    }

    fn write_search(&self, search: TextSearch, parts: Vec<Expr>, writer: &mut Writer<'_>) {
        full_text::write(search, parts, writer);
    }

    fn write_in(&self, expr: Expr, mut values: Vec<Parameter>, writer: &mut Writer<'_>) {
        writer.operand(expr);
        writer.push(" IN (");
        if values.len() <= LONGEST_INLINE_LIST {
            let last = values[values.len() - 1].clone();
            values.resize(values.len().next_power_of_two(), last);
            writer.list(values, |writer, value| writer.value(value));
        } else {
            let bytes = matches!(values[0].value, Value::Bytes(_));
            writer.push(if bytes { "SELECT unhex(value) FROM json_each(" } else { "SELECT value FROM json_each(" });
            let secret = values.iter().any(|value| value.secret);
            let value = Value::Text(json::write(values.iter().map(|parameter| &parameter.value)).into());
            writer.value(Parameter { value, secret });
            writer.push(")");
        }
        writer.push(")");
    }

    fn write_in_rows(&self, left: Vec<Expr>, _types: &[SqlType], rows: Vec<Vec<Parameter>>, writer: &mut Writer<'_>) {
        writer.push("(");
        writer.list(left, Writer::expr);
        writer.push(") IN (VALUES ");
        writer.list(rows, |writer, row| {
            writer.push("(");
            writer.list(row, Writer::value);
            writer.push(")");
        });
        writer.push(")");
    }

    fn nulls(&self, ascending: bool, nulls_first: Option<bool>, _nullable: bool) -> &'static str {
        match nulls_first {
            Some(true) if !ascending => " NULLS FIRST",
            Some(false) if ascending => " NULLS LAST",
            _ => "",
        }
    }

    fn write_limit(&self, limit: Option<u64>, offset: Option<u64>, writer: &mut Writer<'_>) {
        if limit.is_none() && offset.is_none() {
            return;
        }
        writer.push(" LIMIT ");
        match limit {
            Some(rows) => writer.count(rows),
            None => writer.push("-1"),
        }
        if let Some(rows) = offset {
            writer.push(" OFFSET ");
            writer.count(rows);
        }
    }

    fn explain_prefix(&self) -> &'static str {
        "EXPLAIN QUERY PLAN "
    }

    fn catalog(&self) -> &'static dyn Catalog {
        &Sqlite
    }

    fn schemas_are_databases(&self) -> bool {
        true
    }

    fn references_reach(&self, from: Option<&str>, to: Option<&str>) -> bool {
        self.same_name(from.unwrap_or(OWN_SCHEMA), to.unwrap_or(OWN_SCHEMA))
    }

    fn same_name(&self, left: &str, right: &str) -> bool {
        left.eq_ignore_ascii_case(right)
    }

    fn names_query(&self, schemas: &[&str]) -> String {
        let own = format!("SELECT {}, '', ''", text_literal(OWN_SCHEMA));
        let names = of_each(schemas, |schema, name| {
            format!("SELECT {name}, name, tbl_name FROM {schema}.sqlite_master WHERE type IN ('table', 'index')")
        });
        format!("{own} UNION ALL {names}")
    }

    fn foreign_keys_query(&self, schemas: &[&str]) -> String {
        of_each(schemas, |schema, name| {
            format!(
                "SELECT {name}, m.name, f.\"table\" FROM {schema}.sqlite_master AS m, \
                 pragma_foreign_key_list(m.name, {name}) AS f WHERE m.type = 'table'"
            )
        })
    }

    /// The tables of full-text indexes that all triggers keep true: to look at them again would ask for the right to write.
    fn parts_query(&self, schemas: &[&str]) -> Option<String> {
        Some(of_each(schemas, full_text::find))
    }

    /// A drop deletes the rows first, which their foreign keys may refuse. In a circle there is no order without such
    /// a refusal: the checks are put off until all rows are gone, those of RESTRICT too.
    fn drop_tables(&self, tables: &[DroppedTable], cyclic: bool) -> Vec<String> {
        let mut statements = Vec::new();
        if cyclic {
            statements.push("PRAGMA defer_foreign_keys = ON".to_string());
            statements.extend(tables.iter().map(|table| format!("DELETE FROM {}", table.name)));
        }
        statements.extend(tables.iter().map(|table| format!("DROP TABLE IF EXISTS {}", table.name)));
        let indexes = tables.iter().filter_map(|table| table.full_text.as_ref());
        statements.extend(indexes.flat_map(full_text::drop));
        statements
    }
}

/// What a connection's own database is called beside those that are attached.
const OWN_SCHEMA: &str = "main";

/// The rows of one SELECT for each schema, of its quoted name and of its name as a literal.
fn of_each(schemas: &[&str], select: impl Fn(&str, &str) -> String) -> String {
    let all = std::iter::once(&OWN_SCHEMA).chain(schemas);
    all.map(|schema| select(&quoted(schema), &text_literal(schema))).collect::<Vec<_>>().join(" UNION ALL ")
}

/// The value as a column holds it.
fn literal(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text_literal(text),
        // Everything else is in an array what it is alone, but for the quotation marks of what is text or bytes.
        Value::Array(values) => text_literal(&json::write(values)),
        alone => {
            let array = json::write([alone]);
            let json = &array[1..array.len() - 1];
            match json.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                Some(digits) if matches!(alone, Value::Bytes(_)) => format!("x'{digits}'"),
                Some(text) => text_literal(text),
                None => json.to_string(),
            }
        }
    }
}

fn real_default(sql: &str) -> Cow<'_, str> {
    match sql.trim().parse::<f64>() {
        Ok(number) if f64::from(number as f32) == number => sql.into(),
        Ok(number) if (number as f32).is_finite() => format!("{:?}", f64::from(number as f32)).into(),
        _ => format!("ormcore_real({sql})").into(),
    }
}
