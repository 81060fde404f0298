//! The SQL text that queries become, on each dialect.
#![allow(clippy::unwrap_used)]

mod conditions;
mod full_text;
mod functions;
mod identifiers;
mod inserts;
mod sakila;
mod selections;
mod selects;
mod writes;

use ormcore::Value;
use ormcore::prelude::*;
use ormcore::sql::{Dialect, Postgres, Sqlite};

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    score: f64,
    active: bool,
    #[relationship]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone)]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

/// What `all` selects from this model.
const SELECT: &str =
    r#"SELECT "user"."id", "user"."name", "user"."age", "user"."bio", "user"."score", "user"."active" FROM "user""#;

/// The text and the values of a query.
fn rendered(query: Query<User>, dialect: &'static dyn Dialect) -> (String, Vec<Value<'static>>) {
    let rendered = query.sql(dialect).unwrap();
    (rendered.sql.into_owned(), rendered.parameters.into_iter().map(|parameter| parameter.value).collect())
}

/// Checks what follows the columns and the table of a query in one dialect, and its values.
fn check_in(dialect: &'static dyn Dialect, query: Query<User>, expected: &str, values: &[Value<'_>]) {
    let (sql, parameters) = rendered(query, dialect);
    let rest = sql.strip_prefix(SELECT).unwrap_or_else(|| panic!("{sql}"));
    assert_eq!(rest.trim_start(), expected);
    assert_eq!(parameters, values);
}

/// Checks a query whose text differs only in its placeholders.
fn check(query: Query<User>, sqlite: &str, values: &[Value<'_>]) {
    check_both(query, [sqlite, &numbered(sqlite)], values);
}

/// Checks what follows the columns and the table of a query, on SQLite and on PostgreSQL, and its values.
fn check_both(query: Query<User>, [sqlite, postgres]: [&str; 2], values: &[Value<'_>]) {
    check_in(&Sqlite, query.clone(), sqlite, values);
    check_in(&Postgres, query, postgres, values);
}

/// Checks a condition whose text differs only in its placeholders.
fn check_filter(condition: Predicate<User>, sqlite: &str, values: &[Value<'_>]) {
    check(User::query().filter(condition), &format!("WHERE {sqlite}"), values);
}

/// Checks a condition's text on SQLite and on PostgreSQL, and its values.
fn check_filters(condition: Predicate<User>, [sqlite, postgres]: [&str; 2], values: &[Value<'_>]) {
    check_both(User::query().filter(condition), [&format!("WHERE {sqlite}"), &format!("WHERE {postgres}")], values);
}

/// Checks a condition's text and values in one dialect.
fn check_filter_in(dialect: &'static dyn Dialect, condition: Predicate<User>, expected: &str, values: &[Value<'_>]) {
    check_in(dialect, User::query().filter(condition), &format!("WHERE {expected}"), values);
}

/// SQLite's placeholders as those of PostgreSQL.
fn numbered(sqlite: &str) -> String {
    let mut parts = sqlite.split('?');
    let first = parts.next().unwrap().to_string();
    parts.enumerate().fold(first, |sql, (index, part)| format!("{sql}${}{part}", index + 1))
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}
