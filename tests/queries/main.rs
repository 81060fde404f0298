//! The query language: each construct on every backend, beside SQL written by hand on the same data.
#![allow(clippy::unwrap_used)]

mod aggregates;
mod batches;
mod cases;
mod checked;
mod derived;
mod failing_scopes;
mod full_text;
mod functions;
mod groups;
mod inserting;
mod joins;
mod keyset;
mod locales;
mod named_scopes;
mod narrow;
mod or_find;
mod or_find_values;
mod prepared;
mod raw;
mod recursion;
mod scopes;
mod scopes_within;
mod selections;
mod sets;
mod shop;
mod subqueries;
mod upserts;
mod upserts_of_all;
mod windows;
mod writes;

use std::fmt::Debug;

use ormcore::prelude::*;
use ormcore::query::Select;

/// Checks that the query gives the rows of the SQL, in the same order, and gives them.
#[track_caller]
fn same<S: 'static, R>(query: Select<S, R>, sql: &str, db: &Database) -> ormcore::Result<Vec<R>>
where
    R: ormcore::plan::FromRow + PartialEq + Debug + Send + 'static,
{
    let by_hand = db.query_as::<R>(sql, ())?;
    let rows = query.all(db)?;
    assert_eq!(rows, by_hand, "the query left, the SQL right");
    assert!(!rows.is_empty(), "no row proves nothing");
    Ok(rows)
}

/// What the error says.
#[track_caller]
fn refused<T: Debug>(answer: ormcore::Result<T>) -> String {
    let error = answer.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    error.to_string()
}
