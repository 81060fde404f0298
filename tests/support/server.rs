//! PostgreSQL servers that tests start.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::keeper::Keeper;
use crate::missing::missing;
use crate::programs;

/// The name of the only user there is at first; the database has it too.
const USER: &str = "postgres";

/// Asked for where [`ServerOptions::authentication`] says so.
const PASSWORD: &str = "p@ss word";

/// What every test server has; a later setting of the same name wins.
const SETTINGS: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
";

/// What a test asks of a server of its own: nothing but a socket, if nothing is said.
///
/// ```
/// use ormcore_tests::{Server, ServerOptions};
///
/// let Some(server) = Server::start(ServerOptions::new().tcp().setting("max_connections", "20")) else { return };
/// assert!(server.url().starts_with("postgres://"));
/// server.restart();
/// ```
#[derive(Debug, Clone)]
#[must_use = "a server starts with `Server::start`"]
pub struct ServerOptions {
    tcp: bool,
    tls: bool,
    authentication: String,
    settings: Vec<(String, String)>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        ServerOptions::new()
    }
}

impl ServerOptions {
    /// A socket, no TCP, no password.
    pub fn new() -> Self {
        ServerOptions { tcp: false, tls: false, authentication: "trust".to_string(), settings: Vec::new() }
    }

    /// Listens on a free port of 127.0.0.1 too.
    pub fn tcp(mut self) -> Self {
        self.tcp = true;
        self
    }

    /// Speaks TLS on TCP to who asks for it, with a certificate for `localhost` and `127.0.0.1`.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self.tcp()
    }

    /// Asks for a password in this way: `scram-sha-256`, `md5` or `password`.
    pub fn authentication(mut self, method: &str) -> Self {
        self.authentication = method.to_string();
        self
    }

    /// Adds a line to `postgresql.conf`.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_string(), value.to_string()));
        self
    }

    fn lines(&self, port: u16) -> String {
        let address = if self.tcp { "127.0.0.1" } else { "" };
        let mut lines = format!("{SETTINGS}port = {port}\nlisten_addresses = '{address}'\n");
        if self.tls {
            lines.push_str("ssl = on\nssl_cert_file = '../server.crt'\nssl_key_file = '../server.key'\n");
        }
        for (name, value) in &self.settings {
            lines.push_str(&format!("{name} = '{}'\n", value.replace('\'', "''")));
        }
        lines
    }
}

/// A PostgreSQL server in a temporary folder.
///
/// It ends when it is dropped, or else with the process, however that ends.
#[derive(Debug)]
pub struct Server {
    keeper: Keeper,
    programs: PathBuf,
    port: u16,
    options: ServerOptions,
}

impl Server {
    /// Starts a server; where none is installed there is none, and the test's output says so.
    ///
    /// # Panics
    /// If it does not start, or `ORMCORE_TEST_REQUIRE` asks for what is not installed.
    #[must_use]
    pub fn start(options: ServerOptions) -> Option<Self> {
        let Some(programs) = programs::server_folder() else {
            missing(
                "postgres",
                "no server is installed: `initdb`, `pg_ctl` and `postgres` are neither in PATH nor in \
                 /usr/lib/postgresql/*/bin nor where `pg_config --bindir` says. Install it (on Debian: `apt-get install \
                 postgresql`), or name a server with ORMCORE_TEST_POSTGRES=postgres://user@host/database",
            );
            return None;
        };
        if options.tls && programs::program("openssl").is_none() {
            missing("postgres", "a test of TLS needs `openssl` (on Debian: `apt-get install openssl`)");
            return None;
        }
        let mut started = Err(String::new());
        for _ in 0..if options.tcp { 3 } else { 1 } {
            // Another process may take the port between the search and the start.
            started = Server::start_with(&programs, &options);
            if started.is_ok() {
                break;
            }
        }
        Some(started.unwrap_or_else(|error| panic!("the PostgreSQL server of the tests does not start: {error}")))
    }

    fn start_with(programs: &Path, options: &ServerOptions) -> Result<Self, String> {
        let port = if options.tcp { free_port()? } else { 5432 };
        let settings = options.lines(port);
        let arguments = [
            programs.as_os_str(),
            OsStr::new(&settings),
            OsStr::new(&options.authentication),
            OsStr::new(PASSWORD),
            OsStr::new(if options.tls { "yes" } else { "no" }),
        ];
        let keeper = Keeper::start(include_str!("server.sh"), &arguments)?;
        Ok(Server { keeper, programs: programs.to_path_buf(), port, options: options.clone() })
    }

    /// The URL of its database `postgres`, over the socket.
    #[must_use]
    pub fn url(&self) -> String {
        socket_url(&self.login(), self.socket_folder(), self.port)
    }

    /// The URL of its database `postgres`, over TCP.
    ///
    /// # Panics
    /// If the server was started without TCP.
    #[must_use]
    pub fn tcp_url(&self) -> String {
        assert!(self.options.tcp, "the server has no TCP: start it with `ServerOptions::tcp`");
        format!("postgres://{}@127.0.0.1:{}/postgres", self.login(), self.port)
    }

    /// The folder of its socket.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        self.keeper.folder()
    }

    /// The number of its socket, and of its port if it has TCP.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate that signed the server's, for `sslrootcert`.
    #[must_use]
    pub fn root_certificate(&self) -> PathBuf {
        self.keeper.folder().join("root.crt")
    }

    /// A program that came with the server, such as `psql`, if it did.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        Some(self.programs.join(name)).filter(|program| program.is_file()).or_else(|| programs::program(name))
    }

    /// Stops it as an administrator does, if it runs, and starts it.
    ///
    /// # Panics
    /// If that fails.
    pub fn restart(&self) {
        self.order("restart");
    }

    /// Stops it as an administrator does: open connections are told so. [`Server::restart`] starts it again.
    ///
    /// # Panics
    /// If that fails.
    pub fn stop(&self) {
        self.order("stop");
    }

    /// Kills it: open connections just end. [`Server::restart`] starts it again.
    ///
    /// # Panics
    /// If that fails.
    pub fn kill(&self) {
        self.order("crash");
    }

    fn order(&self, order: &str) {
        self.keeper.order(order).unwrap_or_else(|error| panic!("{error}"));
    }

    fn login(&self) -> String {
        if self.options.authentication == "trust" { USER.to_string() } else { format!("{USER}:{}", encode(PASSWORD)) }
    }
}

/// The URL of the database `postgres` behind a socket.
pub(crate) fn socket_url(login: &str, folder: &Path, port: u16) -> String {
    format!("postgres://{login}@/postgres?host={}&port={port}", encode(&folder.to_string_lossy()))
}

/// As a part of a URL.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}
