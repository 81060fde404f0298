use std::collections::HashMap;
use std::time::Duration;

use futures_util::TryStreamExt;
use peers_protocol as protocol;
use protocol::{Change, Clock, Content, NewUser, Ordered, Peer, Place, Readers, Result, Word};
use sqlx::{AssertSqlSafe, Connection as _, QueryBuilder, Row as _, raw_sql};

use super::{Connection, Database, Pool, Row, connect, insert, of, pool};
use crate::models::{Comment, Page, Post, Tag, TagOf, User, Wide};
use crate::tasks::race;

const USERS: &str = "SELECT id, name, email, age, score, bio FROM users";
const USER: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = $1";
const FILTER: &str =
    "SELECT id, name, email, age, score, bio FROM users WHERE name LIKE $1 ORDER BY score DESC, id LIMIT $2";
const PAGE: &str = "SELECT id, name, email, age, score, bio FROM users ORDER BY id LIMIT $1 OFFSET $2";
const UPDATE: &str = "UPDATE users SET name = $1, email = $2, age = $3, score = $4, bio = $5 WHERE id = $6";
const POSTS: &str = "SELECT id, user_id, title, body, likes FROM posts";
const POSTS_OF_ONE: &str = "SELECT id, user_id, title, body, likes FROM posts WHERE user_id = $1";
const COMMENTS: &str = "SELECT id, post_id, body FROM comments";
const TAGS: &str = "SELECT t.id, t.label, l.page_id FROM page_tags l JOIN tags t ON t.id = l.tag_id";
const JOINED: &str = "SELECT u.id, u.name, u.email, u.age, u.score, u.bio, p.id, p.user_id, p.title, p.body, p.likes \
    FROM users u LEFT JOIN posts p ON p.user_id = u.id ORDER BY u.id, p.id";

/// Beyond 32766 parameters SQLite refuses a statement.
const ROWS_AN_INSERT: usize = 1000;

/// SQLx, which caches the statements that it prepares; on a connection, without a pool.
pub(crate) struct Sqlx {
    connection: Connection,
}

async fn update(connection: &mut Connection, user: protocol::User) -> Result<()> {
    let query = sqlx::query(UPDATE).bind(user.name).bind(user.email).bind(user.age).bind(user.score);
    let done = query.bind(user.bio).bind(user.id).execute(connection).await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err("the row is gone".into()) }
}

/// Gives each child to the parent of its key.
fn distribute<P, C>(parents: &mut [(P, Vec<C>)], id: impl Fn(&P) -> i64, children: impl IntoIterator<Item = (i64, C)>) {
    let places: HashMap<i64, usize> =
        parents.iter().enumerate().map(|(place, (parent, _))| (id(parent), place)).collect();
    for (key, child) in children {
        if let Some(place) = places.get(&key) {
            parents[*place].1.push(child);
        }
    }
}

/// As parents whose children are still to be found.
fn alone<P, C>(parents: Vec<P>) -> Vec<(P, Vec<C>)> {
    parents.into_iter().map(|parent| (parent, Vec::new())).collect()
}

impl Sqlx {
    async fn users(&mut self) -> Result<Vec<User>> {
        Ok(sqlx::query_as(USERS).fetch_all(&mut self.connection).await?)
    }

    async fn posts(&mut self, users: &[(User, Vec<Post>)]) -> Result<Vec<Post>> {
        let keys: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        Ok(of(POSTS, "user_id", &keys).build_query_as().fetch_all(&mut self.connection).await?)
    }
}

impl Peer for Sqlx {
    async fn open(place: &Place) -> Result<Self> {
        Ok(Sqlx { connection: connect(place).await? })
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn all(&mut self) -> Result<impl Content> {
        self.users().await
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        let sql = "SELECT id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, sold, \
                   returned, price, discount, weight, rating, available, featured, cover FROM wides";
        Ok(sqlx::query_as::<Database, Wide>(sql).fetch_all(&mut self.connection).await?)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        Ok(sqlx::query_as::<Database, User>(USER).bind(id).fetch_optional(&mut self.connection).await?)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let query = sqlx::query_as::<Database, User>(FILTER).bind(pattern).bind(100_i64);
        Ok(Ordered(query.fetch_all(&mut self.connection).await?))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&mut self.connection).await?;
        let query = sqlx::query_as::<Database, User>(PAGE).bind(20_i64).bind(number * 20 - 20);
        Ok((Ordered(query.fetch_all(&mut self.connection).await?), count))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        let sql = "SELECT age, COUNT(*), MAX(score) FROM users GROUP BY age";
        Ok(sqlx::query_as::<Database, (i32, i64, Option<f64>)>(sql).fetch_all(&mut self.connection).await?)
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let (mut count, mut ages) = (0, 0);
        let mut users = sqlx::query_as::<Database, User>(USERS).fetch(&mut self.connection);
        while let Some(user) = users.try_next().await? {
            (count, ages) = (count + 1, ages + i64::from(user.age));
        }
        Ok((count, ages))
    }

    async fn insert(&mut self, user: NewUser) -> Result<impl Content> {
        let id = insert(&mut self.connection, &user).await?;
        Ok(User::inserted(user, id))
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let mut transaction = self.connection.begin().await?;
        let mut last = None;
        clock.start();
        for user in users {
            let id = insert(&mut transaction, &user).await?;
            last = Some(User::inserted(user, id));
        }
        clock.stop();
        transaction.commit().await?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        let mut transaction = self.connection.begin().await?;
        let mut keys: Vec<i64> = Vec::with_capacity(users.len());
        for chunk in users.chunks(ROWS_AN_INSERT) {
            let mut query = QueryBuilder::<Database>::new("INSERT INTO users (name, email, age, score, bio) ");
            query.push_values(chunk, |mut row, user| {
                row.push_bind(&user.name).push_bind(&user.email).push_bind(user.age).push_bind(user.score);
                row.push_bind(&user.bio);
            });
            query.push(" RETURNING id");
            keys.extend(query.build_query_scalar::<i64>().fetch_all(&mut *transaction).await?);
        }
        transaction.commit().await?;
        Ok(users.into_iter().zip(keys).map(|(user, id)| User::inserted(user, id)).collect::<Vec<_>>())
    }

    async fn upsert(&mut self, words: Vec<Word>) -> Result<()> {
        let mut query = QueryBuilder::<Database>::new("INSERT INTO words (label, uses) ");
        query.push_values(words, |mut row, word| {
            row.push_bind(word.label).push_bind(word.uses);
        });
        query.push(" ON CONFLICT (label) DO UPDATE SET uses = excluded.uses");
        query.build().execute(&mut self.connection).await?;
        Ok(())
    }

    async fn words(&mut self) -> Result<impl Content> {
        let query = sqlx::query_as::<Database, (String, i64)>("SELECT label, uses FROM words");
        Ok(query.fetch_all(&mut self.connection).await?)
    }

    async fn update(&mut self, user: protocol::User) -> Result<()> {
        update(&mut self.connection, user).await
    }

    async fn update_each(&mut self, users: Vec<protocol::User>) -> Result<()> {
        let mut transaction = self.connection.begin().await?;
        for user in users {
            update(&mut transaction, user).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        clock.start();
        let mut transaction = self.connection.begin().await?;
        for Change { id, age, score } in changes {
            let query = sqlx::query("UPDATE users SET age = $1, score = $2 WHERE id = $3").bind(age).bind(score);
            query.bind(id).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        let mut users: Vec<(User, Vec<Post>)> = Vec::new();
        let mut rows = sqlx::query(JOINED).fetch(&mut self.connection);
        while let Some(row) = rows.try_next().await? {
            let id: i64 = row.try_get(0)?;
            if users.last().is_none_or(|(last, _)| last.id != id) {
                users.push((user(&row)?, Vec::new()));
            }
            let has_post = row.try_get::<Option<i64>, _>(6)?.is_some();
            if let Some((_, posts)) = users.last_mut().filter(|_| has_post) {
                posts.push(joined_post(&row)?);
            }
        }
        Ok(users)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        let mut users = alone(self.users().await?);
        let posts = self.posts(&users).await?;
        distribute(&mut users, |user| user.id, posts.into_iter().map(|post| (post.user_id, post)));
        Ok(users)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let mut users = alone(self.users().await?);
        for (user, posts) in &mut users {
            let query = sqlx::query_as::<Database, Post>(POSTS_OF_ONE).bind(user.id);
            *posts = query.fetch_all(&mut self.connection).await?;
        }
        Ok(users)
    }

    async fn levels(&mut self) -> Result<impl Content> {
        let users = alone(self.users().await?);
        let mut posts = alone(self.posts(&users).await?);
        let keys: Vec<i64> = posts.iter().map(|(post, _)| post.id).collect();
        let comments: Vec<Comment> =
            of(COMMENTS, "post_id", &keys).build_query_as().fetch_all(&mut self.connection).await?;
        distribute(&mut posts, |post| post.id, comments.into_iter().map(|comment| (comment.post_id, comment)));
        let mut users = alone(users.into_iter().map(|(user, _)| user).collect());
        distribute(&mut users, |user: &User| user.id, posts.into_iter().map(|post| (post.0.user_id, post)));
        Ok(users)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        let query = sqlx::query_as::<Database, Page>("SELECT id, title, body FROM pages");
        let mut pages = alone::<Page, Tag>(query.fetch_all(&mut self.connection).await?);
        let keys: Vec<i64> = pages.iter().map(|(page, _)| page.id).collect();
        let tags: Vec<TagOf> = of(TAGS, "l.page_id", &keys).build_query_as().fetch_all(&mut self.connection).await?;
        distribute(&mut pages, |page| page.id, tags.into_iter().map(|tag| (tag.page_id, tag.tag)));
        Ok(pages)
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let place = place.clone();
        let open = async move |connections| pool(&place, connections).await;
        let get = async |pool: Pool, id| {
            let query = sqlx::query_as::<Database, User>(USER).bind(id);
            Ok(query.fetch_optional(&pool).await?.is_some())
        };
        race(readers, open, get, async |pool: Pool, user| update(&mut *pool.acquire().await?, user).await)
    }
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

/// The post of a joined row.
fn joined_post(row: &Row) -> Result<Post> {
    Ok(Post {
        id: row.try_get(6)?,
        user_id: row.try_get(7)?,
        title: row.try_get(8)?,
        body: row.try_get(9)?,
        likes: row.try_get(10)?,
    })
}
