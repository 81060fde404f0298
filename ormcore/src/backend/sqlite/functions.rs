//! The functions that SQLite lacks, or has with other results than other databases.

mod array;
mod date;
mod decimal;
#[cfg(feature = "json")]
mod json;
mod number;
mod text;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

/// Pure, and harmless in views and indexes.
const FLAGS: FunctionFlags =
    FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC).union(FunctionFlags::SQLITE_INNOCUOUS);

/// Gives a connection the functions that the dialect writes.
pub(super) fn add(connection: &Connection) -> Result<()> {
    text::add(connection)?;
    number::add(connection)?;
    decimal::add(connection)?;
    array::add(connection)?;
    date::add(connection)?;
    #[cfg(feature = "json")]
    json::add(connection)?;
    Ok(())
}

/// The text of an argument; `None` for NULL.
fn text<'a>(context: &'a Context<'_>, index: usize) -> Result<Option<&'a str>> {
    context.get_raw(index).as_str_or_null().map_err(failed)
}

/// The number of an argument, whether it is stored as an integer or not; `None` for NULL.
fn number(context: &Context<'_>, index: usize) -> Result<Option<f64>> {
    match context.get_raw(index) {
        ValueRef::Integer(integer) => Ok(Some(integer as f64)),
        other => other.as_f64_or_null().map_err(failed),
    }
}

/// The integer of an argument; `None` for NULL.
fn integer(context: &Context<'_>, index: usize) -> Result<Option<i64>> {
    context.get_raw(index).as_i64_or_null().map_err(failed)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::UserFunctionError(error.into())
}
