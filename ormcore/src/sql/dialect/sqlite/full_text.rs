//! FTS5: a table beside the table, whose rows have the same numbers, and triggers that keep it true.

use crate::sql::full_text::{Term, Terms, TextAnswer, TextColumn, TextIndex, TextSearch};
use crate::sql::writer::{push_table, quoted, text_literal};
use crate::sql::{Expr, Writer};
use crate::value::{Parameter, Value};

/// The statements that create the index.
pub(super) fn create(index: &TextIndex) -> Result<Vec<String>, String> {
    if let Some(column) = index.columns.iter().find(|column| ["rank", "rowid"].contains(&&*column.name.to_lowercase()))
    {
        return Err(format!(
            "FTS5 has a meaning of its own for `{}`: give the column another name, `name = \"..\"`",
            column.name
        ));
    }
    let [key] = index.key[..] else {
        return Err("FTS5 finds rows by one integer: give the model a primary key of one integer column".to_string());
    };
    let (table, plain) = (name(index), quoted(&index.name));
    let columns = list(index, "");
    // Stems are cut as the language has them, where FTS5 knows it.
    let stems = if index.language == "english" { "porter " } else { "" };
    let (owner, id) = (quoted(index.table.name), quoted(key));
    let virtual_table = format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5({columns}, content={}, content_rowid={}, \
         tokenize='{stems}unicode61 remove_diacritics 2')",
        text_literal(index.table.name),
        text_literal(key)
    );
    let add = format!("INSERT INTO {plain} (rowid, {columns}) VALUES (new.{id}, {})", list(index, "new."));
    // A row leaves the index by the words that it was put in with.
    let remove =
        format!("INSERT INTO {plain} ({plain}, rowid, {columns}) VALUES ('delete', old.{id}, {})", list(index, "old."));
    let trigger = |event: &str, when: &str, body: &str| {
        let mut trigger = String::new();
        let name = format!("{}_{event}", index.name);
        // A trigger names tables of its own database only, and without saying so.
        push_schema(&mut trigger, index.table.schema, &name);
        format!("CREATE TRIGGER IF NOT EXISTS {trigger} AFTER {when} ON {owner} BEGIN {body}; END")
    };
    Ok(vec![
        virtual_table,
        trigger("insert", "INSERT", &add),
        trigger("delete", "DELETE", &remove),
        trigger("update", &format!("UPDATE OF {id}, {columns}"), &format!("{remove}; {add}")),
        fill(index),
    ])
}

/// Reads the rows that were there before the index, or forgets those of a table that was there before.
fn fill(index: &TextIndex) -> String {
    let (mut table, mut documents) = (String::new(), String::new());
    push_table(&mut table, index.table);
    push_schema(&mut documents, index.table.schema, &format!("{}_docsize", index.name));
    format!(
        "INSERT INTO {} ({}) SELECT 'rebuild' WHERE (EXISTS (SELECT 1 FROM {table})) <> (EXISTS (SELECT 1 FROM {documents}))",
        name(index),
        quoted(&index.name)
    )
}

/// The index's table, with its schema.
pub(super) fn name(index: &TextIndex) -> String {
    let mut sql = String::new();
    push_schema(&mut sql, index.table.schema, &index.name);
    sql
}

fn push_schema(sql: &mut String, schema: Option<&str>, name: &str) {
    if let Some(schema) = schema {
        sql.push_str(&quoted(schema));
        sql.push('.');
    }
    sql.push_str(&quoted(name));
}

fn list(index: &TextIndex, before: &str) -> String {
    let column = |column: &TextColumn| format!("{before}{}", quoted(column.name));
    index.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// Writes what is asked about a row, which is known by its key.
pub(super) fn write(search: TextSearch, mut parts: Vec<Expr>, writer: &mut Writer<'_>) {
    let TextSearch { index, terms, answer } = search;
    let (table, plain) = (name(&index), quoted(&index.name));
    let terms = text(match_text(&terms));
    match answer {
        TextAnswer::Matches => {
            writer.list(parts, Writer::expr);
            writer.push(&format!(" IN (SELECT rowid FROM {table} WHERE {plain} MATCH "));
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
            writer.list(parts, Writer::expr);
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
            writer.list(parts, Writer::expr);
            writer.push("), substr(");
            writer.expr(shown);
            writer.push(&format!(", 1, {}))", u32::from(words) * 6));
            writer.push(if index.columns[column].nullable { " END" } else { "" });
        }
    }
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
