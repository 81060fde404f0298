//! ormcore.

use std::time::Duration;

use ormcore::prelude::*;
use ormcore::sql::{count, proposed};
use peers_protocol as protocol;
use protocol::{Change, Clock, Content, NewUser, Ordered, Peer, Place, Readers, Result, race, ready, serve};

mod models;

use models::{Page, Post, User, Wide, Word};

fn main() -> Result<()> {
    serve::<Ormcore>(ready)
}

struct Ormcore {
    db: Database,
}

fn draft(user: NewUser) -> Draft<User> {
    User::new(user.name, user.email, user.age, user.score).set(User::BIO, user.bio)
}

impl Peer for Ormcore {
    /// What `Place::settings` says is what ormcore sets by itself.
    async fn open(place: &Place) -> Result<Self> {
        Ok(Ormcore { db: Database::connect(&place.url())? })
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        if sql.starts_with("PRAGMA") {
            self.db.query_as::<(i64, i64, i64)>(sql, ())?;
        } else {
            self.db.execute(sql, ())?;
        }
        Ok(())
    }

    async fn all(&mut self) -> Result<impl Content> {
        Ok(User::all(&self.db)?)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        Ok(Wide::all(&self.db)?)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        Ok(User::get(id, &self.db)?)
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let query = User::query().filter(User::NAME.like(pattern)).order_by((User::SCORE.desc(), User::ID)).limit(100);
        Ok(Ordered(query.all(&self.db)?))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let page = User::query().order_by(User::ID).paginate(number.cast_unsigned(), 20, &self.db)?;
        Ok((Ordered(page.items), page.total))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        Ok(User::query().group_by(User::AGE).select((User::AGE, count(), User::SCORE.max())).all(&self.db)?)
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let (mut count, mut ages) = (0, 0);
        User::query().each(&self.db, |user| {
            (count, ages) = (count + 1, ages + i64::from(user.age));
            Ok(())
        })?;
        Ok((count, ages))
    }

    async fn insert(&mut self, user: NewUser) -> Result<impl Content> {
        Ok(draft(user).insert(&self.db)?)
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let last = self.db.transaction(|tx| {
            let mut last = None;
            clock.start();
            for user in users {
                last = Some(draft(user).insert(tx)?);
            }
            clock.stop();
            Ok(last)
        })?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        Ok(User::insert_all(users.into_iter().map(draft), &self.db)?)
    }

    async fn upsert(&mut self, words: Vec<protocol::Word>) -> Result<()> {
        let drafts = words.into_iter().map(|word| Word::new(word.label, word.uses));
        Word::on_conflict(Word::LABEL).do_update(Word::USES.set(proposed(Word::USES))).execute_all(drafts, &self.db)?;
        Ok(())
    }

    async fn words(&mut self) -> Result<impl Content> {
        Ok(Word::query().select((Word::LABEL, Word::USES)).all(&self.db)?)
    }

    async fn update(&mut self, user: protocol::User) -> Result<()> {
        Ok(User::from(user).update(&self.db)?)
    }

    async fn update_each(&mut self, users: Vec<protocol::User>) -> Result<()> {
        Ok(self.db.transaction(|tx| users.into_iter().try_for_each(|user| User::from(user).update(tx)))?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        let mut session = self.db.session()?;
        let keys: Vec<i64> = changes.iter().map(|change| change.id).collect();
        let mut handles = session.all(User::query().filter(User::ID.is_in(keys)))?;
        handles.sort_by_key(|handle| session[*handle].id);
        let place = |change: &Change| handles.binary_search_by_key(&change.id, |handle| session[*handle].id);
        let changes: Vec<_> =
            changes.iter().filter_map(|change| Some((handles[place(change).ok()?], *change))).collect();
        clock.start();
        for (handle, change) in changes {
            let user = &mut session[handle];
            (user.age, user.score) = (change.age, change.score);
        }
        session.commit()?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        Ok(User::query().with(User::POSTS.joined()).all(&self.db)?)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        Ok(User::query().with(User::POSTS.selectin()).all(&self.db)?)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let users = User::all(&self.db)?;
        for user in &users {
            user.posts(&self.db)?;
        }
        Ok(users)
    }

    async fn levels(&mut self) -> Result<impl Content> {
        Ok(User::query().with(User::POSTS.selectin().then(Post::COMMENTS.selectin())).all(&self.db)?)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        Ok(Page::query().with(Page::TAGS.selectin()).all(&self.db)?)
    }

    async fn readers(&mut self, _: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let get = |db: &mut Database, id| Ok(User::get(id, &*db)?.is_some());
        race(readers, || Ok(self.db.clone()), get, |db, user| Ok(User::from(user).update(&*db)?))
    }
}
