//! Which server, which database, and how to talk to it: what the program says, then what the surroundings say.
//!
//! [`PostgresOptions`] holds what was said; `resolve` fills in the rest for one connection, as libpq does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use self::environment::Process;
pub(super) use self::settings::{Host, Settings, SslRoot};
use super::keepalive::Keepalive;
use crate::error::Result;
use crate::value::Secret;

mod environment;
mod passfile;
mod settings;
#[cfg(test)]
mod tests;
mod url;
mod words;

/// Which PostgreSQL database, and how to talk to it.
///
/// In a URL: `postgres://user:password@host:5432/database?sslmode=require&connect_timeout=10`, or with `postgresql:`.
/// What a part may not hold is percent-encoded: `%40` for `@`, `%3A` for `:`, `%2F` for `/`, `%3F` for `?`. Several
/// hosts are tried in order, `host1:5432,host2:5433`; an IPv6 address stands in brackets, `[::1]:5432`; a unix socket's
/// folder is the host, `postgres://%2Frun%2Fpostgresql/database` or `postgres:///database?host=/run/postgresql`.
///
/// | option | values | default |
/// | --- | --- | --- |
/// | `host`, `port`, `user`, `password`, `dbname` | as in the URL's own parts, which they replace; `host` and `port` take lists | see below |
/// | `application_name` | how the server's views name this connection | none |
/// | `options` | settings for the server, such as `-c geqo=off` | none |
/// | `connect_timeout` | seconds for each host; 0 waits for ever | 0 |
/// | `keepalives` | whether a server that says nothing is probed over TCP: 1, or 0 for never | 1 |
/// | `keepalives_idle`, `keepalives_interval` | seconds of silence before the first probe, and for each answer; 0 and less are the system's | 0 |
/// | `keepalives_count` | lost probes after which the connection has failed; 0 and less are the system's | 0 |
/// | `tcp_user_timeout` | milliseconds without a receipt for what was sent, on Linux; 0 is the system's | 0 |
/// | `sslmode` | `disable`, `prefer`, `require`, `verify-ca`, `verify-full`; `allow` is taken for `prefer` | `prefer` |
/// | `sslrootcert` | a file of certificates to trust, or `system`; with a file, `require` verifies as `verify-ca` | `system` |
/// | `channel_binding` | `disable`, `prefer`, `require` | `prefer` |
/// | `target_session_attrs` | `any`, `read-write`, `read-only`, `primary`, `standby`, `prefer-standby` | `any` |
/// | `load_balance_hosts` | `disable` (in order), `random` | `disable` |
/// | `passfile` | where the passwords are | `~/.pgpass` |
/// | `pooler` | `session`, `transaction`: see [`Pooler`] | found out: `transaction` behind a pooler |
/// | `statement_timeout` | milliseconds; 0 waits for ever | the server's |
///
/// Where the program says nothing, these do, each time a connection is made: the variables `PGHOST` (or `PGHOSTADDR`),
/// `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`, `PGAPPNAME`, `PGOPTIONS`, `PGSSLMODE`, `PGSSLROOTCERT`,
/// `PGCHANNELBINDING`, `PGCONNECT_TIMEOUT`, `PGTARGETSESSIONATTRS`, `PGLOADBALANCEHOSTS`, `PGPASSFILE`; then, for the
/// password, the password file; then libpq's defaults: the operating system's user, a database of the user's name, port
/// 5432, and the first of `/run/postgresql`, `/var/run/postgresql` and `/tmp` that has a server's socket, or else
/// `localhost`. This follows PostgreSQL's manual, "Connection Strings", "Environment Variables" and "The Password File"
/// in the chapter on libpq; service files are not read.
///
/// ```
/// use ormcore::backend::postgres::{PostgresOptions, SslMode};
/// use std::time::Duration;
///
/// let options = PostgresOptions::new()
///     .host("db.example.org")
///     .user("ann")
///     .password("hunter2")
///     .database("shop")
///     .ssl_mode(SslMode::VerifyFull)
///     .connect_timeout(Duration::from_secs(10));
/// assert!(!format!("{options:?}").contains("hunter2"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "it connects through `PostgresBackend::new`"]
pub struct PostgresOptions {
    /// In order; empty for the default.
    hosts: Vec<Place>,
    /// One for each host, or one for all.
    ports: Vec<Option<u16>>,
    user: Option<String>,
    password: Option<Secret<String>>,
    database: Option<String>,
    application_name: Option<String>,
    options: Option<String>,
    connect_timeout: Option<Duration>,
    keepalive: Keepalive,
    ssl_mode: Option<SslMode>,
    ssl_root: Option<SslRoot>,
    channel_binding: Option<ChannelBinding>,
    target_session_attrs: Option<TargetSessionAttrs>,
    load_balance_hosts: Option<bool>,
    passfile: Option<PathBuf>,
    pooler: Option<Pooler>,
    statement_timeout: Option<Duration>,
}

/// Where a server is, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Default,
    Name(String),
    Folder(PathBuf),
}

/// Whether the connection is encrypted, and what of the server is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server can; nothing is verified.
    Prefer,
    /// Encrypted or not at all; the certificate is verified only if a root certificate's file is named.
    Require,
    /// Encrypted, and the certificate is signed by an authority that is trusted.
    VerifyCa,
    /// Encrypted, and the certificate is trusted and names the host.
    VerifyFull,
}

/// Whether the password's exchange is bound to the encrypted connection, so that nobody can stand between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where the server can.
    Prefer,
    /// Or not at all.
    Require,
}

/// Which of several servers will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetSessionAttrs {
    /// The first that answers.
    Any,
    /// One whose transactions may write.
    ReadWrite,
    /// One whose transactions may not write.
    ReadOnly,
    /// One that is no standby.
    Primary,
    /// A standby.
    Standby,
    /// A standby, or else any.
    PreferStandby,
}

/// What stands between this program and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pooler {
    /// Nothing, or a pooler that keeps one server connection for the whole session.
    Session,
    /// A pooler that may give each transaction another server connection, such as pgbouncer with
    /// `pool_mode=transaction`: statements are not named, and nothing is left in the session. What SQL of your own leaves
    /// there another program may find; `options` and `statement_timeout` are refused by pgbouncer, `ALTER ROLE .. SET ..`
    /// says them for the user.
    Transaction,
}

impl PostgresOptions {
    /// Nothing said: the surroundings and the defaults decide.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a URL says.
    ///
    /// ```
    /// # use ormcore::backend::postgres::PostgresOptions;
    /// let options = PostgresOptions::from_url("postgres://ann@db1,db2:5433/shop?target_session_attrs=primary")?;
    /// let error = PostgresOptions::from_url("postgres://ann@db1/shop?ssl_mode=require").unwrap_err();
    /// assert!(error.to_string().contains("`ssl_mode`; there are `sslmode`"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the URL is not understood. The error never holds the password.
    pub fn from_url(url: &str) -> Result<Self> {
        url::read(url)
    }

    /// Adds a host: a name, an address, or, if it begins with `/`, a unix socket's folder. Several are tried in order.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.add(Place::new(host.into()));
        self
    }

    /// Adds a unix socket's folder, such as `/run/postgresql`.
    pub fn unix_socket(mut self, folder: impl AsRef<Path>) -> Self {
        self.add(Place::Folder(folder.as_ref().to_path_buf()));
        self
    }

    /// Sets the port of the host that was added last.
    pub fn port(mut self, port: u16) -> Self {
        match self.ports.last_mut() {
            Some(last) => *last = Some(port),
            None => self.ports.push(Some(port)),
        }
        self
    }

    /// Sets who connects.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Sets the password. It is never shown.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(Secret::new(password.into()));
        self
    }

    /// Sets the database.
    pub fn database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// Sets how the server's views and logs name the connection.
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.application_name = Some(name.into());
        self
    }

    /// Sets the server's command-line options for the session, such as `-c geqo=off`.
    pub fn options(mut self, options: impl Into<String>) -> Self {
        self.options = Some(options.into());
        self
    }

    /// Waits at most this long for each host; zero waits for ever.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets whether a server that says nothing is probed over TCP, so that one that has vanished is found out; it is, unless
    /// this is `false`.
    pub fn keepalives(mut self, probes: bool) -> Self {
        self.keepalive.probes = Some(probes);
        self
    }

    /// Sets after which silence the server is probed first, to the second; zero is the system's, often two hours.
    pub fn keepalives_idle(mut self, silence: Duration) -> Self {
        self.keepalive.idle = Some(silence);
        self
    }

    /// Sets how long the server has to answer a probe, to the second; zero is the system's.
    pub fn keepalives_interval(mut self, interval: Duration) -> Self {
        self.keepalive.interval = Some(interval);
        self
    }

    /// Sets how many lost probes make the connection fail; zero is the system's.
    pub fn keepalives_count(mut self, probes: u32) -> Self {
        self.keepalive.count = Some(probes);
        self
    }

    /// Sets how long what was sent may stay without a receipt before the connection fails, to the millisecond; zero is the
    /// system's. Systems other than Linux have no such limit.
    pub fn tcp_user_timeout(mut self, timeout: Duration) -> Self {
        self.keepalive.user_timeout = Some(timeout);
        self
    }

    /// Sets whether the connection is encrypted.
    pub fn ssl_mode(mut self, mode: SslMode) -> Self {
        self.ssl_mode = Some(mode);
        self
    }

    /// Trusts the certificates of this file instead of the system's.
    pub fn ssl_root_cert(mut self, path: impl AsRef<Path>) -> Self {
        self.ssl_root = Some(SslRoot::File(path.as_ref().to_path_buf()));
        self
    }

    /// Sets whether the password's exchange is bound to the encrypted connection.
    pub fn channel_binding(mut self, binding: ChannelBinding) -> Self {
        self.channel_binding = Some(binding);
        self
    }

    /// Sets which of several servers will do.
    pub fn target_session_attrs(mut self, attributes: TargetSessionAttrs) -> Self {
        self.target_session_attrs = Some(attributes);
        self
    }

    /// Tries the hosts in random order instead of the one they were added in.
    pub fn load_balance_hosts(mut self, random: bool) -> Self {
        self.load_balance_hosts = Some(random);
        self
    }

    /// Sets where the passwords are, instead of `~/.pgpass`.
    pub fn passfile(mut self, path: impl AsRef<Path>) -> Self {
        self.passfile = Some(path.as_ref().to_path_buf());
        self
    }

    /// Sets what stands between this program and the server.
    pub fn pooler(mut self, pooler: Pooler) -> Self {
        self.pooler = Some(pooler);
        self
    }

    /// Lets the server end each statement that takes longer than this, to the millisecond; zero waits for ever.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// All that one connection needs, with what the surroundings say now.
    pub(super) fn resolve(&self) -> Result<Settings> {
        settings::resolve(self, &Process)
    }

    fn add(&mut self, place: Place) {
        self.hosts.push(place);
        if self.ports.len() < self.hosts.len() {
            self.ports.push(None);
        }
    }
}

impl Place {
    fn new(text: String) -> Self {
        match text.as_bytes().first() {
            None => Place::Default,
            Some(b'/') => Place::Folder(PathBuf::from(text)),
            Some(_) => Place::Name(text),
        }
    }
}
