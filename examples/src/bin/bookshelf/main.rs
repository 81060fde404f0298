//! A web application: users with their datasets, books with authors and tags, machine-learning models with predictions.
//! Run it with `cargo run -p examples --bin bookshelf` and open <http://127.0.0.1:3000>.
//!
//! | variable | | if not set |
//! | --- | --- | --- |
//! | `DATABASE_URL` | the database, `sqlite:..` or `postgres://..` | `sqlite:bookshelf.db`, in this folder |
//! | `BOOKSHELF_ADDRESS` | where it listens; port 0 takes a free one | `127.0.0.1:3000` |
//! | `BOOKSHELF_SECURE` | `1` behind HTTPS: cookies do not travel without it | `0` |
//! | `BOOKSHELF_DEBUG` | `1` shows on each page the statements that it ran | `1` in a debug build |
//! | `BOOKSHELF_DEMO` | `0` leaves an empty database empty | `1` |
//!
//! Tables that are there already stay as they are: delete a `bookshelf.db` that an older version of this program has made.
//!
//! [`models`] has the tables, `pages` a file for each group of pages, and `web` what every page needs.

mod chart;
mod models;
mod pages;
mod security;
mod seed;
mod web;

use std::env;
use std::error::Error;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use ormcore::prelude::*;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::web::App;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let url = setting("DATABASE_URL", "sqlite:bookshelf.db");
    let db = Database::connect(&url)?;
    let wants_demo = is_on("BOOKSHELF_DEMO", true);
    let key = db.run_blocking(move |db| prepare(db, wants_demo)).await?;
    let app = App {
        db,
        key,
        hashes: Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZero::get))),
        shows_statements: is_on("BOOKSHELF_DEBUG", cfg!(debug_assertions)),
        secure_cookies: is_on("BOOKSHELF_SECURE", false),
    };
    let address = setting("BOOKSHELF_ADDRESS", "127.0.0.1:3000");
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| format!("{address}: {error}; BOOKSHELF_ADDRESS=127.0.0.1:0 takes a free port"))?;
    println!("bookshelf on {}: http://{}", app.db.dialect().name(), listener.local_addr()?);
    axum::serve(listener, web::router(Arc::new(app))).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// Makes what is missing, and gives the key that signs forms.
fn prepare(db: &Database, wants_demo: bool) -> ormcore::Result<security::Key> {
    db.create_all()?;
    if wants_demo && seed::fill(db)? {
        println!("the database was empty: sign in as {} with the password {:?}", seed::EMAIL, seed::PASSWORD);
    }
    security::Key::of(db)
}

/// Ends when somebody presses Ctrl-C: what is being answered then is answered.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a way to hear of it, the program runs until it is killed.
        std::future::pending::<()>().await;
    }
}

fn setting(name: &str, otherwise: &str) -> String {
    env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| otherwise.to_string())
}

fn is_on(name: &str, otherwise: bool) -> bool {
    env::var(name).map_or(otherwise, |value| value == "1")
}
