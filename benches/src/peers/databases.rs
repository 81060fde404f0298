use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use peers_protocol::Place;
use postgres::{Client, NoTls};
use tempfile::TempDir;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Where the peers' databases are: each has one of its own.
#[expect(missing_debug_implementations, reason = "its client has none")]
pub enum Databases {
    /// In memory.
    Memory,
    /// Files of a folder.
    Files(TempDir),
    /// Databases of a server.
    Server {
        /// The URL without the name of the database, cut in two where that belongs.
        url: (String, String),
        /// One that may create others.
        client: Box<Client>,
    },
}

impl Databases {
    /// Files in a folder that ends with this.
    pub fn files() -> Result<Self> {
        Ok(Databases::Files(tempfile::tempdir()?))
    }

    /// The server that `DATABASE_URL` names.
    pub fn server() -> Result<Self> {
        let url = std::env::var("DATABASE_URL")
            .map_err(|_| "there is no `DATABASE_URL`: `benches/peers/run --postgres` starts a server and sets it")?;
        let client = Box::new(Client::connect(&url, NoTls)?);
        Ok(Databases::Server { url: around_name(&url).ok_or_else(|| format!("`{url}` names no database"))?, client })
    }

    /// An empty database for a peer.
    pub fn fresh(&mut self, peer: &str) -> Result<Place> {
        match self {
            Databases::Memory => Ok(Place::Memory),
            Databases::Files(folder) => {
                let path = |end: &str| -> PathBuf { folder.path().join(format!("{peer}.db{end}")) };
                for end in ["", "-wal", "-shm"] {
                    if path(end).exists() {
                        fs::remove_file(path(end))?;
                    }
                }
                Ok(Place::File(path("")))
            }
            Databases::Server { url, client } => {
                let name = name(peer);
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
                client.batch_execute(&format!("CREATE DATABASE {name}"))?;
                Ok(Place::Server(format!("{}{name}{}", url.0, url.1)))
            }
        }
    }

    /// Makes a peer's tables quiet: vacuumed, analyzed, and nothing runs by itself.
    pub fn settle(&mut self, place: &Place) -> Result<()> {
        let Place::Server(url) = place else { return Ok(()) };
        let mut client = Client::connect(url, NoTls)?;
        let tables = client.query(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
            &[],
        )?;
        for row in tables {
            let table: String = row.try_get(0)?;
            client.batch_execute(&format!("ALTER TABLE {table} SET (autovacuum_enabled = off)"))?;
            client.batch_execute(&format!("VACUUM ANALYZE {table}"))?;
        }
        Ok(())
    }

    /// Puts what a server does for a peer onto the processor of its client: to wake another one is as much work as a small
    /// query, and whether it must be woken is chance. False where that cannot be done.
    pub fn pin(&mut self, peer: &str, processor: usize) -> Result<bool> {
        let Databases::Server { client, .. } = self else { return Ok(true) };
        let rows = client.query("SELECT pid FROM pg_stat_activity WHERE datname = $1", &[&name(peer)])?;
        let mut all = !rows.is_empty();
        for row in rows {
            let process: i32 = row.try_get(0)?;
            let mut command = Command::new("taskset");
            let command = command.args(["-cp", &processor.to_string(), &process.to_string()]).stdout(Stdio::null());
            all &= command.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        }
        Ok(all)
    }

    /// What the server says of itself.
    pub fn description(&mut self) -> Result<String> {
        let Databases::Server { client, .. } = self else { return Ok(String::new()) };
        let sql = "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') \
                   || ', shared_buffers ' || current_setting('shared_buffers')";
        Ok(client.query_one(sql, &[])?.try_get(0)?)
    }
}

fn name(peer: &str) -> String {
    format!("peers_{}", peer.replace('-', "_"))
}

/// What is before and after the database's name. With an empty host, the user becomes a parameter: not every library reads
/// one before nothing.
fn around_name(url: &str) -> Option<(String, String)> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (authority, _) = address.strip_prefix("postgres://")?.split_once('/')?;
    match authority.strip_suffix('@') {
        Some(user) => Some(("postgres:///".to_string(), format!("?{query}&user={user}"))),
        None if query.is_empty() => Some((format!("postgres://{authority}/"), String::new())),
        None => Some((format!("postgres://{authority}/"), format!("?{query}"))),
    }
}
