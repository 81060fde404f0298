//! SeaORM.

use std::time::Duration;

use futures_util::TryStreamExt;
use peers_protocol as protocol;
use protocol::{Change, Clock, Content, NewUser, Ordered, Peer, Place, Readers, Result, Word, serve};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait,
};

use crate::entity::{active_user, changed, comment, new_user, page, post, tag, user, wide, word};

#[expect(unreachable_pub, reason = "the derive wants public structs")]
mod entity;
#[path = "../../tasks.rs"]
mod tasks;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    serve::<SeaOrm>(|future| runtime.block_on(future))
}

/// SeaORM on SQLx's pool of one connection.
struct SeaOrm {
    db: DatabaseConnection,
}

/// Beyond 32766 parameters SQLite refuses a statement.
const ROWS_AN_INSERT: usize = 1000;

async fn connect(place: &Place, connections: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(match place {
        Place::File(path) => format!("sqlite://{}?mode=rwc", path.display()),
        _ => place.url(),
    });
    options.min_connections(connections).max_connections(connections).sqlx_logging(false);
    let in_file = matches!(place, Place::File(_));
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("case_sensitive_like", "ON")
            .statement_cache_capacity(256);
        if in_file { options.pragma("journal_mode", "WAL").pragma("synchronous", "FULL") } else { options }
    });
    Ok(Database::connect(options).await?)
}

async fn get(db: &DatabaseConnection, id: i64) -> Result<Option<user::Model>> {
    Ok(user::Entity::find_by_id(id).one(db).await?)
}

impl Peer for SeaOrm {
    async fn open(place: &Place) -> Result<Self> {
        Ok(SeaOrm { db: connect(place, 1).await? })
    }

    fn sqlite() -> String {
        libsqlite3_sys::SQLITE_VERSION.to_string_lossy().into_owned()
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        self.db.execute_unprepared(sql).await?;
        Ok(())
    }

    async fn all(&mut self) -> Result<impl Content> {
        Ok(user::Entity::find().all(&self.db).await?)
    }

    async fn all_wide(&mut self) -> Result<impl Content> {
        Ok(wide::Entity::find().all(&self.db).await?)
    }

    async fn get(&mut self, id: i64) -> Result<impl Content> {
        get(&self.db, id).await
    }

    async fn filter(&mut self, pattern: &str) -> Result<impl Content> {
        let query = user::Entity::find()
            .filter(user::Column::Name.like(pattern))
            .order_by_desc(user::Column::Score)
            .order_by_asc(user::Column::Id)
            .limit(100);
        Ok(Ordered(query.all(&self.db).await?))
    }

    async fn page(&mut self, number: i64) -> Result<impl Content> {
        let pages = user::Entity::find().order_by_asc(user::Column::Id).paginate(&self.db, 20);
        let count = pages.num_items().await?;
        Ok((Ordered(pages.fetch_page(number.cast_unsigned() - 1).await?), count))
    }

    async fn aggregate(&mut self) -> Result<impl Content> {
        let ages = user::Entity::find()
            .select_only()
            .column(user::Column::Age)
            .column_as(user::Column::Id.count(), "count")
            .column_as(user::Column::Score.max(), "highest")
            .group_by(user::Column::Age)
            .into_tuple::<(i32, i64, Option<f64>)>();
        Ok(ages.all(&self.db).await?)
    }

    async fn stream(&mut self) -> Result<(i64, i64)> {
        let (mut count, mut ages) = (0, 0);
        let mut users = user::Entity::find().stream(&self.db).await?;
        while let Some(user) = users.try_next().await? {
            (count, ages) = (count + 1, ages + i64::from(user.age));
        }
        Ok((count, ages))
    }

    async fn insert(&mut self, user: NewUser) -> Result<impl Content> {
        Ok(new_user(user).insert(&self.db).await?)
    }

    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content> {
        let transaction = self.db.begin().await?;
        let mut last = None;
        clock.start();
        for user in users {
            last = Some(new_user(user).insert(&transaction).await?);
        }
        clock.stop();
        transaction.commit().await?;
        last.ok_or_else(|| "nothing was inserted".into())
    }

    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content> {
        let transaction = self.db.begin().await?;
        let mut inserted = Vec::with_capacity(users.len());
        let mut users = users.into_iter().map(new_user).peekable();
        while users.peek().is_some() {
            let chunk: Vec<user::ActiveModel> = users.by_ref().take(ROWS_AN_INSERT).collect();
            inserted.extend(user::Entity::insert_many(chunk).exec_with_returning(&transaction).await?);
        }
        transaction.commit().await?;
        Ok(inserted)
    }

    async fn upsert(&mut self, words: Vec<Word>) -> Result<()> {
        let words = words.into_iter().map(|word| word::ActiveModel {
            label: Set(word.label),
            uses: Set(word.uses),
            ..Default::default()
        });
        let update = OnConflict::column(word::Column::Label).update_column(word::Column::Uses).to_owned();
        word::Entity::insert_many(words).on_conflict(update).exec_without_returning(&self.db).await?;
        Ok(())
    }

    async fn words(&mut self) -> Result<impl Content> {
        Ok(word::Entity::find().all(&self.db).await?)
    }

    async fn update(&mut self, user: protocol::User) -> Result<()> {
        active_user(user).update(&self.db).await?;
        Ok(())
    }

    async fn update_each(&mut self, users: Vec<protocol::User>) -> Result<()> {
        let transaction = self.db.begin().await?;
        for user in users {
            active_user(user).update(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()> {
        let keys = changes.iter().map(|change| change.id);
        let mut users = user::Entity::find().filter(user::Column::Id.is_in(keys)).all(&self.db).await?;
        users.sort_by_key(|user| user.id);
        clock.start();
        let transaction = self.db.begin().await?;
        for change in changes {
            if let Ok(place) = users.binary_search_by_key(&change.id, |user| user.id) {
                changed(users[place].clone(), change).update(&transaction).await?;
            }
        }
        transaction.commit().await?;
        clock.stop();
        Ok(())
    }

    async fn joined(&mut self) -> Result<impl Content> {
        Ok(user::Entity::find().find_with_related(post::Entity).all(&self.db).await?)
    }

    async fn selectin(&mut self) -> Result<impl Content> {
        Ok(user::Entity::load().with(post::Entity).all(&self.db).await?)
    }

    async fn lazy(&mut self) -> Result<impl Content> {
        let mut with_posts = Vec::new();
        for user in user::Entity::find().all(&self.db).await? {
            let posts = user.find_related(post::Entity).all(&self.db).await?;
            with_posts.push((user, posts));
        }
        Ok(with_posts)
    }

    async fn levels(&mut self) -> Result<impl Content> {
        Ok(user::Entity::load().with((post::Entity, comment::Entity)).all(&self.db).await?)
    }

    async fn tags(&mut self) -> Result<impl Content> {
        Ok(page::Entity::load().with(tag::Entity).all(&self.db).await?)
    }

    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)> {
        let place = place.clone();
        let open = async move |connections| connect(&place, connections).await;
        tasks::race(
            readers,
            open,
            async |db: DatabaseConnection, id| Ok(get(&db, id).await?.is_some()),
            async |db: DatabaseConnection, user| Ok(active_user(user).update(&db).await.map(drop)?),
        )
    }
}
