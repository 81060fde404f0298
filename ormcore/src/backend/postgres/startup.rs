//! How a connection begins: a server that answers, encryption, the password, the session's settings.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding as Binding, SCRAM_SHA_256, ScramSha256};

use super::bind::MOST_TOGETHER;
use super::cache::Cache;
use super::cancel::CancelToken;
use super::command::Changes;
use super::connection::{PostgresConnection, Session};
use super::error::ServerError;
use super::message::Outgoing;
use super::options::{ChannelBinding, Host, Pooler, Settings, SslMode, TargetSessionAttrs};
use super::pipeline::Spare;
use super::stream::Stream;
use super::wire::{Body, Wire};
use crate::error::{Error, Result};

/// Why one server would not do.
pub(super) enum Failure {
    /// Another may. What it said itself, if it did.
    Unreachable(String, Option<Box<ServerError>>),
    /// It answered, and said no; no other is asked, as libpq has it.
    Refused(Error),
}

const NO_POSTGRES: &str = "what answers there is no PostgreSQL server: check the host and the port";

impl Failure {
    fn unreachable(problem: impl Into<String>) -> Self {
        Failure::Unreachable(problem.into(), None)
    }

    fn refused(host: &Host, problem: &str) -> Self {
        Failure::Refused(Error::connection(format!("{host}: {problem}")))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::unreachable(match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                "it did not answer in time: check the host and the port, or raise `connect_timeout`".to_string()
            }
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                format!("{error}: check the host and the port: does a server run there?")
            }
            io::ErrorKind::InvalidData => format!("{NO_POSTGRES} ({error})"),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                format!("{error}: check that a PostgreSQL server runs there, and its log")
            }
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
    let mut said = None;
    for wanted in passes {
        for host in &hosts {
            match connect_to(host, *wanted, settings) {
                Ok(connection) => return Ok(connection),
                Err(Failure::Refused(error)) => return Err(error),
                Err(Failure::Unreachable(problem, words)) => {
                    problems.push(format!("{host}: {problem}"));
                    said = words.or(said);
                }
            }
        }
    }
    let error = Error::connection(problems.join("; "));
    Err(match said {
        Some(said) => error.with_source(*said),
        None => error,
    })
}

fn connect_to(
    host: &Host,
    wanted: TargetSessionAttrs,
    settings: &Arc<Settings>,
) -> Result<PostgresConnection, Failure> {
    if settings.channel_binding == ChannelBinding::Require {
        return Err(Failure::refused(
            host,
            "`channel_binding=require` is asked for, which ormcore cannot do: `sslmode=verify-full` keeps others out too",
        ));
    }
    let timeout = || settings.connect_timeout;
    let (stream, is_encrypted) = open(host, None, settings, &timeout)?;
    let mut connection = match begin(stream, host, settings, is_encrypted) {
        // As in libpq: the server may let in from here only who does not encrypt.
        Err(Failure::Refused(error))
            if is_encrypted && settings.ssl_mode == SslMode::Prefer && has_no_entry(&error) =>
        {
            begin(reach(host, None, settings, timeout())?, host, settings, false)?
        }
        begun => begun?,
    };
    settle(&mut connection, wanted, settings)?;
    connection.wire.set_deadline(None)?;
    Ok(connection)
}

/// Whether no line of the server's `pg_hba.conf` lets the user in.
fn has_no_entry(error: &Error) -> bool {
    error.downcast_ref::<ServerError>().is_some_and(|error| error.code() == "28000")
}

/// Says who connects, and proves it.
fn begin(
    stream: Stream,
    host: &Host,
    settings: &Arc<Settings>,
    is_encrypted: bool,
) -> Result<PostgresConnection, Failure> {
    let cancel = CancelToken::new(host.clone(), stream.peer()?, Arc::clone(settings));
    let mut wire = Wire::new(stream);
    wire.set_deadline(settings.connect_timeout)?;
    greet(&mut wire, settings);
    wire.flush()?;
    let mut connection = PostgresConnection {
        wire,
        cache: Cache::default(),
        changes: Changes::default(),
        session: Session::default(),
        cancel,
        queued: 0,
        leading: Vec::new(),
        skips: false,
        begun: false,
        usable: true,
        in_exchange: false,
        committed: false,
        failure: None,
        is_reset: false,
        has_named: false,
        touched: false,
        pooler: Pooler::Session,
        most_together: MOST_TOGETHER,
        spare: Spare::default(),
    };
    authenticate(&mut connection, host, settings, is_encrypted)?;
    Ok(connection)
}

/// A stream to the host, at the address if it is known already, encrypted as the settings want it, and whether it is. Each
/// step asks for how long it may wait.
pub(super) fn open(
    host: &Host,
    address: Option<SocketAddr>,
    settings: &Settings,
    timeout: &dyn Fn() -> Option<Duration>,
) -> Result<(Stream, bool), Failure> {
    let stream = reach(host, address, settings, timeout())?;
    match host {
        Host::Tcp { name, .. } if settings.ssl_mode != SslMode::Disable => {
            match encrypt(stream, host, name, settings, timeout())? {
                Some(opened) => Ok(opened),
                None => Ok((reach(host, address, settings, timeout())?, false)),
            }
        }
        _ => Ok((stream, false)),
    }
}

/// A stream to the host as it is.
fn reach(
    host: &Host,
    address: Option<SocketAddr>,
    settings: &Settings,
    timeout: Option<Duration>,
) -> Result<Stream, Failure> {
    match host {
        #[cfg(unix)]
        Host::Unix { folder, port } => {
            let path = folder.join(format!(".s.PGSQL.{port}"));
            Ok(Stream::Unix(std::os::unix::net::UnixStream::connect(path)?))
        }
        #[cfg(not(unix))]
        Host::Unix { .. } => Err(Failure::unreachable("there are no Unix sockets here")),
        Host::Tcp { name, port } => {
            let addresses = match address {
                Some(address) => vec![address],
                None => (name.as_str(), *port).to_socket_addrs()?.collect(),
            };
            let stream = tcp(&addresses, timeout)?;
            stream.set_nodelay(true)?;
            settings.keepalive.set(&stream)?;
            Ok(Stream::Tcp(stream))
        }
    }
}

/// Connects to the first of a name's addresses that answers.
fn tcp(addresses: &[SocketAddr], timeout: Option<Duration>) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        let stream = match timeout {
            Some(timeout) => TcpStream::connect_timeout(address, timeout),
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
fn encrypt(
    stream: Stream,
    host: &Host,
    _: &str,
    settings: &Settings,
    _: Option<Duration>,
) -> Result<Option<(Stream, bool)>, Failure> {
    match settings.ssl_mode {
        SslMode::Disable | SslMode::Prefer => Ok(Some((stream, false))),
        _ => Err(Failure::refused(
            host,
            "an encrypted connection is asked for by `sslmode`: add the feature `tls` to the dependency `ormcore`",
        )),
    }
}

/// Encrypts the stream if the server can; `None` if that failed and a new one is to be used as it is.
#[cfg(feature = "tls")]
fn encrypt(
    stream: Stream,
    host: &Host,
    name: &str,
    settings: &Settings,
    timeout: Option<Duration>,
) -> Result<Option<(Stream, bool)>, Failure> {
    let prefers = settings.ssl_mode == SslMode::Prefer;
    let mut wire = Wire::new(stream);
    wire.set_deadline(timeout)?;
    wire.out.ssl_request();
    wire.flush()?;
    match (wire.read_byte()?, wire.into_stream()) {
        (b'S', Ok(Stream::Tcp(stream))) => match super::tls::encrypt(stream, name, settings) {
            Ok(stream) => Ok(Some((Stream::Tls(Box::new(stream)), true))),
            Err(_) if prefers => Ok(None),
            Err(problem) => Err(Failure::refused(host, &problem)),
        },
        (b'S', Err(error)) => Err(Failure::refused(host, &error.to_string())),
        (b'N', Ok(stream)) if prefers => Ok(Some((stream, false))),
        (b'N', _) => Err(Failure::unreachable(
            "the server does not encrypt, which `sslmode` asks for: set `ssl = on` there, or write `sslmode=prefer`",
        )),
        // Who says so is not known: its words are not read.
        (b'E', _) if prefers => Ok(None),
        (b'E', _) => Err(Failure::unreachable("the server refused before it encrypted: see its log")),
        _ => Err(Failure::unreachable(NO_POSTGRES)),
    }
}

/// What the server takes for a time, which is at least one millisecond unless it is none.
pub(super) fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
}

/// Writes who connects, to what, and the session's settings: instants travel in UTC, text in UTF-8.
fn greet(wire: &mut Wire, settings: &Settings) {
    let timeout = settings.statement_timeout.map(|timeout| milliseconds(timeout).to_string());
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
    let mut login = Login { host, settings, is_encrypted, scram: None, has_proved: false };
    loop {
        let message = connection.answer()?;
        let body = connection.wire.body(&message).to_vec();
        match message.tag {
            b'E' => return Err(refusal(host, &body)),
            b'R' => {}
            _ => return Err(Failure::unreachable(NO_POSTGRES)),
        }
        let mut body = Body(&body);
        match body.u32()? {
            // Who does not know the password cannot prove it, and would like to do without.
            0 if login.scram.is_some() && !login.has_proved => {
                return Err(Failure::unreachable("it did not prove that it knows the password"));
            }
            0 => return Ok(()),
            question => login.answer(question, body, &mut connection.wire.out)?,
        }
        connection.wire.flush()?;
    }
}

/// A login in progress.
struct Login<'a> {
    host: &'a Host,
    settings: &'a Settings,
    is_encrypted: bool,
    scram: Option<ScramSha256>,
    /// Whether the server has proved that it knows the password too.
    has_proved: bool,
}

impl Login<'_> {
    fn password(&self) -> Result<&str, Failure> {
        self.settings.password(self.host).map(|password| password.expose().as_str()).ok_or_else(|| {
            let problem = format!(
                "it asks for the password of `{}`: write `postgres://user:password@host/database`, or set PGPASSWORD, or \
                 add a line to the password file",
                self.settings.user
            );
            Failure::refused(self.host, &problem)
        })
    }

    /// Writes the answer to a question of the server's, by its number in the protocol.
    fn answer(&mut self, question: u32, mut body: Body<'_>, out: &mut Outgoing) -> Result<(), Failure> {
        match question {
            3 => {
                // Whoever sits in between can ask so, in place of a server that would encrypt or have the password proved.
                let is_open = !self.is_encrypted && matches!(self.host, Host::Tcp { .. });
                if is_open && self.settings.ssl_mode != SslMode::Disable {
                    return Err(Failure::unreachable(
                        "it asks for the password in the clear, over a connection that is not encrypted: write \
                         `sslmode=verify-full` or `sslmode=require`, or `scram-sha-256` in the server's `pg_hba.conf`; \
                         `sslmode=disable` gives it, if the network is trusted",
                    ));
                }
                out.password(self.password()?);
            }
            5 => {
                let salt = body.take(4)?.try_into().map_err(|_| io::Error::other("a salt that is cut off"))?;
                out.password(&md5_hash(self.settings.user.as_bytes(), self.password()?.as_bytes(), salt));
            }
            10 => {
                let mut offers_scram = false;
                while let Ok(mechanism) = body.text() {
                    offers_scram |= mechanism == SCRAM_SHA_256;
                }
                if !offers_scram {
                    return Err(Failure::unreachable(format!("it offers no {SCRAM_SHA_256}")));
                }
                let begun = ScramSha256::new(self.password()?.as_bytes(), Binding::unsupported());
                out.sasl_initial_response(SCRAM_SHA_256, begun.message());
                self.scram = Some(begun);
            }
            11 => {
                let scram = self.scram.as_mut().ok_or_else(no_question)?;
                check_iterations(body.0)?;
                scram.update(body.0)?;
                out.sasl_response(scram.message());
            }
            12 => {
                self.scram.as_mut().ok_or_else(no_question)?.finish(body.0)?;
                self.has_proved = true;
            }
            _ => {
                return Err(Failure::refused(
                    self.host,
                    "it asks for a way to prove who you are that ormcore does not know: it knows passwords \
                     (SCRAM-SHA-256, MD5), so change the line of the server's `pg_hba.conf`",
                ));
            }
        }
        Ok(())
    }
}

fn no_question() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an answer to no question")
}

/// Refuses a server that would have us count for ever.
fn check_iterations(challenge: &[u8]) -> io::Result<()> {
    const MOST: u32 = 10_000_000;
    let text = std::str::from_utf8(challenge).unwrap_or_default();
    let iterations = text.split(',').find_map(|part| part.strip_prefix("i="));
    match iterations.map(str::parse::<u32>) {
        Some(Ok(iterations)) if iterations <= MOST => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "a challenge that cannot be met")),
    }
}

/// What the server says no with. One that starts or stops, or has no place left, is as good as absent.
fn refusal(host: &Host, body: &[u8]) -> Failure {
    match ServerError::parse(body) {
        Ok(error) if matches!(error.code(), "57P03" | "53300" | "57P01") => {
            Failure::Unreachable(error.refusal(), Some(Box::new(error)))
        }
        Ok(error) => Failure::Refused(Error::connection(format!("{host}: {}", error.refusal())).with_source(error)),
        Err(unreadable) => Failure::refused(host, &format!("{NO_POSTGRES} ({unreadable})")),
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
            b'E' => return Err(refusal(connection.cancel.host(), body.0)),
            _ => {}
        }
    }
    connection.session.status = b'I';
    let server = connection
        .first_row("SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('transaction_read_only')")
        .map_err(|error| match error.downcast_ref::<ServerError>() {
            Some(said) => Failure::Unreachable(said.refusal(), Some(Box::new(said.clone()))),
            None => Failure::unreachable(error.to_string()),
        })?;
    let [own_process, in_recovery, read_only] = server.as_slice() else {
        return Err(Failure::unreachable("it does not say what kind of server it is"));
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
    if will_do { Ok(()) } else { Err(Failure::unreachable("it is not what `target_session_attrs` asks for")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_no_whole_millisecond_is_no_time_without_end() {
        let times = [Duration::ZERO, Duration::from_micros(1), Duration::from_micros(1500), Duration::MAX];
        assert_eq!(times.map(milliseconds), [0, 1, 2, i32::MAX]);
    }
}
