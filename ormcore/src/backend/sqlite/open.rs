use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::options::{Mode, SqliteOptions};
use super::{error, functions};
use crate::error::{Error, Result};
use crate::value::digits;

/// Opens a connection and sets up what the dialect promises.
pub(super) fn open(options: &SqliteOptions) -> Result<Connection> {
    let connection = match &options.path {
        None => Connection::open_in_memory(),
        Some(path) => Connection::open_with_flags(path, flags(options.mode)),
    };
    let failed = |error: rusqlite::Error| match &options.path {
        Some(path) => Error::connection(format!("{}: {}", path.display(), reason(&error))).with_source(error),
        None => Error::connection(reason(&error)).with_source(error),
    };
    let connection = connection.map_err(failed)?;
    set_up(&connection, options).map_err(failed)?;
    Ok(connection)
}

fn flags(mode: Mode) -> OpenFlags {
    let access = match mode {
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error().map(|error| error.code) {
        Some(rusqlite::ErrorCode::CannotOpen) => {
            "the file cannot be opened or created; does its folder exist, and may it be written?".to_string()
        }
        Some(rusqlite::ErrorCode::NotADatabase) => "the file is no SQLite database".to_string(),
        _ => error.to_string(),
    }
}

fn set_up(connection: &Connection, options: &SqliteOptions) -> rusqlite::Result<()> {
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(options.statement_cache);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON")?;
    if !options.is_memory() {
        if options.mode != Mode::Read {
            set_journal_mode(connection, options.journal_mode)?;
        }
        connection.execute_batch(&format!("PRAGMA synchronous = {}", options.synchronous))?;
        // Reads the file's header, so that a file that is no database is found out now.
        connection.query_row("SELECT count(*) FROM sqlite_master", (), |_| Ok(()))?;
    }
    functions::add(connection)?;
    // SQLite's own shell has it too.
    connection.create_collation("decimal", digits::compare)
}

/// A file that may not be written stays as it is.
fn set_journal_mode(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    let set = connection.query_row(&format!("PRAGMA journal_mode = {mode}"), (), |_| Ok(()));
    match set {
        Err(error) if error::is_read_only(&error) => Ok(()),
        set => set,
    }
}
