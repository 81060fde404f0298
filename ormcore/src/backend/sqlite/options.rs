use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backend::url::Url;
use crate::error::{Error, Result};

/// Which SQLite database, and how it is opened.
///
/// In a URL: `sqlite:app.db?mode=ro&busy_timeout=5000&synchronous=normal`.
///
/// | option | values | default |
/// | --- | --- | --- |
/// | `mode` | `rwc` (created if missing), `rw`, `ro` | `rwc` |
/// | `busy_timeout` | milliseconds to wait for another connection's lock | 5000 |
/// | `statement_timeout` | milliseconds that a statement may run, after which it ends in [`ErrorKind::Canceled`](crate::ErrorKind::Canceled); 0 for ever | 0 |
/// | `synchronous` | `off`, `normal`, `full`, `extra` | `full`: a commit is on the disk when it returns; `normal` may lose the last commits at a power cut, never the database |
/// | `journal_mode` | `wal`, `delete`, `truncate`, `persist`, `memory`, `off` | `wal` |
/// | `statement_cache` | how many prepared statements a connection keeps | 256 |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    pub(super) path: Option<PathBuf>,
    pub(super) mode: Mode,
    pub(super) busy_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) synchronous: &'static str,
    pub(super) journal_mode: &'static str,
    pub(super) statement_cache: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    Write,
    Create,
}

const SYNCHRONOUS: [&str; 4] = ["off", "normal", "full", "extra"];
const JOURNAL_MODES: [&str; 6] = ["wal", "delete", "truncate", "persist", "memory", "off"];

impl SqliteOptions {
    /// A private database in memory, gone with its last [`Database`](crate::Database).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
    /// let db = Database::with_backend(SqliteBackend::new(SqliteOptions::memory()))?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn memory() -> Self {
        SqliteOptions {
            path: None,
            mode: Mode::Create,
            busy_timeout: Duration::from_secs(5),
            statement_timeout: None,
            synchronous: "full",
            journal_mode: "wal",
            statement_cache: 256,
        }
    }

    /// A file, created if it is missing.
    ///
    /// ```no_run
    /// # use ormcore::prelude::*;
    /// # use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions};
    /// let db = Database::with_backend(SqliteBackend::new(SqliteOptions::file("app.db")))?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        // SQLite takes these names for private databases, one for each connection.
        let private = path.as_os_str().is_empty() || path == Path::new(":memory:");
        // A name is that of a file, whatever it looks like.
        let path = if is_uri(path) { Path::new(".").join(path) } else { path.to_path_buf() };
        SqliteOptions { path: (!private).then_some(path), ..Self::memory() }
    }

    pub(crate) fn from_url(url: &Url) -> Result<Self> {
        let path = url.rest.strip_prefix("//").unwrap_or(&url.rest);
        let mut options = match path {
            ":memory:" => Self::memory(),
            path if is_uri(Path::new(path)) => {
                return Err(Error::connection(format!(
                    "`{path}` is a URI of SQLite's own, which ormcore does not take: write `sqlite:app.db` for a file, \
                 `sqlite::memory:` for a database in memory, and `sqlite:./{path}` for a file of this very name"
                )));
            }
            "" => return Err(Error::connection("the URL names no file: write `sqlite:app.db` or `sqlite::memory:`")),
            path => Self::file(path),
        };
        for (name, value) in &url.options {
            options.set(name, value)?;
            if options.is_memory() && ["mode", "synchronous", "journal_mode"].contains(&name.as_str()) {
                return Err(Error::connection(format!(
                    "the option `{name}` is about a file, and a database in memory has none"
                )));
            }
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "mode" => {
                let mode = one_of(name, value, &["ro", "rw", "rwc"])?;
                self.mode = match mode {
                    "ro" => Mode::Read,
                    "rw" => Mode::Write,
                    _ => Mode::Create,
                };
            }
            "busy_timeout" => self.busy_timeout = Duration::from_millis(number(name, value)?.into()),
            "statement_timeout" => {
                let limit = Duration::from_millis(number(name, value)?.into());
                self.statement_timeout = (!limit.is_zero()).then_some(limit);
            }
            "synchronous" => self.synchronous = one_of(name, value, &SYNCHRONOUS)?,
            "journal_mode" => self.journal_mode = one_of(name, value, &JOURNAL_MODES)?,
            "statement_cache" => self.statement_cache = number(name, value)? as usize,
            _ => {
                return Err(Error::connection(format!(
                    "SQLite has no option `{name}`; there are `mode`, `busy_timeout`, \
                     `statement_timeout`, `synchronous`, `journal_mode` and `statement_cache`"
                )));
            }
        }
        Ok(())
    }

    pub(super) fn is_memory(&self) -> bool {
        self.path.is_none()
    }
}

/// Whether SQLite would take the name for a URI, which may say where the file is, how it is opened, or that there is none.
fn is_uri(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().starts_with(b"file:")
}

fn one_of(name: &str, value: &str, allowed: &[&'static str]) -> Result<&'static str> {
    allowed
        .iter()
        .copied()
        .find(|word| word.eq_ignore_ascii_case(value))
        .ok_or_else(|| Error::connection(format!("the option `{name}={value}` is none of {}", allowed.join(", "))))
}

fn number(name: &str, value: &str) -> Result<u32> {
    value
        .parse()
        .ok()
        .filter(|number| *number <= i32::MAX as u32)
        .ok_or_else(|| Error::connection(format!("the option `{name}={value}` is no number up to {}", i32::MAX)))
}
