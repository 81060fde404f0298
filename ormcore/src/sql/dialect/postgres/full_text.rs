//! A column that the server computes, `tsvector`, with an index of its own.

use crate::sql::full_text::{Term, TermGroup, Terms, TextAnswer, TextIndex, TextSearch};
use crate::sql::writer::{push_table, quoted, text_literal};
use crate::sql::{Expr, Writer};
use crate::value::{Parameter, Value};

/// The labels of a word's weight, in the order of the columns.
const LABELS: [char; 4] = ['A', 'B', 'C', 'D'];

/// The accents of a text that is taken apart, NFD.
const ACCENTS: &str = r"[\u0300-\u036f]";

/// The statements that create the index.
pub(super) fn create(index: &TextIndex, index_name: &str, is_there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let language = text_literal(index.language);
    let parts = index.columns.iter().enumerate().map(|(position, column)| {
        let name = quoted(column.name);
        let text = plain(&if column.nullable { format!("coalesce({name}, '')") } else { name });
        format!("setweight(to_tsvector({language}, {text}), '{}')", LABELS[position.min(3)])
    });
    // What no search looks for stands between two columns, lest words side by side be the last of one and the first of the
    // next.
    let document = parts.collect::<Vec<_>>().join(" || '#:1'::tsvector || ");
    let (table, column) = (table(index), quoted(&index.name));
    let add_column = format!(
        "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} tsvector GENERATED ALWAYS AS ({document}) STORED"
    );
    let create_index = format!("CREATE INDEX IF NOT EXISTS {} ON {table} USING gin ({column})", quoted(index_name));
    let statements = [(index.name.as_str(), add_column), (index_name, create_index)];
    statements.into_iter().filter(|(name, _)| !is_there(name)).map(|(_, statement)| statement).collect()
}

/// The text without accents, as FTS5 reads it.
fn plain(text: &str) -> String {
    format!("regexp_replace(normalize({text}, NFD), '{ACCENTS}', '', 'g')")
}

fn table(index: &TextIndex) -> String {
    let mut sql = String::new();
    push_table(&mut sql, index.table);
    sql
}

/// Writes what is asked about a row, which is known by its key.
pub(super) fn write(search: TextSearch, mut parts: Vec<Expr>, writer: &mut Writer<'_>) {
    let TextSearch { index, terms, answer } = search;
    let (table, column) = (table(&index), quoted(&index.name));
    match answer {
        TextAnswer::Matches => {
            let key: Vec<String> = index.key.iter().map(|(key, _)| format!("\"#text\".{}", quoted(key))).collect();
            writer.push("(");
            writer.list(parts, Writer::expr);
            writer.push(&format!(
                ") IN (SELECT {} FROM {table} AS \"#text\" WHERE \"#text\".{column} @@ ",
                key.join(", ")
            ));
            query(&index, &terms, writer);
            writer.push(")");
        }
        TextAnswer::Rank => {
            writer.push(&format!("coalesce((SELECT ts_rank('{}', \"#text\".{column}, (SELECT ", weights(&index)));
            // With what is excluded it would look for words that stand near each other.
            without_accents(&index, wanted(&terms, " & "), writer);
            writer.push(&format!("), 1) FROM {table} AS \"#text\" WHERE "));
            for ((name, _), key) in index.key.iter().zip(parts) {
                writer.push(&format!("\"#text\".{} = ", quoted(name)));
                writer.operand(key);
                writer.push(" AND ");
            }
            writer.push(&format!("\"#text\".{column} @@ (SELECT "));
            query(&index, &terms, writer);
            writer.push(")), 0)::double precision");
        }
        TextAnswer::Snippet { open, close, words, .. } => {
            let shown = parts.pop().unwrap_or(Expr::Sql("NULL"));
            writer.push(&format!("ts_headline({}, ", text_literal(index.language)));
            writer.expr(shown.clone());
            writer.push(", ");
            marked(&index, &terms, shown, writer);
            writer.push(", ");
            let option = |text: &str| text.replace('"', "\"\"");
            writer.value(text(format!(
                "StartSel=\"{}\", StopSel=\"{}\", MaxWords={words}, MinWords={}",
                option(&open),
                option(&close),
                words / 2
            )));
            writer.push(")");
        }
    }
}

/// Writes which words of a text are marked, as a `tsquery`: those that are looked for, as they are and without accents, and
/// those of the text that are found without theirs.
///
/// Each stands alone: of phrases, the server tries every place with every other, which takes it minutes for a long one.
fn marked(index: &TextIndex, terms: &Terms, shown: Expr, writer: &mut Writer<'_>) {
    let apart = |writer: &mut Writer<'_>, write: fn(&TextIndex, String, &mut Writer<'_>)| {
        writer.push("regexp_replace(");
        write(index, wanted(terms, " | "), writer);
        writer.push("::text, ' (&|<(-|[0-9]+)>) ', ' | ', 'g')::tsquery");
    };
    let language = text_literal(index.language);
    writer.push("(WITH \"#plain\" AS (SELECT ");
    apart(writer, without_accents);
    writer.push(" AS query) SELECT ");
    apart(writer, with_accents);
    writer.push(" || \"#plain\".query || coalesce((SELECT string_agg(DISTINCT '''' || ");
    writer.push(r##"replace(replace("#stem", '\', '\\'), '''', '''''') || '''', ' | ')::tsquery FROM "##);
    writer.push("unnest(ARRAY(SELECT DISTINCT token FROM ts_parse('default', ");
    writer.expr(shown);
    writer.push(&format!(") WHERE normalize(token, NFD) ~ '{ACCENTS}')) AS \"#word\", "));
    // Words are compared as the index has them: the stem of one without accents may be another.
    writer.push(&format!(
        "unnest(tsvector_to_array(to_tsvector({language}, \"#word\"))) AS \"#stem\" WHERE to_tsvector({language}, {}) @@ ",
        plain("\"#word\"")
    ));
    // The server sends a notice for each query that is empty.
    writer.push("\"#plain\".query), \"#plain\".query) FROM \"#plain\")");
}

/// Writes the search as a `tsquery`.
///
/// Words that are not indexed, such as `the`, are left out by the server. Alternatives of which only exclusions would be left
/// then, and those match almost everything, are none.
fn query(index: &TextIndex, terms: &Terms, writer: &mut Writer<'_>) {
    let (excluding, plain): (Vec<&TermGroup>, Vec<&TermGroup>) =
        terms.branches.iter().partition(|branch| !branch.unwanted.is_empty());
    if excluding.is_empty() {
        return without_accents(index, match_text(&plain), writer);
    }
    writer.push("(");
    if !plain.is_empty() {
        without_accents(index, match_text(&plain), writer);
        writer.push(" || ");
    }
    for (position, branch) in excluding.into_iter().enumerate() {
        writer.push(if position > 0 { " || CASE WHEN numnode(" } else { "CASE WHEN numnode(" });
        without_accents(index, joined(&branch.wanted, " & "), writer);
        writer.push(") > 0 THEN ");
        without_accents(index, match_text(&[branch]), writer);
        writer.push(" ELSE ''::tsquery END");
    }
    writer.push(")");
}

fn with_accents(index: &TextIndex, terms: String, writer: &mut Writer<'_>) {
    writer.push(&format!("to_tsquery({}, ", text_literal(index.language)));
    writer.value(text(terms));
    writer.push(")");
}

fn without_accents(index: &TextIndex, terms: String, writer: &mut Writer<'_>) {
    writer.push(&format!("to_tsquery({}, regexp_replace(normalize(", text_literal(index.language)));
    writer.value(text(terms));
    writer.push(&format!(", NFD), '{ACCENTS}', '', 'g'))"));
}

/// The weights of the labels from D to A, of which none is above 1.
fn weights(index: &TextIndex) -> String {
    let most = index.columns.iter().map(|column| column.weight).fold(0.0, f32::max);
    let weight = |label: usize| {
        let weight = index.columns.get(label).map_or(0.0, |column| column.weight);
        format!("{:?}", if most > 0.0 { weight / most } else { weight })
    };
    format!("{{{}, {}, {}, {}}}", weight(3), weight(2), weight(1), weight(0))
}

fn text(text: String) -> Parameter {
    Parameter { value: Value::Text(text.into()), secret: false }
}

/// What is looked for, without what is excluded.
fn wanted(terms: &Terms, separator: &str) -> String {
    terms.branches.iter().map(|branch| joined(&branch.wanted, separator)).collect::<Vec<_>>().join(" | ")
}

/// Alternatives in the server's own language, in which each term is a string.
fn match_text(branches: &[&TermGroup]) -> String {
    let branches = branches.iter().map(|branch| {
        let mut text = joined(&branch.wanted, " & ");
        if !branch.unwanted.is_empty() {
            text.push_str(&format!(" & !({})", joined(&branch.unwanted, " | ")));
        }
        text
    });
    branches.collect::<Vec<_>>().join(" | ")
}

fn joined(terms: &[Term], separator: &str) -> String {
    let term = |term: &Term| {
        let text = term.text.replace('\\', "\\\\").replace('\'', "''");
        format!("'{text}'{}", if term.prefix { ":*" } else { "" })
    };
    terms.iter().map(term).collect::<Vec<_>>().join(separator)
}
