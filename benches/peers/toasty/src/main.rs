//! Toasty.

use std::time::Duration;

use peers_protocol as protocol;
use protocol::{Change, Clock, Content, NewUser, Operation, Ordered, Peer, Place, Readers, Result, Word, serve};
use toasty::{Db, Executor};

use crate::models::{Comment, Page, PageTag, Post, Tag, User, Wide, Word as StoredWord};

mod models;
#[path = "../../tasks.rs"]
mod tasks;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    serve::<Toasty>(|future| runtime.block_on(future))
}

/// Toasty with a pool of one connection.
struct Toasty {
    db: Db,
}

/// Beyond 32766 parameters SQLite refuses a statement.
const ROWS_AN_INSERT: usize = 1000;

async fn connect(place: &Place, connections: u32) -> Result<Db> {
    let mut builder = Db::builder();
    builder.models(toasty::models!(User, Post, Comment, Page, Tag, PageTag, StoredWord, Wide));
    builder.max_pool_size(connections as usize);
    let mut db = builder.connect(&place.url()).await?;
    // Of the first connection. Others differ in what the readers do not use: the mode of the journal is the file's.
    for setting in place.settings() {
        toasty::sql::query(*setting).exec(&mut db).await?;
    }
    Ok(db)
}

async fn update(db: &mut dyn Executor, user: protocol::User) -> Result<()> {
    let protocol::User { id, name, email, age, score, bio } = user;
    Ok(User::update_by_id(id.cast_unsigned()).name(name).email(email).age(age).score(score).bio(bio).exec(db).await?)
}

async fn insert(db: &mut dyn Executor, user: NewUser) -> Result<User> {
    let NewUser { name, email, age, score, bio } = user;
    Ok(toasty::create!(User { name: name, email: email, age: age, score: score, bio: bio }).exec(db).await?)
}

impl Peer for Toasty {
    async fn open(place: &Place) -> Result<Self> {
        Ok(Toasty { db: connect(place, 1).await? })
    }

    /// It counts, but does not group; it reads all rows or pages of them; it joins for nobody.
    fn has(operation: Operation, _: &Place) -> bool {
        !matches!(operation, Operation::Aggregate | Operation::Stream | Operation::Joined)
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        if sql.starts_with("PRAGMA") {
            toasty::sql::query(sql).exec(&mut self.db).await?;
        } else {
            toasty::sql::statement(sql).exec(&mut self.db).await?;
        }
        Ok(())
    }

    async fn all(&mut self) -> Result<impl Content> {
        Ok(User::all().exec(&mut self.db).await?)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        Ok(Wide::all().exec(&mut self.db).await?)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        Ok(User::filter_by_id(id.cast_unsigned()).first().exec(&mut self.db).await?)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let query = User::filter(User::fields().name().like(pattern.to_string()))
            .order_by((User::fields().score().desc(), User::fields().id().asc()))
            .limit(100);
        Ok(Ordered(query.exec(&mut self.db).await?))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let count = User::all().count().exec(&mut self.db).await?;
        let offset = usize::try_from(number * 20 - 20)?;
        let query = User::all().order_by(User::fields().id().asc()).limit(20).offset(offset);
        Ok((Ordered(query.exec(&mut self.db).await?), count))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        Operation::Aggregate.missing::<()>()
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        Operation::Stream.missing()
    }

    async fn insert(&mut self, user: NewUser) -> Result<impl Content> {
        insert(&mut self.db, user).await
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let mut transaction = self.db.transaction().await?;
        let mut last = None;
        clock.start();
        for user in users {
            last = Some(insert(&mut transaction, user).await?);
        }
        clock.stop();
        transaction.commit().await?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        let mut transaction = self.db.transaction().await?;
        let mut inserted = Vec::with_capacity(users.len());
        let mut users = users.into_iter().peekable();
        while users.peek().is_some() {
            let create = users.by_ref().take(ROWS_AN_INSERT).fold(User::create_many(), |create, user| {
                let NewUser { name, email, age, score, bio } = user;
                create.with_item(|item| item.name(name).email(email).age(age).score(score).bio(bio))
            });
            inserted.extend(create.exec(&mut transaction).await?);
        }
        transaction.commit().await?;
        Ok(inserted)
    }

    async fn upsert(&mut self, words: Vec<Word>) -> Result<()> {
        let mut transaction = self.db.transaction().await?;
        for word in words {
            StoredWord::upsert_by_label(word.label).uses(word.uses).exec(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn words(&mut self) -> Result<impl Content> {
        Ok(StoredWord::all().exec(&mut self.db).await?)
    }

    async fn update(&mut self, user: protocol::User) -> Result<()> {
        update(&mut self.db, user).await
    }

    async fn update_each(&mut self, users: Vec<protocol::User>) -> Result<()> {
        let mut transaction = self.db.transaction().await?;
        for user in users {
            update(&mut transaction, user).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        let keys: Vec<u64> = changes.iter().map(|change| change.id.cast_unsigned()).collect();
        let mut users = User::filter(User::fields().id().in_list(keys)).exec(&mut self.db).await?;
        users.sort_by_key(|user| user.id);
        clock.start();
        let mut transaction = self.db.transaction().await?;
        for Change { id, age, score } in changes {
            if let Ok(place) = users.binary_search_by_key(&id.cast_unsigned(), |user| user.id) {
                users[place].update().age(age).score(score).exec(&mut transaction).await?;
            }
        }
        transaction.commit().await?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        Operation::Joined.missing::<()>()
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        Ok(User::all().include(User::fields().posts()).exec(&mut self.db).await?)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let mut with_posts = Vec::new();
        for user in User::all().exec(&mut self.db).await? {
            let posts = user.posts().exec(&mut self.db).await?;
            with_posts.push((user, posts));
        }
        Ok(with_posts)
    }

    async fn levels(&mut self) -> Result<impl Content> {
        Ok(User::all().include(User::fields().posts().comments()).exec(&mut self.db).await?)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        Ok(Page::all().include(Page::fields().tags()).exec(&mut self.db).await?)
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let place = place.clone();
        let open = async move |connections| connect(&place, connections).await;
        tasks::race(
            readers,
            open,
            async |mut db: Db, id| Ok(User::filter_by_id(id.cast_unsigned()).first().exec(&mut db).await?.is_some()),
            async |mut db: Db, user| update(&mut db, user).await,
        )
    }
}
