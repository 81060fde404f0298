use std::collections::HashMap;
use std::time::Duration;

use peers_protocol::{
    Change, Clock, Comment, Content, NewUser, Ordered, Page, Peer, Place, Post, Readers, Result, Tag, User, Wide, Word,
    race,
};
use postgres::types::ToSql;
use postgres::{Client, NoTls, Row, Statement, fallible_iterator::FallibleIterator};

const ALL: &str = "SELECT id, name, email, age, score, bio FROM users";
const GET: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = $1";
const FILTER: &str =
    "SELECT id, name, email, age, score, bio FROM users WHERE name LIKE $1 ORDER BY score DESC, id LIMIT $2";
const PAGE: &str = "SELECT id, name, email, age, score, bio FROM users ORDER BY id LIMIT $1 OFFSET $2";
const INSERT: &str = "INSERT INTO users (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5) RETURNING id";
const UPDATE: &str = "UPDATE users SET name = $1, email = $2, age = $3, score = $4, bio = $5 WHERE id = $6";
const ALL_WIDE: &str = "SELECT id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, \
    sold, returned, price, discount, weight, rating, available, featured, cover FROM wides";
const UPSERT: &str = "INSERT INTO words (label, uses) SELECT * FROM UNNEST($1::text[], $2::bigint[]) \
    ON CONFLICT (label) DO UPDATE SET uses = excluded.uses";
const JOINED: &str = "SELECT u.id, u.name, u.email, u.age, u.score, u.bio, p.id, p.user_id, p.title, p.body, p.likes \
    FROM users u LEFT JOIN posts p ON p.user_id = u.id ORDER BY u.id, p.id";
const POSTS: &str = "SELECT id, user_id, title, body, likes FROM posts WHERE user_id = ANY($1)";
const POSTS_OF_ONE: &str = "SELECT id, user_id, title, body, likes FROM posts WHERE user_id = $1";
const COMMENTS: &str = "SELECT id, post_id, body FROM comments WHERE post_id = ANY($1)";
const TAGS: &str =
    "SELECT t.id, t.label, l.page_id FROM page_tags l JOIN tags t ON t.id = l.tag_id WHERE l.page_id = ANY($1)";

/// As many rows go into one INSERT: more is not quicker.
const ROWS_AN_INSERT: usize = 1000;

/// The `postgres` crate as a careful user writes it: statements prepared once, columns by position.
pub(crate) struct Server {
    client: Client,
    statements: HashMap<String, Statement>,
}

fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        email: row.try_get(2)?,
        age: row.try_get(3)?,
        score: row.try_get(4)?,
        bio: row.try_get(5)?,
    })
}

fn wide(row: &Row) -> Result<Wide> {
    Ok(Wide {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        subtitle: row.try_get(2)?,
        summary: row.try_get(3)?,
        author: row.try_get(4)?,
        editor: row.try_get(5)?,
        language: row.try_get(6)?,
        pages: row.try_get(7)?,
        edition: row.try_get(8)?,
        year: row.try_get(9)?,
        stock: row.try_get(10)?,
        sold: row.try_get(11)?,
        returned: row.try_get(12)?,
        price: row.try_get(13)?,
        discount: row.try_get(14)?,
        weight: row.try_get(15)?,
        rating: row.try_get(16)?,
        available: row.try_get(17)?,
        featured: row.try_get(18)?,
        cover: row.try_get(19)?,
    })
}

/// A post whose columns begin at a position.
fn post(row: &Row, first: usize) -> Result<Post> {
    Ok(Post {
        id: row.try_get(first)?,
        user_id: row.try_get(first + 1)?,
        title: row.try_get(first + 2)?,
        body: row.try_get(first + 3)?,
        likes: row.try_get(first + 4)?,
    })
}

fn page(row: &Row) -> Result<Page> {
    Ok(Page { id: row.try_get(0)?, title: row.try_get(1)?, body: row.try_get(2)? })
}

fn comment(row: &Row) -> Result<Comment> {
    Ok(Comment { id: row.try_get(0)?, post_id: row.try_get(1)?, body: row.try_get(2)? })
}

fn values(new: &NewUser) -> [&(dyn ToSql + Sync); 5] {
    [&new.name, &new.email, &new.age, &new.score, &new.bio]
}

/// An INSERT of as many users.
fn insert_of(rows: usize) -> String {
    let mut sql = String::from("INSERT INTO users (name, email, age, score, bio) VALUES ");
    for row in 0..rows {
        let (first, comma) = (row * 5 + 1, if row == 0 { "" } else { ", " });
        sql += &format!("{comma}(${first}, ${}, ${}, ${}, ${})", first + 1, first + 2, first + 3, first + 4);
    }
    sql + " RETURNING id"
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

impl Server {
    fn connect(place: &Place) -> Result<Self> {
        Ok(Server { client: Client::connect(&place.url(), NoTls)?, statements: HashMap::new() })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }

    fn list<T>(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let statement = self.prepare(sql)?;
        self.client.query(&statement, values)?.iter().map(read).collect()
    }

    fn one(&mut self, id: i64) -> Result<Option<User>> {
        let statement = self.prepare(GET)?;
        self.client.query_opt(&statement, &[&id])?.map(|row| user(&row)).transpose()
    }

    fn update_one(&mut self, user: &User) -> Result<()> {
        let statement = self.prepare(UPDATE)?;
        let values: [&(dyn ToSql + Sync); 6] = [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
        if self.client.execute(&statement, &values)? == 1 { Ok(()) } else { Err("the row is gone".into()) }
    }
}

impl Peer for Server {
    async fn open(place: &Place) -> Result<Self> {
        Server::connect(place)
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    async fn all(&mut self) -> Result<impl Content> {
        self.list(ALL, &[], user)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        self.list(ALL_WIDE, &[], wide)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        self.one(id)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        self.list(FILTER, &[&pattern, &100_i64], user).map(Ordered)
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let count: Vec<i64> = self.list("SELECT COUNT(*) FROM users", &[], |row| Ok(row.try_get(0)?))?;
        let rows = self.list(PAGE, &[&20_i64, &(number * 20 - 20)], user)?;
        Ok((Ordered(rows), count.into_iter().sum::<i64>()))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        self.list("SELECT age, COUNT(*), MAX(score) FROM users GROUP BY age", &[], |row| {
            Ok((row.try_get::<_, i32>(0)?, row.try_get::<_, i64>(1)?, row.try_get::<_, Option<f64>>(2)?))
        })
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let statement = self.prepare(ALL)?;
        let mut rows = self.client.query_raw(&statement, Vec::<&str>::new())?;
        let (mut count, mut ages) = (0, 0);
        while let Some(row) = rows.next()? {
            let user = user(&row)?;
            (count, ages) = (count + 1, ages + i64::from(user.age));
        }
        Ok((count, ages))
    }

    async fn insert(&mut self, new: NewUser) -> Result<impl Content> {
        let statement = self.prepare(INSERT)?;
        let id = self.client.query_one(&statement, &values(&new))?.try_get(0)?;
        Ok(new.with_key(id))
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let statement = self.prepare(INSERT)?;
        let mut transaction = self.client.transaction()?;
        let mut last = None;
        clock.start();
        for new in users {
            let id = transaction.query_one(&statement, &values(&new))?.try_get(0)?;
            last = Some(new.with_key(id));
        }
        clock.stop();
        transaction.commit()?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        let statements = users
            .chunks(ROWS_AN_INSERT)
            .map(|chunk| self.prepare(&insert_of(chunk.len())))
            .collect::<Result<Vec<_>>>()?;
        let mut transaction = self.client.transaction()?;
        let mut rows = Vec::with_capacity(users.len());
        for (chunk, statement) in users.chunks(ROWS_AN_INSERT).zip(&statements) {
            let values: Vec<&(dyn ToSql + Sync)> = chunk.iter().flat_map(values).collect();
            rows.extend(transaction.query(statement, &values)?);
        }
        transaction.commit()?;
        users.into_iter().zip(&rows).map(|(new, row)| Ok(new.with_key(row.try_get(0)?))).collect::<Result<Vec<_>>>()
    }

    async fn upsert(&mut self, words: Vec<Word>) -> Result<()> {
        let statement = self.prepare(UPSERT)?;
        let labels: Vec<&str> = words.iter().map(|word| word.label.as_str()).collect();
        let uses: Vec<i64> = words.iter().map(|word| word.uses).collect();
        self.client.execute(&statement, &[&labels, &uses])?;
        Ok(())
    }

    async fn words(&mut self) -> Result<impl Content> {
        self.list("SELECT label, uses FROM words", &[], |row| {
            Ok(Word { label: row.try_get(0)?, uses: row.try_get(1)? })
        })
    }

    async fn update(&mut self, user: User) -> Result<()> {
        self.update_one(&user)
    }

    async fn update_each(&mut self, users: Vec<User>) -> Result<()> {
        let statement = self.prepare(UPDATE)?;
        let mut transaction = self.client.transaction()?;
        for user in users {
            let values: [&(dyn ToSql + Sync); 6] =
                [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
            transaction.execute(&statement, &values)?;
        }
        Ok(transaction.commit()?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        clock.start();
        let statement = self.prepare("UPDATE users SET age = $1, score = $2 WHERE id = $3")?;
        let mut transaction = self.client.transaction()?;
        for change in changes {
            transaction.execute(&statement, &[&change.age, &change.score, &change.id])?;
        }
        transaction.commit()?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        let statement = self.prepare(JOINED)?;
        let mut users: Vec<(User, Vec<Post>)> = Vec::new();
        for row in &self.client.query(&statement, &[])? {
            let id: i64 = row.try_get(0)?;
            if users.last().is_none_or(|(last, _)| last.id != id) {
                users.push((user(row)?, Vec::new()));
            }
            let has_post = row.try_get::<_, Option<i64>>(6)?.is_some();
            if let Some((_, posts)) = users.last_mut().filter(|_| has_post) {
                posts.push(post(row, 6)?);
            }
        }
        Ok(users)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        let mut users = self.list(ALL, &[], |row| Ok((user(row)?, Vec::new())))?;
        let keys: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        let posts = self.list(POSTS, &[&keys], |row| post(row, 0).map(|post| (post.user_id, post)))?;
        distribute(&mut users, |user| user.id, posts);
        Ok(users)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let users = self.list(ALL, &[], user)?;
        let posts = |user: User| {
            let posts = self.list(POSTS_OF_ONE, &[&user.id], |row| post(row, 0))?;
            Ok((user, posts))
        };
        users.into_iter().map(posts).collect::<Result<Vec<_>>>()
    }

    async fn levels(&mut self) -> Result<impl Content> {
        let mut users = self.list(ALL, &[], |row| Ok((user(row)?, Vec::new())))?;
        let keys: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        let mut posts = self.list(POSTS, &[&keys], |row| Ok((post(row, 0)?, Vec::new())))?;
        let keys: Vec<i64> = posts.iter().map(|(post, _)| post.id).collect();
        let comments = self.list(COMMENTS, &[&keys], |row| comment(row).map(|comment| (comment.post_id, comment)))?;
        distribute(&mut posts, |post| post.id, comments);
        distribute(&mut users, |user| user.id, posts.into_iter().map(|post| (post.0.user_id, post)).collect());
        Ok(users)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        let mut pages = self.list("SELECT id, title, body FROM pages", &[], |row| Ok((page(row)?, Vec::new())))?;
        let keys: Vec<i64> = pages.iter().map(|(page, _)| page.id).collect();
        let tag = |row: &Row| Ok((row.try_get(2)?, Tag { id: row.try_get(0)?, label: row.try_get(1)? }));
        let tags = self.list(TAGS, &[&keys], tag)?;
        distribute(&mut pages, |page| page.id, tags);
        Ok(pages)
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let get = |server: &mut Server, id| Ok(server.one(id)?.is_some());
        race(readers, || Server::connect(place), get, |server, user| server.update_one(&user))
    }
}
