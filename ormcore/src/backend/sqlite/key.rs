//! Keys that SQLite generates.

use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::schema::Table;

/// Checks that SQLite generates the table's key, before rows are inserted without one. It does so where the key is another
/// name of the rowid; elsewhere the rows would have NULL, and the number that it tells would be no key.
///
/// # Errors
/// If it does not.
#[cold]
pub(super) fn check(connection: &Connection, table: &Table) -> Result<()> {
    let Some(column) = table.columns.iter().find(|column| column.generated) else { return Ok(()) };
    let problem = match connection.column_metadata(table.schema, table.name, column.name) {
        Ok((declared, _, _, is_key, _)) => {
            let declared = declared.map(|name| name.to_string_lossy()).unwrap_or_default();
            match is_key {
                true if !declared.eq_ignore_ascii_case("INTEGER") => {
                    format!("the primary key is declared as `{declared}` there")
                }
                true if has_key_index(connection, table) => "the primary key is not the rowid there".to_string(),
                true => return Ok(()),
                // Its module decides what the number of a new row is.
                false if is_virtual(connection, table) => return Ok(()),
                false => "it is no primary key there".to_string(),
            }
        }
        Err(_) => "it is no column of a table there".to_string(),
    };
    Err(Error::schema(format!(
        "SQLite generates no key for `{}.{}`, for {problem}: declare it as `INTEGER PRIMARY KEY`, or give new rows their keys",
        table.name, column.name
    )))
}

/// The primary key has an index of its own wherever it is not the rowid: where it is `DESC` or of several columns, too.
fn has_key_index(connection: &Connection, table: &Table) -> bool {
    finds(connection, table, "SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk'")
}

fn is_virtual(connection: &Connection, table: &Table) -> bool {
    finds(
        connection,
        table,
        "SELECT 1 FROM pragma_table_list(?1) WHERE type = 'virtual' AND schema = coalesce(?2, schema)",
    )
}

/// Whether this, of the table's name and schema, gives a row.
fn finds(connection: &Connection, table: &Table, sql: &str) -> bool {
    connection.prepare(sql).and_then(|mut found| found.exists((table.name, table.schema))).unwrap_or(false)
}
