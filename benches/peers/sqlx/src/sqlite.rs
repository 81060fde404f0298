use std::time::Duration;

use peers_protocol::{Place, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, QueryBuilder};

// SQLx's queries are generic over the database only with long bounds: the same text is compiled for each instead.
#[path = "peer.rs"]
mod peer;

pub(crate) use peer::Sqlx;

pub(crate) type Database = sqlx::Sqlite;
pub(crate) type Connection = sqlx::SqliteConnection;
pub(crate) type Row = sqlx::sqlite::SqliteRow;
pub(crate) type Pool = sqlx::SqlitePool;

/// What `Place::settings` says, by SQLx's own options where there are some.
fn options(place: &Place) -> Result<SqliteConnectOptions> {
    let options = match place {
        Place::File(path) => SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full),
        _ => place.url().parse()?,
    };
    Ok(options
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("case_sensitive_like", "ON")
        .statement_cache_capacity(256))
}

pub(crate) async fn connect(place: &Place) -> Result<Connection> {
    Ok(options(place)?.connect().await?)
}

pub(crate) async fn pool(place: &Place, connections: u32) -> Result<Pool> {
    let pool = SqlitePoolOptions::new().min_connections(connections).max_connections(connections);
    Ok(pool.connect_with(options(place)?).await?)
}

/// The rows of a select whose `column` is among keys.
pub(crate) fn of(select: &str, column: &str, keys: &[i64]) -> QueryBuilder<Database> {
    let mut query = QueryBuilder::new(format!("{select} WHERE {column} IN ("));
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(*key);
    }
    query.push(")");
    query
}

/// Inserts a user; its key.
pub(crate) async fn insert(connection: &mut Connection, user: &peers_protocol::NewUser) -> Result<i64> {
    let sql = "INSERT INTO users (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5)";
    let query = sqlx::query(sql).bind(&user.name).bind(&user.email).bind(user.age).bind(user.score);
    Ok(query.bind(&user.bio).execute(connection).await?.last_insert_rowid())
}
