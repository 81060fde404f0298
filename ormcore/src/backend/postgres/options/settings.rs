//! All that one connection needs: what the program said, what the variables say, and the defaults.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::environment::Environment;
use super::passfile::{self, Passfile};
use super::words;
use super::{ChannelBinding, Place, Pooler, PostgresOptions, SslMode, TargetSessionAttrs};
use crate::backend::postgres::keepalive::Keepalive;
use crate::error::{Error, Result};
use crate::value::Secret;

/// What a connection is made with.
#[derive(Debug)]
pub(in crate::backend::postgres) struct Settings {
    /// To be tried in this order, or in a random one.
    pub(in crate::backend::postgres) hosts: Vec<Host>,
    pub(in crate::backend::postgres) load_balance_hosts: bool,
    pub(in crate::backend::postgres) target_session_attrs: TargetSessionAttrs,
    pub(in crate::backend::postgres) user: String,
    pub(in crate::backend::postgres) database: String,
    pub(in crate::backend::postgres) application_name: Option<String>,
    pub(in crate::backend::postgres) options: Option<String>,
    /// For each host; `None` waits for ever.
    pub(in crate::backend::postgres) connect_timeout: Option<Duration>,
    pub(in crate::backend::postgres) keepalive: Keepalive,
    pub(in crate::backend::postgres) ssl_mode: SslMode,
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(in crate::backend::postgres) ssl_root: SslRoot,
    pub(in crate::backend::postgres) channel_binding: ChannelBinding,
    /// What stands between; `None` finds it out.
    pub(in crate::backend::postgres) pooler: Option<Pooler>,
    /// To be set in the session; `None` is the server's own, zero is none.
    pub(in crate::backend::postgres) statement_timeout: Option<Duration>,
    password: Option<Secret<String>>,
    passfile: Passfile,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backend::postgres) enum Host {
    Tcp { name: String, port: u16 },
    Unix { folder: PathBuf, port: u16 },
}

/// Whose certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backend::postgres) enum SslRoot {
    System,
    File(PathBuf),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Tcp { name, port } => write!(f, "{name}:{port}"),
            Host::Unix { folder, port } => write!(f, "{}/.s.PGSQL.{port}", folder.display()),
        }
    }
}

const PORT: u16 = 5432;
const SOCKET_FOLDERS: [&str; 3] = ["/run/postgresql", "/var/run/postgresql", "/tmp"];

/// Whether libpq, as it is commonly built, would look for its socket here: password files call it `localhost`.
pub(super) fn is_default_folder(folder: &Path) -> bool {
    SOCKET_FOLDERS.iter().any(|default| folder == Path::new(default))
}

impl Settings {
    /// The password for the host, from the program, the variables or the password file.
    pub(in crate::backend::postgres) fn password(&self, host: &Host) -> Option<&Secret<String>> {
        self.password.as_ref().or_else(|| self.passfile.password(host, &self.database, &self.user))
    }
}

pub(super) fn resolve(said: &PostgresOptions, environment: &dyn Environment) -> Result<Settings> {
    let variable = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
    let user =
        said.user.clone().or_else(|| variable("PGUSER")).or_else(|| system_user(environment)).ok_or_else(|| {
            Error::connection("nobody is named to connect as: write `postgres://user@host/database`, or set PGUSER")
        })?;
    let password = said.password.clone().or_else(|| variable("PGPASSWORD").map(Secret::new));
    let passfile = match &password {
        Some(_) => Passfile::default(),
        None => {
            let path = said.passfile.clone().or_else(|| passfile::default_path(environment));
            path.map(|path| Passfile::read(&path)).unwrap_or_default()
        }
    };
    let (ssl_mode, ssl_root) = encryption(said, environment)?;
    let settings = Settings {
        hosts: hosts(said, environment)?,
        load_balance_hosts: word(said.load_balance_hosts, environment, "PGLOADBALANCEHOSTS", &words::LOAD_BALANCES)?
            .unwrap_or(false),
        target_session_attrs: word(said.target_session_attrs, environment, "PGTARGETSESSIONATTRS", &words::TARGETS)?
            .unwrap_or(TargetSessionAttrs::Any),
        database: said.database.clone().or_else(|| variable("PGDATABASE")).unwrap_or_else(|| user.clone()),
        user,
        application_name: said.application_name.clone().or_else(|| variable("PGAPPNAME")),
        options: said.options.clone().or_else(|| variable("PGOPTIONS")),
        connect_timeout: match (said.connect_timeout, variable("PGCONNECT_TIMEOUT")) {
            (None, Some(value)) => Some(words::seconds("PGCONNECT_TIMEOUT", &value)?),
            (timeout, _) => timeout,
        }
        .filter(|timeout| !timeout.is_zero()),
        keepalive: said.keepalive,
        ssl_mode,
        ssl_root,
        channel_binding: word(said.channel_binding, environment, "PGCHANNELBINDING", &words::CHANNEL_BINDINGS)?
            .unwrap_or(ChannelBinding::Prefer),
        pooler: said.pooler,
        statement_timeout: said.statement_timeout,
        password,
        passfile,
    };
    no_zero_bytes(&settings)?;
    Ok(settings)
}

/// What was said, or else the variable's word.
fn word<T: Copy>(
    said: Option<T>,
    environment: &dyn Environment,
    variable: &str,
    words: &[(&str, T)],
) -> Result<Option<T>> {
    match (said, environment.variable(variable).filter(|value| !value.is_empty())) {
        (None, Some(value)) => words::one_of(variable, &value, words).map(Some),
        (said, _) => Ok(said),
    }
}

fn system_user(environment: &dyn Environment) -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| environment.variable(name).filter(|user| !user.is_empty()))
}

/// The mode and whose certificates are trusted. As in libpq, the system's authorities are asked for only together with
/// the host's name: anybody can have a certificate of theirs for another host.
fn encryption(said: &PostgresOptions, environment: &dyn Environment) -> Result<(SslMode, SslRoot)> {
    let mode = word(said.ssl_mode, environment, "PGSSLMODE", &words::SSL_MODES)?;
    let variable = || environment.variable("PGSSLROOTCERT").filter(|path| !path.is_empty());
    let root = said.ssl_root.clone().or_else(|| variable().map(|path| words::ssl_root(&path)));
    match (mode, root) {
        (None, Some(SslRoot::System)) => Ok((SslMode::VerifyFull, SslRoot::System)),
        (Some(mode), Some(SslRoot::System)) if mode < SslMode::VerifyFull => Err(Error::connection(
            "`sslrootcert=system` trusts every public authority, so it needs the host's name verified: write `sslmode=verify-full`",
        )),
        (Some(SslMode::VerifyCa), None) => Err(Error::connection(
            "`sslmode=verify-ca` needs to know which authority to trust: add `sslrootcert=path/to/root.crt`, or write `sslmode=verify-full`",
        )),
        (Some(SslMode::Require), Some(root)) => Ok((SslMode::VerifyCa, root)),
        (mode, root) => Ok((mode.unwrap_or(SslMode::Prefer), root.unwrap_or(SslRoot::System))),
    }
}

fn hosts(said: &PostgresOptions, environment: &dyn Environment) -> Result<Vec<Host>> {
    let variable = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
    let mut places = said.hosts.clone();
    if places.is_empty() {
        let list = variable("PGHOST").or_else(|| variable("PGHOSTADDR")).unwrap_or_default();
        places = list.split(',').map(|host| Place::new(host.to_string())).collect();
    }
    let mut ports = said.ports.clone();
    if ports.iter().all(Option::is_none) {
        ports = words::ports(&variable("PGPORT").unwrap_or_default())
            .map_err(|_| Error::connection("the variable PGPORT is no number from 1 to 65535"))?;
    }
    let for_all = match ports.as_slice() {
        [port] => Some(*port),
        _ if ports.len() == places.len() => None,
        _ => {
            return Err(Error::connection(format!(
                "there are {} ports for {} hosts: name one port for all, or one for each",
                ports.len(),
                places.len()
            )));
        }
    };
    let port = |index: usize| for_all.unwrap_or_else(|| ports[index]).unwrap_or(PORT);
    Ok(places.into_iter().enumerate().map(|(index, place)| place.at(port(index), environment)).collect())
}

impl Place {
    fn at(self, port: u16, environment: &dyn Environment) -> Host {
        match self {
            Place::Name(name) => Host::Tcp { name, port },
            Place::Folder(folder) => Host::Unix { folder, port },
            Place::Default => {
                let folder = SOCKET_FOLDERS.iter().map(Path::new).find(|folder| environment.has_socket(folder, port));
                match folder {
                    Some(folder) => Host::Unix { folder: folder.to_path_buf(), port },
                    None => Host::Tcp { name: "localhost".to_string(), port },
                }
            }
        }
    }
}

/// The protocol's texts end at a zero byte: one inside would make a setting of its own of what follows.
fn no_zero_bytes(settings: &Settings) -> Result<()> {
    let texts = [
        ("user", Some(&settings.user)),
        ("database", Some(&settings.database)),
        ("application name", settings.application_name.as_ref()),
        ("options", settings.options.as_ref()),
        ("password", settings.password.as_ref().map(Secret::expose)),
    ];
    match texts.iter().find(|(_, text)| text.is_some_and(|text| text.contains('\0'))) {
        Some((name, _)) => {
            Err(Error::connection(format!("the {name} holds a zero byte, which PostgreSQL cannot take")))
        }
        None => Ok(()),
    }
}
