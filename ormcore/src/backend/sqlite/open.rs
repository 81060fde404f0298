use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::options::{Mode, SqliteOptions};
use super::{error, functions};
use crate::error::{Error, ErrorKind, Result};
use crate::value::digits;

/// Who waits for a file's journal looks at it again after this time.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Opens a connection and sets up what the dialect promises.
pub(super) fn open(options: &SqliteOptions) -> Result<Connection> {
    let connection = match &options.path {
        None => Connection::open_in_memory(),
        Some(path) => Connection::open_with_flags(path, flags(options.mode)),
    };
    let failed = |error: rusqlite::Error| {
        let problem = match &options.path {
            Some(path) => format!("{}: {}", path.display(), reason(&error)),
            None => reason(&error),
        };
        let failed = if error::is_busy(&error) {
            Error::from_kind(ErrorKind::Busy { problem })
        } else {
            Error::connection(problem)
        };
        failed.with_source(error)
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
            set_journal_mode(connection, options)?;
        }
        connection.execute_batch(&format!("PRAGMA synchronous = {}", options.synchronous))?;
        // Reads the file's header, so that a file that is no database is found out now.
        connection.query_row("SELECT count(*) FROM sqlite_master", (), |_| Ok(()))?;
    }
    functions::add(connection)?;
    // SQLite's own shell has it too.
    connection.create_collation("decimal", digits::compare)
}

fn is_in_wal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA journal_mode", (), |row| row.get::<_, String>(0)).map(|mode| mode == "wal")
}

/// A file that may not be written stays as it is.
fn set_journal_mode(connection: &Connection, options: &SqliteOptions) -> rusqlite::Result<()> {
    let sql = format!("PRAGMA journal_mode = {}", options.journal_mode);
    // A file leaves WAL only where no other connection is open: for that there is nothing to wait.
    let leaves_wal = options.journal_mode != "wal" && is_in_wal(connection)?;
    // No end is so far away that no clock shows it.
    let until = Instant::now().checked_add(options.busy_timeout);
    // SQLite itself does not wait for whoever writes to a file that has another mode yet: to wait for one while it holds a
    // lock of its own may be to wait for ever.
    connection.busy_timeout(Duration::ZERO)?;
    let set = loop {
        match connection.query_row(&sql, (), |_| Ok(())) {
            Err(error) if error::is_busy(&error) && !leaves_wal && until.is_none_or(|until| Instant::now() < until) => {
                thread::sleep(LOOK_AGAIN);
            }
            set => break set,
        }
    };
    connection.busy_timeout(options.busy_timeout)?;
    match set {
        Err(error) if error::is_read_only(&error) => Ok(()),
        set => set,
    }
}
