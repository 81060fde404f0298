//! Hand-written rusqlite and `postgres`: what the others are compared with.

use peers_protocol::{Result, ready, serve};

mod postgres;
mod sqlite;

fn main() -> Result<()> {
    if std::env::args().nth(1).is_some_and(|place| place.starts_with("postgres:")) {
        serve::<postgres::Server>(ready)
    } else {
        serve::<sqlite::Sqlite>(ready)
    }
}
