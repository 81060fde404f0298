use std::collections::HashMap;
use std::pin::pin;

use futures_util::future::try_join_all;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

use crate::models::{NewUser, User, Wide};
use crate::operation::Rows;
use crate::side::Side;
use crate::side::by_hand as sql;

/// Hand-written `tokio-postgres` on a runtime of this thread, with statements that are prepared once; what does not
/// depend on each other is pipelined.
#[derive(Debug)]
pub struct TokioPostgres {
    runtime: Runtime,
    client: Client,
    statements: HashMap<String, Statement>,
}

type Result<T> = std::result::Result<T, Error>;

impl TokioPostgres {
    /// Connects to a database that has the tables.
    pub fn connect(url: &str) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls))?;
        runtime.spawn(connection);
        Ok(TokioPostgres { runtime, client, statements: HashMap::new() })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(sql))?;
        self.statements.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }

    fn query(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql)?;
        self.runtime.block_on(self.client.query(&statement, values))
    }
}

impl Side for TokioPostgres {
    type Error = Error;

    fn all(&mut self) -> Result<Vec<User>> {
        sql::each(&self.query(sql::ALL, &[])?, sql::user)
    }

    fn all_wide(&mut self) -> Result<Vec<Wide>> {
        sql::each(&self.query(sql::ALL_WIDE, &[])?, sql::wide)
    }

    fn get(&mut self, id: i64) -> Result<Option<User>> {
        let statement = self.prepare(sql::GET)?;
        let row = self.runtime.block_on(self.client.query_opt(&statement, &[&id]))?;
        row.map(|row| sql::user(&row)).transpose()
    }

    fn top(&mut self, age: i32, limit: u64) -> Result<Vec<User>> {
        sql::each(&self.query(sql::TOP, &[&age, &limit.cast_signed()])?, sql::user)
    }

    fn page(&mut self, after: i64, limit: u64) -> Result<Vec<User>> {
        sql::each(&self.query(sql::PAGE, &[&after, &limit.cast_signed()])?, sql::user)
    }

    fn insert(&mut self, new: NewUser) -> Result<User> {
        let statement = self.prepare(sql::INSERT)?;
        let id = self.runtime.block_on(self.client.query_one(&statement, &sql::values(&new)))?.try_get(0)?;
        Ok(new.with_key(id))
    }

    fn insert_in_transaction(&mut self, new: NewUser) -> Result<User> {
        let statement = self.prepare(sql::INSERT)?;
        let id = self.runtime.block_on(async {
            let transaction = self.client.transaction().await?;
            let id = transaction.query_one(&statement, &sql::values(&new)).await?.try_get(0)?;
            transaction.commit().await?;
            Ok::<i64, Error>(id)
        })?;
        Ok(new.with_key(id))
    }

    /// Many rows a statement, and all statements on their way at once.
    fn insert_all(&mut self, users: Vec<NewUser>) -> Result<Vec<User>> {
        let mut statements = Vec::new();
        for chunk in users.chunks(sql::ROWS_PER_INSERT) {
            statements.push(self.prepare(&sql::insert_of(chunk.len()))?);
        }
        let rows = self.runtime.block_on(async {
            let transaction = self.client.transaction().await?;
            let chunks = users.chunks(sql::ROWS_PER_INSERT).zip(&statements);
            let inserted = chunks.map(|(chunk, statement)| {
                let transaction = &transaction;
                async move {
                    let values: Vec<&(dyn ToSql + Sync)> = chunk.iter().flat_map(sql::values).collect();
                    transaction.query(statement, &values).await
                }
            });
            let rows = try_join_all(inserted).await?;
            transaction.commit().await?;
            Ok::<_, Error>(rows)
        })?;
        sql::with_keys(users, rows.iter().flatten())
    }

    fn copy(&mut self, users: Vec<NewUser>) -> Result<()> {
        self.runtime.block_on(async {
            let mut writer = pin!(BinaryCopyInWriter::new(self.client.copy_in(sql::COPY).await?, &sql::COPIED));
            for new in &users {
                writer.as_mut().write(&sql::values(new)).await?;
            }
            writer.finish().await.map(drop)
        })
    }

    fn update(&mut self, user: &mut User) -> Result<()> {
        let statement = self.prepare(sql::UPDATE)?;
        let values: [&(dyn ToSql + Sync); 6] = [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
        assert_eq!(self.runtime.block_on(self.client.execute(&statement, &values))?, 1, "the row is there");
        Ok(())
    }

    fn update_each(&mut self, users: &mut [User]) -> Result<()> {
        let statement = self.prepare(sql::UPDATE)?;
        self.runtime.block_on(async {
            let transaction = self.client.transaction().await?;
            let updated = users.iter().map(|user| {
                let (transaction, statement) = (&transaction, &statement);
                async move {
                    let values: [&(dyn ToSql + Sync); 6] =
                        [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
                    transaction.execute(statement, &values).await
                }
            });
            assert!(try_join_all(updated).await?.iter().all(|changed| *changed == 1), "the rows are there");
            transaction.commit().await
        })
    }

    fn authors_joined(&mut self) -> Result<Rows> {
        sql::authors_joined(&self.query(sql::AUTHORS_WITH_POSTS, &[])?).map(Rows::PlainAuthors)
    }

    fn authors_selectin(&mut self) -> Result<Rows> {
        let mut authors = sql::authors(&self.query(sql::AUTHORS, &[])?)?;
        let keys: Vec<i64> = authors.iter().map(|author| author.id).collect();
        sql::place_posts(&mut authors, &self.query(sql::POSTS_OF, &[&keys])?)?;
        Ok(Rows::PlainAuthors(authors))
    }

    fn pages_joined(&mut self) -> Result<Rows> {
        sql::pages_joined(&self.query(sql::PAGES_WITH_TAGS, &[])?).map(Rows::PlainPages)
    }

    fn pages_selectin(&mut self) -> Result<Rows> {
        let mut pages = sql::pages(&self.query(sql::PAGES, &[])?)?;
        let keys: Vec<i64> = pages.iter().map(|page| page.id).collect();
        sql::place_tags(&mut pages, &self.query(sql::TAGS_OF, &[&keys])?)?;
        Ok(Rows::PlainPages(pages))
    }

    fn clear(&mut self) -> Result<()> {
        self.runtime.block_on(self.client.batch_execute("TRUNCATE \"user\" RESTART IDENTITY"))
    }
}
