use peers_protocol::{Place, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, QueryBuilder};

#[path = "peer.rs"]
#[expect(clippy::duplicate_mod, reason = "as `sqlite` says")]
mod peer;

pub(crate) use peer::Sqlx;

pub(crate) type Database = sqlx::Postgres;
pub(crate) type Connection = sqlx::PgConnection;
pub(crate) type Row = sqlx::postgres::PgRow;
pub(crate) type Pool = sqlx::PgPool;

fn options(place: &Place) -> Result<PgConnectOptions> {
    Ok(place.url().parse::<PgConnectOptions>()?.statement_cache_capacity(256))
}

pub(crate) async fn connect(place: &Place) -> Result<Connection> {
    Ok(options(place)?.connect().await?)
}

pub(crate) async fn pool(place: &Place, connections: u32) -> Result<Pool> {
    let pool = PgPoolOptions::new().min_connections(connections).max_connections(connections);
    Ok(pool.connect_with(options(place)?).await?)
}

/// The rows of a select whose `column` is among keys.
pub(crate) fn of(select: &str, column: &str, keys: &[i64]) -> QueryBuilder<Database> {
    let mut query = QueryBuilder::new(format!("{select} WHERE {column} = ANY("));
    query.push_bind(keys.to_vec());
    query.push(")");
    query
}

/// Inserts a user; its key.
pub(crate) async fn insert(connection: &mut Connection, user: &peers_protocol::NewUser) -> Result<i64> {
    let sql = "INSERT INTO users (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5) RETURNING id";
    let query = sqlx::query_scalar(sql).bind(&user.name).bind(&user.email).bind(user.age).bind(user.score);
    Ok(query.bind(&user.bio).fetch_one(connection).await?)
}
