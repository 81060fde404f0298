//! Fixtures: a fresh database of each backend, and the macro that runs a test on all of them.

use ormcore::Database;
use tempfile::TempDir;

/// A database of its own for one test, gone when it is dropped.
#[derive(Debug)]
pub struct Fixture {
    /// The database.
    pub db: Database,
    folder: Option<TempDir>,
}

impl Fixture {
    /// SQLite in memory.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run.
    #[must_use]
    pub fn sqlite_memory() -> Self {
        Fixture { db: Database::connect("sqlite::memory:").expect("SQLite in memory"), folder: None }
    }

    /// SQLite in a file.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run.
    #[must_use]
    pub fn sqlite_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Fixture { db: Database::connect(&url).expect("SQLite in a file"), folder: Some(folder) }
    }

    /// Whether the database is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.folder.is_some()
    }
}

/// Makes a test on every backend of each function `fn(&Database) -> ormcore::Result<()>`.
#[macro_export]
macro_rules! on_every_backend {
    ($($test:ident),* $(,)?) => {
        mod sqlite_memory {
            $(#[test]
            fn $test() {
                super::$test(&$crate::Fixture::sqlite_memory().db).unwrap();
            })*
        }

        mod sqlite_file {
            $(#[test]
            fn $test() {
                super::$test(&$crate::Fixture::sqlite_file().db).unwrap();
            })*
        }
    };
}

/// The README, whose code runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;
