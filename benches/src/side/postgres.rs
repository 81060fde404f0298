use std::collections::HashMap;

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::ToSql;
use postgres::{Client, Error, NoTls, Row, Statement};

use crate::models::{NewUser, User, Wide};
use crate::operation::Rows;
use crate::side::Side;
use crate::side::by_hand as sql;

/// Hand-written `postgres`, which blocks, with statements that are prepared once.
#[expect(missing_debug_implementations, reason = "its client has none")]
pub struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
}

type Result<T> = std::result::Result<T, Error>;

impl Postgres {
    /// Connects to a database that has the tables.
    pub fn connect(url: &str) -> Result<Self> {
        Ok(Postgres { client: Client::connect(url, NoTls)?, statements: HashMap::new() })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }

    fn query(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql)?;
        self.client.query(&statement, values)
    }
}

impl Side for Postgres {
    type Error = Error;

    fn all(&mut self) -> Result<Vec<User>> {
        sql::each(&self.query(sql::ALL, &[])?, sql::user)
    }

    fn all_wide(&mut self) -> Result<Vec<Wide>> {
        sql::each(&self.query(sql::ALL_WIDE, &[])?, sql::wide)
    }

    fn get(&mut self, id: i64) -> Result<Option<User>> {
        let statement = self.prepare(sql::GET)?;
        self.client.query_opt(&statement, &[&id])?.map(|row| sql::user(&row)).transpose()
    }

    fn top(&mut self, age: i32, limit: u64) -> Result<Vec<User>> {
        sql::each(&self.query(sql::TOP, &[&age, &limit.cast_signed()])?, sql::user)
    }

    fn page(&mut self, after: i64, limit: u64) -> Result<Vec<User>> {
        sql::each(&self.query(sql::PAGE, &[&after, &limit.cast_signed()])?, sql::user)
    }

    fn insert(&mut self, new: NewUser) -> Result<User> {
        let statement = self.prepare(sql::INSERT)?;
        let id = self.client.query_one(&statement, &sql::values(&new))?.try_get(0)?;
        Ok(new.with_key(id))
    }

    fn insert_in_transaction(&mut self, new: NewUser) -> Result<User> {
        let statement = self.prepare(sql::INSERT)?;
        let mut transaction = self.client.transaction()?;
        let id = transaction.query_one(&statement, &sql::values(&new))?.try_get(0)?;
        transaction.commit()?;
        Ok(new.with_key(id))
    }

    /// Many rows a statement.
    fn insert_all(&mut self, users: Vec<NewUser>) -> Result<Vec<User>> {
        let mut statements = Vec::new();
        for chunk in users.chunks(sql::ROWS_PER_INSERT) {
            statements.push(self.prepare(&sql::insert_of(chunk.len()))?);
        }
        let mut transaction = self.client.transaction()?;
        let mut rows = Vec::with_capacity(users.len());
        for (chunk, statement) in users.chunks(sql::ROWS_PER_INSERT).zip(&statements) {
            let values: Vec<&(dyn ToSql + Sync)> = chunk.iter().flat_map(sql::values).collect();
            rows.extend(transaction.query(statement, &values)?);
        }
        transaction.commit()?;
        sql::with_keys(users, &rows)
    }

    fn copy(&mut self, users: Vec<NewUser>) -> Result<()> {
        let mut writer = BinaryCopyInWriter::new(self.client.copy_in(sql::COPY)?, &sql::COPIED);
        for new in &users {
            writer.write(&sql::values(new))?;
        }
        writer.finish().map(drop)
    }

    fn update(&mut self, user: &mut User) -> Result<()> {
        let statement = self.prepare(sql::UPDATE)?;
        let values: [&(dyn ToSql + Sync); 6] = [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
        assert_eq!(self.client.execute(&statement, &values)?, 1, "the row is there");
        Ok(())
    }

    fn update_each(&mut self, users: &mut [User]) -> Result<()> {
        let statement = self.prepare(sql::UPDATE)?;
        let mut transaction = self.client.transaction()?;
        for user in users {
            let values: [&(dyn ToSql + Sync); 6] =
                [&user.name, &user.email, &user.age, &user.score, &user.bio, &user.id];
            assert_eq!(transaction.execute(&statement, &values)?, 1, "the row is there");
        }
        transaction.commit()
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
        self.client.batch_execute("TRUNCATE \"user\" RESTART IDENTITY")
    }
}
