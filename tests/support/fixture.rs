//! A fresh database of each backend.

use std::iter;

use ormcore::Database;
use tempfile::TempDir;

use crate::postgres::Schema;

/// A database of its own for one test, gone when it is dropped.
#[derive(Debug)]
pub struct Fixture {
    /// The database.
    pub db: Database,
    // After the database: what is open is closed before it is removed.
    home: Home,
}

#[derive(Debug)]
enum Home {
    Memory,
    Folder { url: String, _folder: TempDir },
    Schema(Schema),
}

impl Fixture {
    /// SQLite in memory.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run.
    #[must_use]
    pub fn sqlite_memory() -> Self {
        Fixture::in_home(Home::Memory)
    }

    /// SQLite in a file.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run.
    #[must_use]
    pub fn sqlite_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Fixture::in_home(Home::Folder { url, _folder: folder })
    }

    /// PostgreSQL, in a schema of its own; where no server is installed there is none, and the tests' output says so.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run. Also if `ORMCORE_TEST_REQUIRE` asks for `postgres` and it is not
    /// installed.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        Schema::create().map(|schema| Fixture::in_home(Home::Schema(schema)))
    }

    /// The URL of the database, for a test that connects in a way of its own; each connection to a database in memory is
    /// to another one.
    #[must_use]
    pub fn url(&self) -> &str {
        self.home.url()
    }

    fn in_home(home: Home) -> Self {
        Fixture { db: Database::connect(home.url()).expect("a database for the test"), home }
    }
}

impl Home {
    fn url(&self) -> &str {
        match self {
            Home::Memory => "sqlite::memory:",
            Home::Folder { url, .. } => url,
            Home::Schema(schema) => schema.url(),
        }
    }
}

/// A fresh database of each kind, made when its turn comes: SQLite in memory, and PostgreSQL.
pub fn every_database() -> impl Iterator<Item = Fixture> {
    iter::once_with(Fixture::sqlite_memory).chain(iter::once_with(Fixture::postgres).flatten())
}

/// As [`every_database`], and SQLite in a file too: what [`on_every_backend`](crate::on_every_backend) runs on.
pub fn every_backend() -> impl Iterator<Item = Fixture> {
    let sqlite = [Fixture::sqlite_memory, Fixture::sqlite_file];
    sqlite.into_iter().map(|make| make()).chain(iter::once_with(Fixture::postgres).flatten())
}
