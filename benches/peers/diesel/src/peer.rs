use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::upsert::excluded;
use peers_protocol as protocol;
use protocol::{Change, Clock, Content, Ordered, Peer, Place, Readers, Result, race};

use super::{Connection, LoadingMode, ROWS_AN_INSERT, connect};
use crate::models::{
    Comment, NewUser, NewWord, Page, PageTag, Post, Tag, User, Wide, pages, posts, tags, users, wides, words,
};

/// Diesel, which caches the statements that it prepares.
pub(crate) struct Diesel {
    connection: Connection,
}

fn get(connection: &mut Connection, id: i64) -> QueryResult<Option<User>> {
    users::table.find(id).select(User::as_select()).first(connection).optional()
}

fn update(connection: &mut Connection, user: &User) -> QueryResult<()> {
    match diesel::update(users::table.find(user.id)).set(user).execute(connection)? {
        1 => Ok(()),
        _ => Err(diesel::result::Error::NotFound),
    }
}

fn insert(connection: &mut Connection, user: NewUser) -> QueryResult<User> {
    diesel::insert_into(users::table).values(user).returning(User::as_returning()).get_result(connection)
}

impl Peer for Diesel {
    async fn open(place: &Place) -> Result<Self> {
        Ok(Diesel { connection: connect(place)? })
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.connection.batch_execute(sql)?)
    }

    async fn all(&mut self) -> Result<impl Content> {
        Ok(users::table.select(User::as_select()).load(&mut self.connection)?)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        Ok(wides::table.select(Wide::as_select()).load(&mut self.connection)?)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        Ok(get(&mut self.connection, id)?)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let rows = users::table
            .filter(users::name.like(pattern))
            .order((users::score.desc(), users::id))
            .limit(100)
            .select(User::as_select())
            .load(&mut self.connection)?;
        Ok(Ordered(rows))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let count: i64 = users::table.count().get_result(&mut self.connection)?;
        let rows = users::table
            .order(users::id)
            .limit(20)
            .offset(number * 20 - 20)
            .select(User::as_select())
            .load(&mut self.connection)?;
        Ok((Ordered(rows), count))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        let ages = users::table.group_by(users::age).select((users::age, count_star(), max(users::score)));
        Ok(ages.load::<(i32, i64, Option<f64>)>(&mut self.connection)?)
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let (mut count, mut ages) = (0, 0);
        for user in users::table.select(User::as_select()).load_iter::<User, LoadingMode>(&mut self.connection)? {
            (count, ages) = (count + 1, ages + i64::from(user?.age));
        }
        Ok((count, ages))
    }

    async fn insert(&mut self, user: protocol::NewUser) -> Result<impl Content> {
        Ok(insert(&mut self.connection, user.into())?)
    }

    async fn insert_open(&mut self, users: Vec<protocol::NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let last = self.connection.transaction(|connection| {
            let mut last = None;
            clock.start();
            for user in users {
                last = Some(insert(connection, user.into())?);
            }
            clock.stop();
            QueryResult::Ok(last)
        })?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<protocol::NewUser>) -> Result<impl Content> {
        let new: Vec<NewUser> = users.into_iter().map(NewUser::from).collect();
        let inserted = self.connection.transaction(|connection| {
            let mut inserted: Vec<User> = Vec::with_capacity(new.len());
            for chunk in new.chunks(ROWS_AN_INSERT) {
                let insert = diesel::insert_into(users::table).values(chunk).returning(User::as_returning());
                inserted.extend(insert.get_results(connection)?);
            }
            QueryResult::Ok(inserted)
        })?;
        Ok(inserted)
    }

    async fn upsert(&mut self, words: Vec<protocol::Word>) -> Result<()> {
        let new: Vec<NewWord> = words.into_iter().map(NewWord::from).collect();
        diesel::insert_into(words::table)
            .values(&new)
            .on_conflict(words::label)
            .do_update()
            .set(words::uses.eq(excluded(words::uses)))
            .execute(&mut self.connection)?;
        Ok(())
    }

    async fn words(&mut self) -> Result<impl Content> {
        Ok(words::table.select((words::label, words::uses)).load::<(String, i64)>(&mut self.connection)?)
    }

    async fn update(&mut self, user: protocol::User) -> Result<()> {
        Ok(update(&mut self.connection, &user.into())?)
    }

    async fn update_each(&mut self, users: Vec<protocol::User>) -> Result<()> {
        let each =
            |connection: &mut Connection| users.into_iter().try_for_each(|user| update(connection, &user.into()));
        Ok(self.connection.transaction(each)?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        clock.start();
        self.connection.transaction(|connection| {
            for Change { id, age, score } in changes {
                let changed = diesel::update(users::table.find(id)).set((users::age.eq(age), users::score.eq(score)));
                changed.execute(connection)?;
            }
            QueryResult::Ok(())
        })?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        let rows: Vec<(User, Option<Post>)> = users::table
            .left_join(posts::table)
            .order((users::id, posts::id))
            .select((User::as_select(), Option::<Post>::as_select()))
            .load(&mut self.connection)?;
        let mut users: Vec<(User, Vec<Post>)> = Vec::new();
        for (user, post) in rows {
            match users.last_mut().filter(|(last, _)| last.id == user.id) {
                Some((_, posts)) => posts.extend(post),
                None => users.push((user, post.into_iter().collect())),
            }
        }
        Ok(users)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        let users = users::table.select(User::as_select()).load(&mut self.connection)?;
        let posts = Post::belonging_to(&users).select(Post::as_select()).load(&mut self.connection)?;
        Ok(posts.grouped_by(&users).into_iter().zip(users).map(|(posts, user)| (user, posts)).collect::<Vec<_>>())
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let users: Vec<User> = users::table.select(User::as_select()).load(&mut self.connection)?;
        let with_posts = users.into_iter().map(|user| {
            let posts = Post::belonging_to(&user).select(Post::as_select()).load(&mut self.connection)?;
            Ok((user, posts))
        });
        with_posts.collect::<Result<Vec<(User, Vec<Post>)>>>()
    }

    async fn levels(&mut self) -> Result<impl Content> {
        let users = users::table.select(User::as_select()).load(&mut self.connection)?;
        let posts = Post::belonging_to(&users).select(Post::as_select()).load(&mut self.connection)?;
        let comments = Comment::belonging_to(&posts).select(Comment::as_select()).load(&mut self.connection)?;
        let comments = comments.grouped_by(&posts);
        let posts = posts.into_iter().zip(comments).grouped_by(&users);
        Ok(users.into_iter().zip(posts).collect::<Vec<_>>())
    }

    async fn tags(&mut self) -> Result<impl Content> {
        let pages = pages::table.select(Page::as_select()).load(&mut self.connection)?;
        let tags: Vec<(PageTag, Tag)> = PageTag::belonging_to(&pages)
            .inner_join(tags::table)
            .select((PageTag::as_select(), Tag::as_select()))
            .load(&mut self.connection)?;
        let tags = tags.grouped_by(&pages).into_iter().map(|tags| tags.into_iter().map(|(_, tag)| tag).collect());
        Ok(pages.into_iter().zip(tags).collect::<Vec<(Page, Vec<Tag>)>>())
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let found = |connection: &mut Connection, id| Ok(get(connection, id)?.is_some());
        race(readers, || connect(place), found, |connection, user| Ok(update(connection, &user.into())?))
    }
}
