//! How a connection begins: a server that answers, encryption, the password, the session's settings.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding as Binding, SCRAM_SHA_256, ScramSha256};

use super::cache::Cache;
use super::cancel::CancelToken;
use super::connection::{PostgresConnection, Session};
use super::error::ServerError;
use super::options::{ChannelBinding, Host, Pooler, Settings, SslMode, TargetSessionAttrs};
use super::stream::Stream;
use super::wire::{Body, Wire};
use crate::error::{Error, Result};

/// Why one server would not do.
pub(super) enum Failure {
    /// Another may.
    Unreachable(String),
    /// It answered, and said no; no other is asked, as libpq has it.
    Refused(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Unreachable(match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "it did not answer in time".to_string(),
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => format!("{error}: does a server run there?"),
            _ => error.to_string(),
        })
    }
}

/// Connects to the first server that will do.
pub(super) fn connect(settings: &Arc<Settings>) -> Result<PostgresConnection> {
    let mut hosts: Vec<&Host> = settings.hosts.iter().collect();
    if settings.load_balance_hosts {
        let random = RandomState::new();
        hosts.sort_by_key(|host| random.hash_one(host.to_string()));
    }
    let passes: &[TargetSessionAttrs] = match settings.target_session_attrs {
        TargetSessionAttrs::PreferStandby => &[TargetSessionAttrs::Standby, TargetSessionAttrs::Any],
        _ => std::slice::from_ref(&settings.target_session_attrs),
    };
    let mut problems = Vec::new();
    for wanted in passes {
        for host in &hosts {
            match connect_to(host, *wanted, settings) {
                Ok(connection) => return Ok(connection),
                Err(Failure::Refused(error)) => return Err(error),
                Err(Failure::Unreachable(problem)) => problems.push(format!("{host}: {problem}")),
            }
        }
    }
    Err(Error::connection(problems.join("; ")))
}

fn connect_to(
    host: &Host,
    wanted: TargetSessionAttrs,
    settings: &Arc<Settings>,
) -> Result<PostgresConnection, Failure> {
    let (stream, is_encrypted) = open(host, settings)?;
    stream.set_timeout(settings.connect_timeout)?;
    let mut wire = Wire::new(stream);
    greet(&mut wire, settings);
    wire.flush()?;
    let mut connection = PostgresConnection {
        wire,
        cache: Cache::default(),
        session: Session::default(),
        cancel: CancelToken::new(host.clone(), Arc::clone(settings)),
        queued: 0,
        begun: false,
        usable: true,
        failure: None,
        touched: false,
        pooler: Pooler::Session,
    };
    authenticate(&mut connection, host, settings, is_encrypted)?;
    settle(&mut connection, wanted, settings)?;
    connection.wire.stream().set_timeout(None)?;
    Ok(connection)
}

/// A stream to the host, encrypted as the settings want it.
pub(super) fn open(host: &Host, settings: &Settings) -> Result<(Stream, bool), Failure> {
    match host {
        #[cfg(unix)]
        Host::Unix { folder, port } => {
            let path = folder.join(format!(".s.PGSQL.{port}"));
            Ok((Stream::Unix(std::os::unix::net::UnixStream::connect(path)?), false))
        }
        #[cfg(not(unix))]
        Host::Unix { .. } => Err(Failure::Unreachable("there are no Unix sockets here".to_string())),
        Host::Tcp { name, port } => {
            let stream = tcp(name, *port, settings.connect_timeout)?;
            stream.set_nodelay(true)?;
            encrypt(stream, name, settings)
        }
    }
}

/// Connects to the first of the name's addresses that answers.
fn tcp(name: &str, port: u16, timeout: Option<Duration>) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in (name, port).to_socket_addrs()? {
        let stream = match timeout {
            Some(timeout) => TcpStream::connect_timeout(&address, timeout),
            None => TcpStream::connect(address),
        };
        match stream {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(not(feature = "tls"))]
fn encrypt(stream: TcpStream, _: &str, settings: &Settings) -> Result<(Stream, bool), Failure> {
    match settings.ssl_mode {
        SslMode::Disable | SslMode::Prefer => Ok((Stream::Tcp(stream), false)),
        _ => Err(Failure::Refused(Error::connection(
            "an encrypted connection is asked for by `sslmode`: add the feature `tls` to the dependency `ormcore`",
        ))),
    }
}

#[cfg(feature = "tls")]
fn encrypt(stream: TcpStream, name: &str, settings: &Settings) -> Result<(Stream, bool), Failure> {
    if settings.ssl_mode == SslMode::Disable {
        return Ok((Stream::Tcp(stream), false));
    }
    stream.set_read_timeout(settings.connect_timeout)?;
    let mut wire = Wire::new(Stream::Tcp(stream));
    wire.out.ssl_request();
    wire.flush()?;
    match (wire.read_byte()?, wire.into_stream()?) {
        (b'S', Stream::Tcp(stream)) => {
            let stream = super::tls::encrypt(stream, name, settings).map_err(Failure::Refused)?;
            Ok((Stream::Tls(Box::new(stream)), true))
        }
        (_, stream) if settings.ssl_mode == SslMode::Prefer => Ok((stream, false)),
        _ => Err(Failure::Unreachable("the server does not encrypt, which `sslmode` asks for".to_string())),
    }
}

/// Writes who connects, to what, and the session's settings: instants travel in UTC, text in UTF-8.
fn greet(wire: &mut Wire, settings: &Settings) {
    let timeout = settings.statement_timeout.map(|timeout| timeout.as_millis().to_string());
    let mut parameters = vec![
        ("user", settings.user.as_str()),
        ("database", &settings.database),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO"),
        ("TimeZone", "UTC"),
    ];
    let further = [
        ("application_name", settings.application_name.as_deref()),
        ("options", settings.options.as_deref()),
        ("statement_timeout", timeout.as_deref()),
    ];
    parameters.extend(further.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))));
    wire.out.startup(parameters);
}

fn authenticate(
    connection: &mut PostgresConnection,
    host: &Host,
    settings: &Settings,
    is_encrypted: bool,
) -> Result<(), Failure> {
    let mut scram = None;
    let password = || {
        settings.password(host).map(|password| password.expose().as_str()).ok_or_else(|| {
            Failure::Refused(Error::connection(format!(
                "{host} asks for the password of `{}`: write `postgres://user:password@host/database`, or set \
                 PGPASSWORD, or add a line to the password file",
                settings.user
            )))
        })
    };
    loop {
        let message = connection.answer()?;
        let mut body = Body(connection.wire.body(&message));
        match message.tag {
            b'E' => return Err(refusal(body.0)),
            b'R' => {}
            _ => return Err(Failure::Unreachable("it is no PostgreSQL server, by its first words".to_string())),
        }
        match body.u32()? {
            0 if scram.is_none() && settings.channel_binding == ChannelBinding::Require => {
                return Err(no_binding());
            }
            0 => return Ok(()),
            3 => {
                // In the clear, only to whoever is known to be the server.
                if !is_encrypted && matches!(host, Host::Tcp { .. }) && settings.ssl_mode > SslMode::Prefer {
                    return Err(Failure::Unreachable("it asks for the password in the clear".to_string()));
                }
                let password = password()?;
                connection.wire.out.password(password);
            }
            5 => {
                let salt = body.take(4)?.try_into().map_err(|_| io::Error::other("a salt that is cut off"))?;
                let hash = md5_hash(settings.user.as_bytes(), password()?.as_bytes(), salt);
                connection.wire.out.password(&hash);
            }
            10 => {
                if settings.channel_binding == ChannelBinding::Require {
                    return Err(no_binding());
                }
                let mut offers_scram = false;
                while let Ok(mechanism) = body.text() {
                    offers_scram |= mechanism == SCRAM_SHA_256;
                }
                if !offers_scram {
                    return Err(Failure::Unreachable(format!("it offers no {SCRAM_SHA_256}")));
                }
                let begun = ScramSha256::new(password()?.as_bytes(), Binding::unsupported());
                connection.wire.out.sasl_initial_response(SCRAM_SHA_256, begun.message());
                scram = Some(begun);
            }
            11 => {
                let scram = scram.as_mut().ok_or_else(|| io::Error::other("an answer to no question"))?;
                scram.update(body.0)?;
                connection.wire.out.sasl_response(scram.message());
            }
            12 => {
                let scram = scram.as_mut().ok_or_else(|| io::Error::other("an answer to no question"))?;
                scram.finish(body.0)?;
            }
            _ => {
                return Err(Failure::Refused(Error::connection(format!(
                    "{host} asks for a way to prove who you are that ormcore does not know: it knows passwords (SCRAM-SHA-256, MD5)"
                ))));
            }
        }
        connection.wire.flush()?;
    }
}

fn no_binding() -> Failure {
    Failure::Refused(Error::connection("`channel_binding=require` is asked for, which ormcore cannot do"))
}

/// What the server says no with. One that starts or stops, or has no place left, is as good as absent.
fn refusal(body: &[u8]) -> Failure {
    match ServerError::parse(body) {
        Ok(error) if matches!(error.code(), "57P03" | "53300" | "57P01") => {
            Failure::Unreachable(error.message().to_string())
        }
        Ok(error) => Failure::Refused(error.translate(None)),
        Err(unreadable) => Failure::Refused(unreadable),
    }
}

/// Takes the server's settings, and finds out what kind of server it is and whether a pooler stands before it.
fn settle(connection: &mut PostgresConnection, wanted: TargetSessionAttrs, settings: &Settings) -> Result<(), Failure> {
    let mut process = 0;
    loop {
        let message = connection.answer()?;
        let mut body = Body(connection.wire.body(&message));
        match message.tag {
            b'K' => {
                process = body.u32()? as i32;
                connection.cancel.set(process, body.0);
            }
            b'Z' => break,
            b'E' => return Err(refusal(body.0)),
            _ => {}
        }
    }
    connection.session.status = b'I';
    let server = connection
        .first_row("SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('transaction_read_only')")
        .map_err(Failure::Refused)?;
    let [own_process, in_recovery, read_only] = server.as_slice() else {
        return Err(Failure::Unreachable("it does not say what kind of server it is".to_string()));
    };
    // A pooler gives a number of its own; whether it keeps the server connection is not to be seen from here.
    let behind_pooler = own_process.as_deref() != Some(process.to_string().as_str());
    connection.pooler = settings.pooler.unwrap_or(if behind_pooler { Pooler::Transaction } else { Pooler::Session });
    let is = |value: &Option<String>, word: &str| value.as_deref() == Some(word);
    let (is_standby, is_read_only) = (is(in_recovery, "t"), is(read_only, "on"));
    let will_do = match wanted {
        TargetSessionAttrs::Any | TargetSessionAttrs::PreferStandby => true,
        TargetSessionAttrs::ReadWrite => !is_read_only,
        TargetSessionAttrs::ReadOnly => is_read_only,
        TargetSessionAttrs::Primary => !is_standby,
        TargetSessionAttrs::Standby => is_standby,
    };
    if will_do {
        Ok(())
    } else {
        Err(Failure::Unreachable("it is not what `target_session_attrs` asks for".to_string()))
    }
}
