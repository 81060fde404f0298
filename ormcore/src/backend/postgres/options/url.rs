//! `postgres://user:password@host:port,host:port/database?option=value`, as libpq reads it.
//!
//! Each part is cut out first and decoded then, so that an encoded `:`, `,` or `/` stays in its part. No error repeats
//! a part that may hold a password, nor one that holds it because a letter in it was not encoded.

use std::path::PathBuf;

use super::words;
use super::{Place, PostgresOptions};
use crate::backend::url::decode;
use crate::error::{Error, Result};
use crate::value::Secret;

const KNOWN: [&str; 24] = [
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "application_name",
    "options",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslmode",
    "sslrootcert",
    "channel_binding",
    "target_session_attrs",
    "load_balance_hosts",
    "passfile",
    "pooler",
    "statement_timeout",
    "client_encoding",
    "gssencmode",
    "ssl",
];

pub(super) fn read(url: &str) -> Result<PostgresOptions> {
    let rest = url.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).ok_or_else(|| {
        Error::connection("the URL has no `//` after its scheme: write `postgres://user:password@host/database`")
    })?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    // An `@` further on is one of a password with a raw `/` or `?`, or of the `user:password@` that it cut in two.
    if database.contains('@') || (!authority.is_empty() && !authority.contains('@') && query.contains('@')) {
        return Err(Error::connection(
            "the URL has an `@` after the first `/` or `?`: in a user's name or password write `%2F` for `/` and `%3F` for `?`, elsewhere `%40` for `@`",
        ));
    }
    let mut options = PostgresOptions::new();
    let hosts = match authority.rsplit_once('@') {
        Some((credentials, hosts)) => {
            read_credentials(&mut options, credentials)?;
            hosts
        }
        None => authority,
    };
    read_hosts(&mut options, hosts)?;
    options.database = said(decoded("database", database)?);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        read_option(&mut options, pair, query)?;
    }
    check_counts(&options)?;
    Ok(options)
}

fn read_credentials(options: &mut PostgresOptions, credentials: &str) -> Result<()> {
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    options.user = said(decoded("user", user)?);
    options.password = said(decoded("password", password)?).map(Secret::new);
    Ok(())
}

fn read_hosts(options: &mut PostgresOptions, hosts: &str) -> Result<()> {
    if hosts.is_empty() {
        return Ok(());
    }
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[') {
            Some(address) => {
                let unclosed = || Error::connection("the URL has a `[` with no `]`: write `[::1]:5432`");
                let (address, rest) = address.split_once(']').ok_or_else(unclosed)?;
                let port = if rest.is_empty() { Some("") } else { rest.strip_prefix(':') };
                (
                    address,
                    port.ok_or_else(|| Error::connection("after `]` comes a `:` and the port: write `[::1]:5432`"))?,
                )
            }
            None => host.split_once(':').unwrap_or((host, "")),
        };
        options.hosts.push(Place::new(decoded("host", name)?));
        options.ports.push(words::port(port)?);
    }
    if options.hosts.iter().all(|host| *host == Place::Default) && options.hosts.len() == 1 {
        options.hosts.clear();
    }
    Ok(())
}

fn read_option(options: &mut PostgresOptions, pair: &str, query: &str) -> Result<()> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(Error::connection("the URL has an option with no value: write `?name=value&name=value`"));
    };
    let name = decoded("option", name)?;
    if !KNOWN.contains(&name.as_str()) {
        let named = !query.contains('@') && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        return Err(words::unknown(if named { &name } else { ".." }, &KNOWN));
    }
    let value = decoded(&name, value)?;
    set(options, &name, value)
}

fn set(options: &mut PostgresOptions, name: &str, value: String) -> Result<()> {
    match name {
        // An empty value is as good as none, as in libpq.
        _ if value.is_empty() => {}
        "host" => options.hosts = value.split(',').map(|host| Place::new(host.to_string())).collect(),
        "port" => options.ports = words::ports(&value)?,
        "user" => options.user = Some(value),
        "password" => options.password = Some(Secret::new(value)),
        "dbname" => options.database = Some(value),
        "application_name" => options.application_name = Some(value),
        "options" => options.options = Some(value),
        "connect_timeout" => options.connect_timeout = Some(words::seconds(name, &value)?),
        "keepalives" => options.keepalive.probes = Some(words::one_of(name, &value, &words::SWITCHES)?),
        "keepalives_idle" => options.keepalive.idle = Some(words::seconds(name, &value)?),
        "keepalives_interval" => options.keepalive.interval = Some(words::seconds(name, &value)?),
        "keepalives_count" => options.keepalive.count = Some(words::count(name, &value)?),
        "tcp_user_timeout" => options.keepalive.user_timeout = Some(words::milliseconds(name, &value)?),
        "sslmode" => options.ssl_mode = Some(words::one_of(name, &value, &words::SSL_MODES)?),
        "ssl" => {
            words::one_of(name, &value, &[("true", ())])?;
            options.ssl_mode = Some(super::SslMode::Require);
        }
        "sslrootcert" => options.ssl_root = Some(words::ssl_root(&value)),
        "channel_binding" => {
            options.channel_binding = Some(words::one_of(name, &value, &words::CHANNEL_BINDINGS)?);
        }
        "target_session_attrs" => options.target_session_attrs = Some(words::one_of(name, &value, &words::TARGETS)?),
        "load_balance_hosts" => options.load_balance_hosts = Some(words::one_of(name, &value, &words::LOAD_BALANCES)?),
        "passfile" => options.passfile = Some(PathBuf::from(value)),
        "pooler" => options.pooler = Some(words::one_of(name, &value, &words::POOLERS)?),
        "statement_timeout" => options.statement_timeout = Some(words::milliseconds(name, &value)?),
        // Said for libpq's sake: these are what ormcore does.
        "client_encoding" => {
            words::one_of(name, &value.to_ascii_lowercase(), &[("utf8", ()), ("utf-8", ()), ("auto", ())])?;
        }
        "gssencmode" => words::one_of(name, &value, &[("disable", ()), ("prefer", ())])?,
        _ => return Err(words::unknown(name, &KNOWN)),
    }
    Ok(())
}

fn check_counts(options: &PostgresOptions) -> Result<()> {
    let (hosts, ports) = (options.hosts.len(), options.ports.len());
    // Where no host is said, `PGHOST` may name several.
    if hosts > 0 && ports > 1 && hosts != ports {
        return Err(Error::connection(format!(
            "the URL has {ports} ports for {hosts} hosts: write one port for all, or one for each"
        )));
    }
    Ok(())
}

fn said(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn decoded(part: &str, text: &str) -> Result<String> {
    // libpq's parts are C's strings.
    decode(text).filter(|text| !text.contains('\0')).ok_or_else(|| {
        Error::connection(format!("the URL's {part} is not percent-encoded UTF-8: write `%25` for a `%`"))
    })
}
