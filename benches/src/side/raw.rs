use std::time::Duration;

use ormcore::Database;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Result, Row, TransactionBehavior, params};

use crate::models::{NewUser, User, Wide};
use crate::side::{Place, Side};

const ALL: &str = "SELECT id, name, email, age, score, bio FROM user";
const GET: &str = "SELECT id, name, email, age, score, bio FROM user WHERE id = ?";
const TOP: &str = "SELECT id, name, email, age, score, bio FROM user WHERE age > ? ORDER BY score DESC LIMIT ?";
const PAGE: &str = "SELECT id, name, email, age, score, bio FROM user WHERE id > ? ORDER BY id LIMIT ?";
const INSERT: &str = "INSERT INTO user (name, email, age, score, bio) VALUES (?, ?, ?, ?, ?)";
const UPDATE: &str = "UPDATE user SET name = ?, email = ?, age = ?, score = ?, bio = ? WHERE id = ?";
const ALL_WIDE: &str = "SELECT id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, \
    sold, returned, price, discount, weight, rating, available, featured, cover FROM wide";
const INSERT_WIDE: &str = "INSERT INTO wide (id, title, subtitle, summary, author, editor, language, pages, edition, \
    year, stock, sold, returned, price, discount, weight, rating, available, featured, cover) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Hand-written rusqlite, with cached statements.
#[derive(Debug)]
pub struct Raw {
    connection: Connection,
}

impl Raw {
    /// Opens a database with ormcore's settings and its tables; whether SQLite may plan by the values bound is open
    /// (`qpsg`: it may not, as with ormcore).
    pub fn open(place: &Place, qpsg: bool, schema: &[String]) -> Result<Self> {
        let connection = match place {
            Place::Memory => Connection::open_in_memory()?,
            Place::File(path) => Connection::open(path)?,
        };
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(256);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, qpsg)?;
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON")?;
        if let Place::File(_) = place {
            connection.query_row("PRAGMA journal_mode = wal", (), |_| Ok(()))?;
            connection.execute_batch("PRAGMA synchronous = full")?;
        }
        connection.execute_batch(&schema.join(";"))?;
        Ok(Raw { connection })
    }

    /// The statements that create the tables: those of ormcore, so that the schema is the same.
    pub fn schema() -> ormcore::Result<Vec<String>> {
        Database::connect("sqlite::memory:")?.ddl()
    }
}

fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        bio: row.get(5)?,
    })
}

fn wide(row: &Row<'_>) -> Result<Wide> {
    Ok(Wide {
        id: row.get(0)?,
        title: row.get(1)?,
        subtitle: row.get(2)?,
        summary: row.get(3)?,
        author: row.get(4)?,
        editor: row.get(5)?,
        language: row.get(6)?,
        pages: row.get(7)?,
        edition: row.get(8)?,
        year: row.get(9)?,
        stock: row.get(10)?,
        sold: row.get(11)?,
        returned: row.get(12)?,
        price: row.get(13)?,
        discount: row.get(14)?,
        weight: row.get(15)?,
        rating: row.get(16)?,
        available: row.get(17)?,
        featured: row.get(18)?,
        cover: row.get(19)?,
    })
}

fn insert(connection: &Connection, new: NewUser) -> Result<User> {
    let mut statement = connection.prepare_cached(INSERT)?;
    statement.execute(params![new.name, new.email, new.age, new.score, new.bio])?;
    Ok(new.with_key(connection.last_insert_rowid()))
}

impl Side for Raw {
    type Error = rusqlite::Error;

    fn all(&mut self) -> Result<Vec<User>> {
        self.connection.prepare_cached(ALL)?.query_map((), user)?.collect()
    }

    fn all_wide(&mut self) -> Result<Vec<Wide>> {
        self.connection.prepare_cached(ALL_WIDE)?.query_map((), wide)?.collect()
    }

    fn get(&mut self, id: i64) -> Result<Option<User>> {
        self.connection.prepare_cached(GET)?.query_row([id], user).optional()
    }

    fn top(&mut self, age: i32, limit: u64) -> Result<Vec<User>> {
        self.connection.prepare_cached(TOP)?.query_map(params![age, limit as i64], user)?.collect()
    }

    fn page(&mut self, after: i64, limit: u64) -> Result<Vec<User>> {
        self.connection.prepare_cached(PAGE)?.query_map(params![after, limit as i64], user)?.collect()
    }

    fn insert(&mut self, user: NewUser) -> Result<User> {
        insert(&self.connection, user)
    }

    fn insert_in_transaction(&mut self, user: NewUser) -> Result<User> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let user = insert(&transaction, user)?;
        transaction.commit()?;
        Ok(user)
    }

    fn insert_all(&mut self, users: Vec<NewUser>) -> Result<Vec<User>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut statement = transaction.prepare_cached(INSERT)?;
        let mut inserted = Vec::with_capacity(users.len());
        for new in users {
            statement.execute(params![new.name, new.email, new.age, new.score, new.bio])?;
            inserted.push(new.with_key(transaction.last_insert_rowid()));
        }
        drop(statement);
        transaction.commit()?;
        Ok(inserted)
    }

    fn insert_wide(&mut self, rows: Vec<Wide>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        let mut statement = transaction.prepare_cached(INSERT_WIDE)?;
        for row in rows {
            statement.execute(params![
                row.id,
                row.title,
                row.subtitle,
                row.summary,
                row.author,
                row.editor,
                row.language,
                row.pages,
                row.edition,
                row.year,
                row.stock,
                row.sold,
                row.returned,
                row.price,
                row.discount,
                row.weight,
                row.rating,
                row.available,
                row.featured,
                row.cover
            ])?;
        }
        drop(statement);
        transaction.commit()
    }

    fn update(&mut self, user: &mut User) -> Result<()> {
        let mut statement = self.connection.prepare_cached(UPDATE)?;
        let changed = statement.execute(params![user.name, user.email, user.age, user.score, user.bio, user.id])?;
        if changed == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
    }

    fn clear(&mut self) -> Result<()> {
        self.connection.execute("DELETE FROM user", ())?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
    }
}
