//! FTS5: a table beside the table, and triggers that keep it true.
//!
//! FTS5 knows a row by an integer. Where the primary key is one, the index holds words only and reads the texts from the
//! table. Any other table's own row numbers change by VACUUM: a table of keys numbers the rows then, and the index keeps a
//! copy of the texts.

mod create;

pub(super) use create::{create, drop, find};

use crate::sql::full_text::{Term, Terms, TextAnswer, TextIndex, TextSearch};
use crate::sql::writer::quoted;
use crate::sql::{Expr, Writer};
use crate::value::{Parameter, SqlType, Value};

/// The names of what an index consists of, quoted.
struct Names {
    /// The index without its schema, as FTS5's own functions are given it.
    plain: String,
    table: String,
    /// What numbers the rows, where their key does not.
    keys: Option<String>,
}

impl Names {
    fn of(index: &TextIndex) -> Self {
        let keys = (!is_numbered(index)).then(|| of_schema(index, &keys_name(index)));
        Names { plain: quoted(&index.name), table: of_schema(index, &index.name), keys }
    }
}

/// Whether the primary key is what SQLite numbers rows by.
fn is_numbered(index: &TextIndex) -> bool {
    matches!(index.key[..], [(_, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt)])
}

/// The name of the table that numbers the rows, where their key does not.
fn keys_name(index: &TextIndex) -> String {
    format!("{}_keys", index.name)
}

/// The name, quoted, with the schema of the index's table.
fn of_schema(index: &TextIndex, name: &str) -> String {
    let schema = index.table.schema.map(|schema| format!("{}.", quoted(schema)));
    format!("{}{}", schema.unwrap_or_default(), quoted(name))
}

/// Writes what is asked about a row, which is known by its key.
pub(super) fn write(search: TextSearch, mut parts: Vec<Expr>, writer: &mut Writer<'_>) {
    let TextSearch { index, terms, answer } = search;
    let names = Names::of(&index);
    let Names { plain, table, .. } = &names;
    let terms = text(match_text(&terms));
    match answer {
        TextAnswer::Matches => {
            write_found(&index, &names, parts, writer);
            writer.push(&format!(" WHERE {plain} MATCH "));
            writer.value(terms);
            writer.push(")");
        }
        // All that is found is ranked once: asked row by row, `bm25` would count the words of the whole index for each. The
        // LIMIT keeps SQLite from asking so.
        TextAnswer::Rank => {
            let weights: Vec<String> = index.columns.iter().map(|column| format!("{:?}", column.weight)).collect();
            writer.push(&format!(
                "coalesce((SELECT \"#found\".score FROM (SELECT rowid AS id, -bm25({plain}, {}) AS score FROM {table} \
                 WHERE {plain} MATCH ",
                weights.join(", ")
            ));
            writer.value(terms);
            writer.push(" LIMIT -1) AS \"#found\" WHERE \"#found\".id = ");
            write_number(&index, &names, parts, writer);
            writer.push("), 0.0)");
        }
        TextAnswer::Snippet { column, open, close, words } => {
            let shown = parts.pop().unwrap_or(Expr::Sql("NULL"));
            if index.columns[column].nullable {
                writer.push("CASE WHEN ");
                writer.expr(shown.clone());
                writer.push(" IS NOT NULL THEN ");
            }
            writer.push(&format!("coalesce((SELECT snippet({plain}, {column}, "));
            writer.list([text(open), text(close)], Writer::value);
            writer.push(&format!(", '', {words}) FROM {table} WHERE {plain} MATCH "));
            writer.value(terms);
            writer.push(&format!(" AND {plain}.rowid = "));
            write_number(&index, &names, parts, writer);
            writer.push("), substr(");
            writer.expr(shown);
            writer.push(&format!(", 1, {}))", u32::from(words) * 6));
            writer.push(if index.columns[column].nullable { " END" } else { "" });
        }
    }
}

/// Writes that the key is among those of the index's rows, up to the condition on these.
fn write_found(index: &TextIndex, names: &Names, key: Vec<Expr>, writer: &mut Writer<'_>) {
    let Some(keys) = &names.keys else {
        writer.list(key, Writer::expr);
        return writer.push(&format!(" IN (SELECT rowid FROM {}", names.table));
    };
    let columns: Vec<String> = index.key.iter().map(|(name, _)| format!("\"#keys\".{}", quoted(name))).collect();
    writer.push("(");
    writer.list(key, Writer::expr);
    writer.push(&format!(
        ") IN (SELECT {} FROM {} JOIN {keys} AS \"#keys\" ON \"#keys\".\"#row\" = {}.rowid",
        columns.join(", "),
        names.table,
        names.plain
    ));
}

/// Writes the number that the index knows the row by.
fn write_number(index: &TextIndex, names: &Names, key: Vec<Expr>, writer: &mut Writer<'_>) {
    let Some(keys) = &names.keys else {
        return writer.list(key, Writer::expr);
    };
    writer.push(&format!("(SELECT \"#keys\".\"#row\" FROM {keys} AS \"#keys\" WHERE "));
    for (position, ((name, _), part)) in index.key.iter().zip(key).enumerate() {
        writer.push(if position > 0 { " AND " } else { "" });
        writer.push(&format!("\"#keys\".{} = ", quoted(name)));
        writer.operand(part);
    }
    writer.push(")");
}

fn text(text: String) -> Parameter {
    Parameter { value: Value::Text(text.into()), secret: false }
}

/// The search in FTS5's own language, in which each term is a string.
fn match_text(terms: &Terms) -> String {
    if terms.branches.is_empty() {
        // A string without words, which nothing matches: no text at all is a mistake.
        return "\"\"".to_string();
    }
    let branches = terms.branches.iter().map(|branch| {
        // Side by side is AND that lets strings without words be.
        let mut text = format!("({})", joined(&branch.wanted, " "));
        if !branch.unwanted.is_empty() {
            text.push_str(&format!(" NOT ({})", joined(&branch.unwanted, " OR ")));
        }
        text
    });
    branches.collect::<Vec<_>>().join(" OR ")
}

fn joined(terms: &[Term], separator: &str) -> String {
    let term = |term: &Term| format!("\"{}\"{}", term.text.replace('"', "\"\""), if term.prefix { " *" } else { "" });
    terms.iter().map(term).collect::<Vec<_>>().join(separator)
}
