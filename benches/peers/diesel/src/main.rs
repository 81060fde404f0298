//! Diesel.

use peers_protocol::{Result, ready, serve};

mod models;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

fn main() -> Result<()> {
    if std::env::args().nth(1).is_some_and(|place| place.starts_with("postgres:")) {
        #[cfg(feature = "postgres")]
        return serve::<postgres::Diesel>(ready);
        #[cfg(not(feature = "postgres"))]
        return Err("it was built without PostgreSQL".into());
    }
    serve::<sqlite::Diesel>(ready)
}
