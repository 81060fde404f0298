use std::collections::HashMap;
use std::time::Duration;

use ormcore::Database;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Result, Row, TransactionBehavior, params, params_from_iter};

use crate::models::{NewUser, PlainAuthor, PlainPage, Post, Tag, User, Wide};
use crate::operation::Rows;
use crate::side::{Fill, Place, Side};

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

const AUTHORS: &str = "SELECT id, name, email, age FROM author";
const AUTHORS_WITH_POSTS: &str = "SELECT a.id, a.name, a.email, a.age, p.id, p.author_id, p.title, p.body, p.likes \
    FROM author a LEFT JOIN post p ON p.author_id = a.id ORDER BY a.id, p.id";
const POSTS_OF: &str = "SELECT id, author_id, title, body, likes FROM post WHERE author_id IN ";
const PAGES: &str = "SELECT id, title, body FROM page";
const PAGES_WITH_TAGS: &str = "SELECT p.id, p.title, p.body, t.id, t.label FROM page p \
    LEFT JOIN page_tag l ON l.page_id = p.id LEFT JOIN tag t ON t.id = l.tag_id ORDER BY p.id, l.tag_id";
const TAGS_OF: &str =
    "SELECT t.id, t.label, l.page_id FROM page_tag l JOIN tag t ON t.id = l.tag_id WHERE l.page_id IN ";

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

fn author(row: &Row<'_>) -> Result<PlainAuthor> {
    Ok(PlainAuthor { id: row.get(0)?, name: row.get(1)?, email: row.get(2)?, age: row.get(3)?, posts: Vec::new() })
}

/// A post whose columns begin at a position.
fn post(row: &Row<'_>, first: usize) -> Result<Post> {
    Ok(Post {
        id: row.get(first)?,
        author_id: row.get(first + 1)?,
        title: row.get(first + 2)?,
        body: row.get(first + 3)?,
        likes: row.get(first + 4)?,
    })
}

fn page(row: &Row<'_>) -> Result<PlainPage> {
    Ok(PlainPage { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, tags: Vec::new() })
}

fn tag(row: &Row<'_>, first: usize) -> Result<Tag> {
    Ok(Tag { id: row.get(first)?, label: row.get(first + 1)? })
}

/// `select`, which ends with IN, and a list of this many parameters.
fn with_list(select: &str, count: usize) -> String {
    let mut sql = String::with_capacity(select.len() + 2 * count + 1);
    sql.push_str(select);
    for index in 0..count {
        sql.push_str(if index == 0 { "(?" } else { ",?" });
    }
    sql.push(')');
    sql
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

    fn update(&mut self, user: &mut User) -> Result<()> {
        let mut statement = self.connection.prepare_cached(UPDATE)?;
        let changed = statement.execute(params![user.name, user.email, user.age, user.score, user.bio, user.id])?;
        if changed == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
    }

    fn update_each(&mut self, users: &mut [User]) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        users.iter_mut().try_for_each(|user| self.update(user))?;
        self.connection.execute_batch("COMMIT")
    }

    fn authors_joined(&mut self) -> Result<Rows> {
        let mut statement = self.connection.prepare_cached(AUTHORS_WITH_POSTS)?;
        let mut rows = statement.query(())?;
        let mut authors: Vec<PlainAuthor> = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if authors.last().is_none_or(|last| last.id != id) {
                authors.push(author(row)?);
            }
            let has_post = row.get::<_, Option<i64>>(4)?.is_some();
            if let Some(author) = authors.last_mut().filter(|_| has_post) {
                author.posts.push(post(row, 4)?);
            }
        }
        Ok(Rows::PlainAuthors(authors))
    }

    fn authors_selectin(&mut self) -> Result<Rows> {
        let mut authors: Vec<PlainAuthor> =
            self.connection.prepare_cached(AUTHORS)?.query_map((), author)?.collect::<Result<_>>()?;
        let places: HashMap<i64, usize> =
            authors.iter().enumerate().map(|(place, author)| (author.id, place)).collect();
        let mut statement = self.connection.prepare_cached(&with_list(POSTS_OF, authors.len()))?;
        let mut rows = statement.query(params_from_iter(authors.iter().map(|author| author.id)))?;
        while let Some(row) = rows.next()? {
            let post = post(row, 0)?;
            if let Some(place) = places.get(&post.author_id) {
                authors[*place].posts.push(post);
            }
        }
        Ok(Rows::PlainAuthors(authors))
    }

    fn pages_joined(&mut self) -> Result<Rows> {
        let mut statement = self.connection.prepare_cached(PAGES_WITH_TAGS)?;
        let mut rows = statement.query(())?;
        let mut pages: Vec<PlainPage> = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if pages.last().is_none_or(|last| last.id != id) {
                pages.push(page(row)?);
            }
            let has_tag = row.get::<_, Option<i64>>(3)?.is_some();
            if let Some(page) = pages.last_mut().filter(|_| has_tag) {
                page.tags.push(tag(row, 3)?);
            }
        }
        Ok(Rows::PlainPages(pages))
    }

    fn pages_selectin(&mut self) -> Result<Rows> {
        let mut pages: Vec<PlainPage> =
            self.connection.prepare_cached(PAGES)?.query_map((), page)?.collect::<Result<_>>()?;
        let places: HashMap<i64, usize> = pages.iter().enumerate().map(|(place, page)| (page.id, place)).collect();
        let mut statement = self.connection.prepare_cached(&with_list(TAGS_OF, pages.len()))?;
        let mut rows = statement.query(params_from_iter(pages.iter().map(|page| page.id)))?;
        while let Some(row) = rows.next()? {
            if let Some(place) = places.get(&row.get(2)?) {
                pages[*place].tags.push(tag(row, 0)?);
            }
        }
        Ok(Rows::PlainPages(pages))
    }

    fn clear(&mut self) -> Result<()> {
        self.connection.execute("DELETE FROM user", ())?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
    }
}

impl Fill for Raw {
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

    fn insert_authors(&mut self, authors: Vec<PlainAuthor>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for author in &authors {
            let sql = "INSERT INTO author (id, name, email, age) VALUES (?, ?, ?, ?)";
            let values = params![author.id, author.name, author.email, author.age];
            transaction.prepare_cached(sql)?.execute(values)?;
        }
        for post in authors.iter().flat_map(|author| &author.posts) {
            let sql = "INSERT INTO post (id, author_id, title, body, likes) VALUES (?, ?, ?, ?, ?)";
            let values = params![post.id, post.author_id, post.title, post.body, post.likes];
            transaction.prepare_cached(sql)?.execute(values)?;
        }
        transaction.commit()
    }

    fn insert_pages(&mut self, pages: Vec<PlainPage>, tags: Vec<Tag>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for tag in tags {
            let sql = "INSERT INTO tag (id, label) VALUES (?, ?)";
            transaction.prepare_cached(sql)?.execute(params![tag.id, tag.label])?;
        }
        for page in pages {
            let sql = "INSERT INTO page (id, title, body) VALUES (?, ?, ?)";
            transaction.prepare_cached(sql)?.execute(params![page.id, page.title, page.body])?;
            for tag in &page.tags {
                let sql = "INSERT INTO page_tag (page_id, tag_id) VALUES (?, ?)";
                transaction.prepare_cached(sql)?.execute([page.id, tag.id])?;
            }
        }
        transaction.commit()
    }
}
