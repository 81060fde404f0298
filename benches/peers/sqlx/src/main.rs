//! SQLx.

use peers_protocol::{Result, serve};

mod models;
mod postgres;
mod sqlite;
#[path = "../../tasks.rs"]
mod tasks;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().nth(1).is_some_and(|place| place.starts_with("postgres:")) {
        serve::<postgres::Sqlx>(|future| runtime.block_on(future))
    } else {
        serve::<sqlite::Sqlx>(|future| runtime.block_on(future))
    }
}
