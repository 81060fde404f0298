use diesel::connection::SimpleConnection;
use peers_protocol::{Place, Result};

// Diesel's queries are generic over the database only with long bounds: the same text is compiled for each instead.
#[path = "peer.rs"]
mod peer;

pub(crate) use peer::Diesel;

pub(crate) type Connection = diesel::SqliteConnection;
pub(crate) type LoadingMode = diesel::connection::DefaultLoadingMode;

/// Beyond 32766 parameters SQLite refuses a statement.
pub(crate) const ROWS_AN_INSERT: usize = 1000;

pub(crate) fn connect(place: &Place) -> Result<Connection> {
    let path = match place {
        Place::File(path) => path.to_string_lossy().into_owned(),
        _ => ":memory:".to_string(),
    };
    let mut connection = <Connection as diesel::Connection>::establish(&path)?;
    for setting in place.settings() {
        connection.batch_execute(setting)?;
    }
    Ok(connection)
}
