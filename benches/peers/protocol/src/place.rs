use std::path::PathBuf;
use std::str::FromStr;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite in memory, private to one connection.
    Memory,
    /// SQLite in a file.
    File(PathBuf),
    /// PostgreSQL, by URL.
    Server(String),
}

impl Place {
    /// What every connection to SQLite is told, in every program: what ormcore's own are.
    pub fn settings(&self) -> &'static [&'static str] {
        const MEMORY: [&str; 3] =
            ["PRAGMA foreign_keys = ON", "PRAGMA case_sensitive_like = ON", "PRAGMA busy_timeout = 5000"];
        const FILE: [&str; 5] =
            [MEMORY[0], MEMORY[1], MEMORY[2], "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"];
        match self {
            Place::Memory => &MEMORY,
            Place::File(_) => &FILE,
            Place::Server(_) => &[],
        }
    }

    /// The URL, as most libraries read it.
    pub fn url(&self) -> String {
        match self {
            Place::Memory => "sqlite::memory:".to_string(),
            Place::File(path) => format!("sqlite:{}", path.display()),
            Place::Server(url) => url.clone(),
        }
    }

    /// Whether it is PostgreSQL.
    pub fn is_server(&self) -> bool {
        matches!(self, Place::Server(_))
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Place::Memory),
            Some(("file", path)) => Ok(Place::File(path.into())),
            Some(("postgres", _)) => Ok(Place::Server(text.to_string())),
            _ => Err(format!("`{text}` is no place; there are `memory`, `file:PATH` and `postgres://..`")),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Memory => f.write_str("memory"),
            Place::File(path) => write!(f, "file:{}", path.display()),
            Place::Server(url) => f.write_str(url),
        }
    }
}
