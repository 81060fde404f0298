//! The PostgreSQL of the whole test process, and the schema that each test has there.

use std::env;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use ormcore::prelude::*;

use crate::server::{Server, ServerOptions, encode};

/// Whether ormcore speaks PostgreSQL; until it does, no test runs there.
const SPOKEN: bool = true;

/// The URL of a PostgreSQL database for the tests of this process.
///
/// It is `ORMCORE_TEST_POSTGRES`, or a server that is started now and ends with the process; where none is installed
/// there is none, and the tests' output says so.
///
/// # Panics
/// If the server does not start, or `ORMCORE_TEST_REQUIRE` asks for `postgres` and it is not installed.
#[must_use]
pub fn postgres_url() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let url = URL.get_or_init(|| {
        let named = env::var("ORMCORE_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
        named.or_else(|| SERVER.get_or_init(|| Server::start(ServerOptions::new())).as_ref().map(Server::url))
    });
    url.as_deref()
}

/// The URL with one more setting for its sessions.
#[must_use]
pub fn url_with_setting(url: &str, name: &str, value: &str) -> String {
    let setting = encode(&format!("-c{name}={value}"));
    let Some((address, query)) = url.split_once('?') else { return format!("{url}?options={setting}") };
    let mut found = false;
    let mut pairs: Vec<String> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let options = pair.starts_with("options=") && !found;
        found |= options;
        pairs.push(if options { format!("{pair}%20{setting}") } else { pair.to_string() });
    }
    if !found {
        pairs.push(format!("options={setting}"));
    }
    format!("{address}?{}", pairs.join("&"))
}

/// A schema of its own for one test, dropped with all that is in it.
#[derive(Debug)]
pub(crate) struct Schema {
    name: String,
    url: String,
}

impl Schema {
    /// Makes a schema, where there is a server.
    pub(crate) fn create() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if !SPOKEN {
            return None;
        }
        let url = postgres_url()?;
        let (process, started) = (process::id(), UNIX_EPOCH.elapsed().unwrap_or_default().as_secs());
        let name = format!("ormcore_{process}_{started:x}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        administer(url, &format!("CREATE SCHEMA {name}")).expect("a schema for the test");
        let url = url_with_setting(url, "search_path", &name);
        Some(Schema { name, url })
    }

    /// The URL that leads to it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let Some(url) = postgres_url() else { return };
        if let Err(error) = administer(url, &format!("DROP SCHEMA {} CASCADE", self.name)) {
            eprintln!("the schema {} stays: {error}", self.name);
        }
    }
}

/// Runs a statement outside of all tests' schemas; a lock that a test has left behind does not hold it up for ever.
fn administer(url: &str, sql: &str) -> ormcore::Result<()> {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    let database = DATABASE.get_or_init(|| {
        Database::connect(&url_with_setting(url, "lock_timeout", "10s")).expect("the PostgreSQL server of the tests")
    });
    database.execute(sql, ())?;
    Ok(())
}
