use peers_protocol::{Place, Result};

#[path = "peer.rs"]
#[expect(clippy::duplicate_mod, reason = "as `sqlite` says")]
mod peer;

pub(crate) use peer::Diesel;

pub(crate) type Connection = diesel::PgConnection;
pub(crate) type LoadingMode = diesel::pg::PgRowByRowLoadingMode;

/// Beyond 65535 parameters PostgreSQL refuses a statement.
pub(crate) const ROWS_AN_INSERT: usize = 1000;

pub(crate) fn connect(place: &Place) -> Result<Connection> {
    Ok(<Connection as diesel::Connection>::establish(&place.url())?)
}
