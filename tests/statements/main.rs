//! The SQL text that queries become, on each dialect.
#![allow(clippy::unwrap_used)]

mod conditions;
mod identifiers;
mod selects;
mod writes;

use ormcore::Value;
use ormcore::prelude::*;
use ormcore::sql::Sqlite;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    score: f64,
    active: bool,
}

/// What `all` selects from this model.
const SELECT: &str =
    r#"SELECT "user"."id", "user"."name", "user"."age", "user"."bio", "user"."score", "user"."active" FROM "user""#;

/// The text and the values of a query.
fn rendered(query: Query<User>) -> (String, Vec<Value<'static>>) {
    let rendered = query.sql(&Sqlite).unwrap();
    (rendered.sql.into_owned(), rendered.parameters.into_iter().map(|parameter| parameter.value).collect())
}

/// Checks what follows the columns and the table of a query, and its values.
fn check(query: Query<User>, sqlite: &str, values: &[Value<'_>]) {
    let (sql, parameters) = rendered(query);
    let rest = sql.strip_prefix(SELECT).unwrap_or_else(|| panic!("{sql}"));
    assert_eq!(rest.trim_start(), sqlite);
    assert_eq!(parameters, values);
}

/// Checks a condition's text and values.
fn check_filter(condition: Predicate<User>, sqlite: &str, values: &[Value<'_>]) {
    check(User::query().filter(condition), &format!("WHERE {sqlite}"), values);
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}
