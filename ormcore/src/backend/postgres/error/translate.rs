//! From SQLSTATE to the kinds of ormcore. The codes are those of PostgreSQL's manual, "PostgreSQL Error Codes"; the
//! server's words are in the server's language, so nothing is decided by them.

use std::fmt;

use super::ServerError;
use crate::backend::unbound::{WHILE_IT_RAN, without_value};
use crate::backend::written;
use crate::error::ErrorKind;

pub(super) fn kind(error: &ServerError, sql: Option<&str>) -> ErrorKind {
    let words = Words(error).to_string();
    match error.code.as_str() {
        "23502" if error.table.is_some() => ErrorKind::NotNullViolation {
            table: table(error, sql),
            columns: error.column.iter().cloned().collect(),
            constraint: error.constraint.clone(),
        },
        "23505" => ErrorKind::UniqueViolation {
            table: table(error, sql),
            columns: key_columns(error),
            constraint: error.constraint.clone(),
        },
        // From version 18 on, what `ON DELETE RESTRICT` refuses has a code of its own.
        "23503" | "23001" => foreign_key(error, sql),
        "23514" => ErrorKind::CheckViolation {
            table: table(error, sql),
            columns: Vec::new(),
            constraint: error.constraint.clone(),
        },
        // The text is longer than the type allows, which the server names no column of.
        "22001" => ErrorKind::CheckViolation { table: table(error, sql), columns: Vec::new(), constraint: None },
        "40001" => ErrorKind::Serialization,
        // A table was changed while the connection had the statement prepared. Run again, the transaction prepares it anew.
        "0A000" | "08P01" if error.is_stale_plan() => ErrorKind::Serialization,
        "40P01" => ErrorKind::Deadlock,
        "55P03" => ErrorKind::Busy { problem: words },
        "57014" | "25P04" => ErrorKind::Canceled { problem: words },
        "25006" => ErrorKind::ReadOnly { problem: words },
        "25P02" => ErrorKind::Usage {
            problem: "an earlier statement of this transaction failed, and PostgreSQL runs nothing more in it: run what may fail in `tx.savepoint(..)`".to_string(),
        },
        // A name that is looked up while it runs is a value, such as that of `$1::regclass`.
        "42P01" | "42703" | "3F000" if !error.is_about_values() => ErrorKind::Schema { problem: schema_problem(error, &words) },
        // The server's routine tells an operator that is not there from a function, which has the same code.
        "42804" | "42883" if sql.is_some_and(written::holds_arrays) && error.routine() != Some("ParseFuncOrColumn") => {
            ErrorKind::Schema { problem: type_problem(&table(error, sql), &words) }
        }
        code if lost_connection(code) => ErrorKind::Connection { problem: connection_problem(code, words) },
        code => ErrorKind::Database { code: Some(code.to_string()), message: with_cure(error, sql, words) },
    }
}

/// A name without quotation marks stands for the one in small letters.
fn written_table(sql: &str) -> String {
    written::written_table(sql, str::to_ascii_lowercase)
}

fn table(error: &ServerError, sql: Option<&str>) -> String {
    error.table.clone().unwrap_or_else(|| sql.map(written_table).unwrap_or_default())
}

/// The server names the table with the foreign key, whichever of the two was written, and its detail names the columns
/// of the one that was not found: they are the foreign key's only if its table was written, and not the one that it leads
/// to, which may be the same.
fn foreign_key(error: &ServerError, sql: Option<&str>) -> ErrorKind {
    let written = sql.map(written_table).unwrap_or_default();
    let adds = sql.is_some_and(|sql| !begins_with(sql, "delete") && !written.is_empty());
    let inserts = sql.is_some_and(|sql| begins_with(sql, "insert") && !written::may_update(sql));
    let own = adds && error.table.as_ref() == Some(&written) && (inserts || !ends_in(error, &written));
    ErrorKind::ForeignKeyViolation {
        table: if written.is_empty() { table(error, sql) } else { written },
        columns: if own { key_columns(error) } else { Vec::new() },
        constraint: error.constraint.clone(),
    }
}

/// Whether the detail names the table behind the values, between marks of any language: where it is the one with the foreign
/// key, that leads to the table itself, or is still needed there.
fn ends_in(error: &ServerError, table: &str) -> bool {
    let behind = error.detail.as_deref().and_then(|detail| detail.rsplit_once(')')).map_or("", |(_, behind)| behind);
    let is_mark = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | ' ');
    behind
        .match_indices(table)
        .any(|(at, _)| behind[..at].ends_with(is_mark) && behind[at + table.len()..].starts_with(is_mark))
}

fn begins_with(sql: &str, verb: &str) -> bool {
    sql.trim_start().get(..verb.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(verb))
}

/// The columns of a detail such as `Key (first, "Last")=(ann, lee) already exists.`, which holds values behind the
/// first `)=(` and in every language has this shape; none where the key is an expression.
fn key_columns(error: &ServerError) -> Vec<String> {
    let names = error.detail.as_deref().and_then(|detail| detail.split_once(")=("));
    let names = names.and_then(|(before, _)| before.split_once('(')).map(|(_, names)| names);
    names.and_then(column_names).unwrap_or_default()
}

fn column_names(list: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = list;
    loop {
        let name;
        (name, rest) = column_name(rest)?;
        names.push(name);
        if rest.is_empty() {
            return Some(names);
        }
        rest = rest.strip_prefix(", ")?;
    }
}

/// The first name of the list, and what follows it.
fn column_name(list: &str) -> Option<(String, &str)> {
    let Some(quoted) = list.strip_prefix('"') else {
        let (name, rest) = list.split_at(list.find(", ").unwrap_or(list.len()));
        let is_name = !name.is_empty() && !name.contains(['(', ')', '"', '\'', ':']);
        return is_name.then(|| (name.to_string(), rest));
    };
    let mut end = 0;
    loop {
        end += quoted[end..].find('"')?;
        if !quoted[end + 1..].starts_with('"') {
            return Some((quoted[..end].replace("\"\"", "\""), &quoted[end + 1..]));
        }
        end += 2;
    }
}

fn schema_problem(error: &ServerError, words: &str) -> String {
    let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    let cure = match error.code.as_str() {
        "42P01" => "`create_all` creates the tables of all models",
        "42703" => "the table differs from its model; `create_all` leaves a table alone that is there already",
        _ => "create the schema first",
    };
    format!("{words}{hint}: {cure}")
}

/// The server takes one value for any type, and of many, which come as arrays, only those of the column's own.
fn type_problem(table: &str, words: &str) -> String {
    format!(
        "{words}: the table `{table}` has another type than its model says; say the type of an enum by \
         `#[column_type(native = \"..\")]`, or give the field a type that fits the column"
    )
}

/// Whether the code is about the connection and not about a statement.
fn lost_connection(code: &str) -> bool {
    code.starts_with("08")
        || code.starts_with("28")
        || matches!(code, "3D000" | "53300" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03")
}

fn connection_problem(code: &str, words: String) -> String {
    let cure = match code {
        "28P01" => "check the user and the password of the URL, PGPASSWORD or the password file",
        "28000" => "check the user and the `sslmode` of the URL, and what the server's `pg_hba.conf` allows",
        "3D000" => "check the database of the URL, or create it with `createdb`",
        "57P03" => "wait until it has started",
        "08P01" if words.contains("startup parameter") => {
            "set it for the user, `ALTER ROLE .. SET ..`, and not in the URL: a pooler cannot keep it for one connection"
        }
        "53300" => "open fewer with `max_connections`, or raise the server's",
        _ => return words,
    };
    format!("{words}: {cure}")
}

fn with_cure(error: &ServerError, sql: Option<&str>, words: String) -> String {
    let holds = |mark: char| sql.is_some_and(|sql| sql.trim_end_matches([';', ' ', '\n']).contains(mark));
    let cure = match error.code.as_str() {
        "42601" if holds(';') => "one call runs one statement",
        "42601" if holds('?') => "PostgreSQL's placeholders are `$1`, `$2` and so on",
        "42501" => "`GRANT` it to the user of the URL",
        "42804" | "42P18" | "42P08" | "42725" | "42883" => {
            "where the type of a parameter cannot be told or is another, write a cast in SQL of your own, `$1::bigint`"
        }
        "26000" | "42P05" => "behind a pooler that pools transactions, add `pooler=transaction` to the URL",
        _ => return words,
    };
    format!("{words}: {cure}")
}

/// The server's message without values: one that may hold a value ends where that may begin.
pub(super) struct Words<'a>(pub(super) &'a ServerError);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ServerError { code, message, .. } = self.0;
        if self.0.is_about_values() {
            f.write_str(&without_value(condition(code), message))
        } else {
            f.write_str(message)
        }
    }
}

fn condition(code: &str) -> &'static str {
    match code {
        "22001" => "text is too long",
        "22003" => "number out of range",
        "22007" => "invalid date or time",
        "22008" => "date or time out of range",
        "22021" => "invalid character for the encoding",
        "22P02" => "invalid text for the type",
        "22P03" => "invalid binary value for the type",
        "22P05" => "character that the encoding lacks",
        code if code.starts_with("22") => "data exception",
        _ => WHILE_IT_RAN,
    }
}
