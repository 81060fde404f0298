use std::collections::HashMap;
use std::time::Duration;

use peers_protocol::{
    Change, Clock, Comment, Content, NewUser, Ordered, Page, Peer, Place, Post, Readers, Result, Tag, User, Wide, Word,
    race,
};
use rusqlite::config::DbConfig;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

type Sql<T> = rusqlite::Result<T>;

const ALL: &str = "SELECT id, name, email, age, score, bio FROM users";
const GET: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = ?";
const FILTER: &str =
    "SELECT id, name, email, age, score, bio FROM users WHERE name LIKE ? ORDER BY score DESC, id LIMIT ?";
const PAGE: &str = "SELECT id, name, email, age, score, bio FROM users ORDER BY id LIMIT ? OFFSET ?";
const INSERT: &str = "INSERT INTO users (name, email, age, score, bio) VALUES (?, ?, ?, ?, ?)";
const UPDATE: &str = "UPDATE users SET name = ?, email = ?, age = ?, score = ?, bio = ? WHERE id = ?";
const ALL_WIDE: &str = "SELECT id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, \
    sold, returned, price, discount, weight, rating, available, featured, cover FROM wides";
const UPSERT: &str =
    "INSERT INTO words (label, uses) VALUES (?, ?) ON CONFLICT (label) DO UPDATE SET uses = excluded.uses";
const JOINED: &str = "SELECT u.id, u.name, u.email, u.age, u.score, u.bio, p.id, p.user_id, p.title, p.body, p.likes \
    FROM users u LEFT JOIN posts p ON p.user_id = u.id ORDER BY u.id, p.id";
const POSTS: &str = "SELECT id, user_id, title, body, likes FROM posts WHERE user_id ";
const COMMENTS: &str = "SELECT id, post_id, body FROM comments WHERE post_id ";
const TAGS: &str = "SELECT t.id, t.label, l.page_id FROM page_tags l JOIN tags t ON t.id = l.tag_id WHERE l.page_id ";

/// rusqlite as a careful user writes it: statements cached, columns by position, no planning by the values bound.
pub(crate) struct Sqlite {
    connection: Connection,
}

fn connect(place: &Place) -> Result<Connection> {
    let connection = match place {
        Place::File(path) => Connection::open(path)?,
        _ => Connection::open_in_memory()?,
    };
    connection.set_prepared_statement_cache_capacity(256);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    for setting in place.settings() {
        connection.execute_batch(setting)?;
    }
    Ok(connection)
}

fn user(row: &Row<'_>) -> Sql<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        bio: row.get(5)?,
    })
}

fn wide(row: &Row<'_>) -> Sql<Wide> {
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

/// A post whose columns begin at a position.
fn post(row: &Row<'_>, first: usize) -> Sql<Post> {
    Ok(Post {
        id: row.get(first)?,
        user_id: row.get(first + 1)?,
        title: row.get(first + 2)?,
        body: row.get(first + 3)?,
        likes: row.get(first + 4)?,
    })
}

fn page(row: &Row<'_>) -> Sql<Page> {
    Ok(Page { id: row.get(0)?, title: row.get(1)?, body: row.get(2)? })
}

fn comment(row: &Row<'_>) -> Sql<Comment> {
    Ok(Comment { id: row.get(0)?, post_id: row.get(1)?, body: row.get(2)? })
}

fn update(connection: &Connection, user: &User) -> Result<()> {
    let mut statement = connection.prepare_cached(UPDATE)?;
    let changed = statement.execute(params![user.name, user.email, user.age, user.score, user.bio, user.id])?;
    if changed == 1 { Ok(()) } else { Err("the row is gone".into()) }
}

fn insert(connection: &Connection, new: NewUser) -> Result<User> {
    connection.prepare_cached(INSERT)?.execute(params![new.name, new.email, new.age, new.score, new.bio])?;
    Ok(new.with_key(connection.last_insert_rowid()))
}

/// `select`, and a list of as many parameters.
fn with_list(select: &str, count: usize) -> String {
    let mut sql = String::with_capacity(select.len() + 2 * count + 5);
    sql.push_str(select);
    for index in 0..count {
        sql.push_str(if index == 0 { "IN (?" } else { ",?" });
    }
    sql + ")"
}

/// Gives each child to the parent of its key.
fn distribute<P, C>(parents: &mut [(P, Vec<C>)], id: impl Fn(&P) -> i64, children: Vec<(i64, C)>) {
    let places: HashMap<i64, usize> =
        parents.iter().enumerate().map(|(place, (parent, _))| (id(parent), place)).collect();
    for (key, child) in children {
        if let Some(place) = places.get(&key) {
            parents[*place].1.push(child);
        }
    }
}

impl Sqlite {
    fn list<T>(&self, sql: &str, read: impl FnMut(&Row<'_>) -> Sql<T>) -> Result<Vec<T>> {
        Ok(self.connection.prepare_cached(sql)?.query_map((), read)?.collect::<Sql<_>>()?)
    }

    /// The rows of a select with a list of keys.
    fn of<T>(&self, select: &str, keys: &[i64], read: impl FnMut(&Row<'_>) -> Sql<T>) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(&with_list(select, keys.len()))?;
        Ok(statement.query_map(params_from_iter(keys), read)?.collect::<Sql<_>>()?)
    }

    fn scalar<T: FromSql>(&self, sql: &str) -> Result<T> {
        Ok(self.connection.prepare_cached(sql)?.query_row((), |row| row.get(0))?)
    }
}

impl Peer for Sqlite {
    async fn open(place: &Place) -> Result<Self> {
        Ok(Sqlite { connection: connect(place)? })
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.connection.execute_batch(sql)?)
    }

    async fn all(&mut self) -> Result<impl Content> {
        self.list(ALL, user)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        self.list(ALL_WIDE, wide)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        Ok(self.connection.prepare_cached(GET)?.query_row([id], user).optional()?)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let mut statement = self.connection.prepare_cached(FILTER)?;
        Ok(Ordered(statement.query_map(params![pattern, 100], user)?.collect::<Sql<_>>()?))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let count: i64 = self.scalar("SELECT COUNT(*) FROM users")?;
        let mut statement = self.connection.prepare_cached(PAGE)?;
        let rows = statement.query_map([20, number * 20 - 20], user)?.collect::<Sql<_>>()?;
        Ok((Ordered(rows), count))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        let read = |row: &Row<'_>| Ok((row.get::<_, i32>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<f64>>(2)?));
        self.list("SELECT age, COUNT(*), MAX(score) FROM users GROUP BY age", read)
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let mut statement = self.connection.prepare_cached(ALL)?;
        let mut rows = statement.query(())?;
        let (mut count, mut ages) = (0, 0);
        while let Some(row) = rows.next()? {
            let user = user(row)?;
            (count, ages) = (count + 1, ages + i64::from(user.age));
        }
        Ok((count, ages))
    }

    async fn insert(&mut self, new: NewUser) -> Result<impl Content> {
        insert(&self.connection, new)
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let transaction = self.connection.transaction()?;
        let mut last = None;
        clock.start();
        for new in users {
            last = Some(insert(&transaction, new)?);
        }
        clock.stop();
        transaction.commit()?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        let transaction = self.connection.transaction()?;
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

    async fn upsert(&mut self, words: Vec<Word>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        let mut statement = transaction.prepare_cached(UPSERT)?;
        for word in words {
            statement.execute(params![word.label, word.uses])?;
        }
        drop(statement);
        Ok(transaction.commit()?)
    }

    async fn words(&mut self) -> Result<impl Content> {
        self.list("SELECT label, uses FROM words", |row| Ok(Word { label: row.get(0)?, uses: row.get(1)? }))
    }

    async fn update(&mut self, user: User) -> Result<()> {
        update(&self.connection, &user)
    }

    async fn update_each(&mut self, users: Vec<User>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        users.iter().try_for_each(|user| update(&transaction, user))?;
        Ok(transaction.commit()?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        clock.start();
        let transaction = self.connection.transaction()?;
        let mut statement = transaction.prepare_cached("UPDATE users SET age = ?, score = ? WHERE id = ?")?;
        for change in changes {
            statement.execute(params![change.age, change.score, change.id])?;
        }
        drop(statement);
        transaction.commit()?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        let mut statement = self.connection.prepare_cached(JOINED)?;
        let mut rows = statement.query(())?;
        let mut users: Vec<(User, Vec<Post>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if users.last().is_none_or(|(last, _)| last.id != id) {
                users.push((user(row)?, Vec::new()));
            }
            let has_post = row.get::<_, Option<i64>>(6)?.is_some();
            if let Some((_, posts)) = users.last_mut().filter(|_| has_post) {
                posts.push(post(row, 6)?);
            }
        }
        Ok(users)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        let mut users = self.list(ALL, |row| Ok((user(row)?, Vec::new())))?;
        let keys: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        let posts = self.of(POSTS, &keys, |row| post(row, 0).map(|post| (post.user_id, post)))?;
        distribute(&mut users, |user| user.id, posts);
        Ok(users)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let users = self.list(ALL, user)?;
        let sql = format!("{POSTS}= ?");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut posts = |user: User| {
            let posts = statement.query_map([user.id], |row| post(row, 0))?.collect::<Sql<Vec<_>>>()?;
            Ok((user, posts))
        };
        users.into_iter().map(&mut posts).collect::<Result<Vec<_>>>()
    }

    async fn levels(&mut self) -> Result<impl Content> {
        let mut users = self.list(ALL, |row| Ok((user(row)?, Vec::new())))?;
        let keys: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        let mut posts = self.of(POSTS, &keys, |row| Ok((post(row, 0)?, Vec::new())))?;
        let keys: Vec<i64> = posts.iter().map(|(post, _)| post.id).collect();
        let comments = self.of(COMMENTS, &keys, |row| comment(row).map(|comment| (comment.post_id, comment)))?;
        distribute(&mut posts, |post| post.id, comments);
        distribute(&mut users, |user| user.id, posts.into_iter().map(|post| (post.0.user_id, post)).collect());
        Ok(users)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        let mut pages = self.list("SELECT id, title, body FROM pages", |row| Ok((page(row)?, Vec::new())))?;
        let keys: Vec<i64> = pages.iter().map(|(page, _)| page.id).collect();
        let tags = self.of(TAGS, &keys, |row| Ok((row.get(2)?, Tag { id: row.get(0)?, label: row.get(1)? })))?;
        distribute(&mut pages, |page| page.id, tags);
        Ok(pages)
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let get = |connection: &mut Connection, id| {
            Ok(connection.prepare_cached(GET)?.query_row([id], user).optional()?.is_some())
        };
        race(readers, || connect(place), get, |connection, user| update(connection, &user))
    }
}
