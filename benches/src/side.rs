//! The sides.

use std::error::Error;
use std::path::PathBuf;

use crate::models::{NewUser, PlainAuthor, PlainPage, Tag, User, Wide};
use crate::operation::Rows;

mod by_hand;
mod orm;
mod postgres;
mod raw;
mod tokio_postgres;

pub use orm::Orm;
pub use postgres::Postgres;
pub use raw::Raw;
pub use tokio_postgres::TokioPostgres;

/// Where SQLite's database is.
#[derive(Debug, Clone)]
pub enum Place {
    /// In memory.
    Memory,
    /// In a file: WAL, `synchronous = FULL`, as ormcore opens one.
    File(PathBuf),
}

/// A library under test, with a database open.
///
/// An operation is written as a careful user of the library writes it.
pub trait Side: Sized {
    /// The library's error.
    type Error: Error + 'static;

    /// Every user, in no stated order.
    fn all(&mut self) -> Result<Vec<User>, Self::Error>;

    /// Every wide row.
    fn all_wide(&mut self) -> Result<Vec<Wide>, Self::Error>;

    /// The user with a key.
    fn get(&mut self, id: i64) -> Result<Option<User>, Self::Error>;

    /// The users above an age, those of the highest scores first. No index helps: the whole table is read.
    fn top(&mut self, age: i32, limit: u64) -> Result<Vec<User>, Self::Error>;

    /// The users that follow a key, in the order of keys: only what it gives is read.
    fn page(&mut self, after: i64, limit: u64) -> Result<Vec<User>, Self::Error>;

    /// Inserts a user, in a transaction that the database itself opens and ends.
    fn insert(&mut self, user: NewUser) -> Result<User, Self::Error>;

    /// Inserts a user in a transaction that is opened and committed here.
    fn insert_in_transaction(&mut self, user: NewUser) -> Result<User, Self::Error>;

    /// Inserts users in one transaction.
    fn insert_all(&mut self, users: Vec<NewUser>) -> Result<Vec<User>, Self::Error>;

    /// Inserts users whose keys nobody asks for, in the quickest way there is.
    fn copy(&mut self, users: Vec<NewUser>) -> Result<(), Self::Error> {
        self.insert_all(users).map(drop)
    }

    /// Writes all columns of a user.
    fn update(&mut self, user: &mut User) -> Result<(), Self::Error>;

    /// Writes all columns of users, each by a statement of its own, in one transaction.
    fn update_each(&mut self, users: &mut [User]) -> Result<(), Self::Error>;

    /// Every author with all posts, by one joined statement.
    fn authors_joined(&mut self) -> Result<Rows, Self::Error>;

    /// Every author with all posts, by a statement for each table; the second lists the authors' keys.
    fn authors_selectin(&mut self) -> Result<Rows, Self::Error>;

    /// Every page with all tags, by one statement that joins the link table and the tags.
    fn pages_joined(&mut self) -> Result<Rows, Self::Error>;

    /// Every page with all tags, by two statements; the second lists the pages' keys.
    fn pages_selectin(&mut self) -> Result<Rows, Self::Error>;

    /// Deletes all users, and brings the database into the state of one that was just made.
    fn clear(&mut self) -> Result<(), Self::Error>;
}

/// A side that can make the rows which operations read.
pub trait Fill: Side {
    /// Inserts wide rows, whose keys are known.
    fn insert_wide(&mut self, rows: Vec<Wide>) -> Result<(), Self::Error>;

    /// Inserts authors with their posts, whose keys are known.
    fn insert_authors(&mut self, authors: Vec<PlainAuthor>) -> Result<(), Self::Error>;

    /// Inserts tags, and pages with links to them, whose keys are known.
    fn insert_pages(&mut self, pages: Vec<PlainPage>, tags: Vec<Tag>) -> Result<(), Self::Error>;
}
