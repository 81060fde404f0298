use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::options::{Host, Settings};
use super::startup::{self, Failure};
use super::wire::Wire;
use crate::error::{Error, Result};

/// Cancels what a connection runs: from another thread, over a connection of its own, and as long as the connection is lent
/// to the one who took the token.
///
/// ```no_run
/// use ormcore::backend::postgres::PostgresConnection;
/// use ormcore::prelude::*;
///
/// let db = Database::connect("postgres://localhost/app")?;
/// db.transaction(|tx| {
///     let token = tx.with_driver(|connection: &mut PostgresConnection| connection.cancel_token())?;
///     std::thread::spawn(move || token.cancel());
///     tx.execute("SELECT pg_sleep(60)", ())
/// })?;
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CancelToken {
    host: Host,
    /// Where the host was: its name may lead to another server by now.
    address: Option<SocketAddr>,
    settings: Arc<Settings>,
    process: i32,
    secret: Secret,
    /// Whether the loan in which the token was taken has ended: it is read as long as a request is on its way.
    is_over: Arc<RwLock<bool>>,
}

/// What shows that the token came from the server; not to be shown to anybody else.
#[derive(Clone, Default)]
struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// One who cancels for many would else wait for ever for a server that takes connections and answers nothing.
const LONGEST: Duration = Duration::from_secs(30);

impl CancelToken {
    pub(super) fn new(host: Host, address: Option<SocketAddr>, settings: Arc<Settings>) -> Self {
        let (process, secret) = (0, Secret::default());
        CancelToken { host, address, settings, process, secret, is_over: Arc::default() }
    }

    /// Makes the tokens of this loan cancel nothing any more.
    ///
    /// # Errors
    /// If one of them is about to: what runs next on the connection might be canceled.
    pub(super) fn end_loan(&mut self) -> Result<()> {
        // Nobody has one.
        if Arc::get_mut(&mut self.is_over).is_some() {
            return Ok(());
        }
        let is_over = std::mem::take(&mut self.is_over);
        let Ok(mut is_over) = is_over.try_write() else {
            return Err(Error::connection("a request to cancel what the connection runs is on its way"));
        };
        *is_over = true;
        Ok(())
    }

    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    pub(super) fn set(&mut self, process: i32, secret: &[u8]) {
        self.process = process;
        self.secret = Secret(secret.to_vec());
    }

    /// Asks the server to cancel the statement that runs now, if one does: it ends in
    /// [`ErrorKind::Canceled`](crate::ErrorKind::Canceled), unless it ends first.
    ///
    /// Once the connection is back in the pool, at the end of the transaction or of `with_driver`, the token does nothing: what
    /// runs then is another's. A connection that goes back while a request is on its way is closed.
    ///
    /// It waits until the server has taken the request, for `connect_timeout`, or 30 seconds, at most.
    ///
    /// # Errors
    /// If the server cannot be reached.
    pub fn cancel(&self) -> Result<()> {
        let is_over = self.is_over.read().unwrap_or_else(PoisonError::into_inner);
        if *is_over { Ok(()) } else { self.cancel_within(LONGEST) }
    }

    /// Cancels what the connection runs, whoever has it; given up after this time, or `connect_timeout` if that is shorter.
    pub(super) fn cancel_within(&self, most: Duration) -> Result<()> {
        let most = self.settings.connect_timeout.map_or(most, |timeout| timeout.min(most));
        let begun = Instant::now();
        // A wait of no time is none that the system takes.
        self.ask(&|| Some(most.saturating_sub(begun.elapsed()).max(Duration::from_millis(1))))
    }

    /// Each step asks for how long it may wait.
    fn ask(&self, timeout: &dyn Fn() -> Option<Duration>) -> Result<()> {
        let (stream, _) =
            startup::open(&self.host, self.address, &self.settings, timeout).map_err(|failure| match failure {
                Failure::Unreachable(problem, _) => Error::connection(format!("{}: {problem}", self.host)),
                Failure::Refused(error) => error,
            })?;
        let lost = |error: std::io::Error| Error::connection(error.to_string()).with_source(error);
        let mut wire = Wire::new(stream);
        wire.set_deadline(timeout()).map_err(lost)?;
        wire.out.cancel_request(self.process, &self.secret.0);
        wire.flush().map_err(lost)?;
        // The server answers by closing: then the request has been seen.
        let _ = wire.read_byte();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;

    use super::*;
    use crate::backend::postgres::PostgresOptions;

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        for mode in ["disable", "prefer"] {
            let url = format!("postgres://ann@127.0.0.1:{}/?sslmode={mode}", address.port());
            let settings = PostgresOptions::from_url(&url).unwrap().resolve().unwrap();
            let host = Host::Tcp { name: "127.0.0.1".to_string(), port: address.port() };
            let token = CancelToken::new(host, Some(address), Arc::new(settings));
            let begun = Instant::now();
            let _ = token.cancel_within(Duration::from_millis(200));
            assert!(begun.elapsed() < Duration::from_secs(5), "{mode}");
        }
    }

    #[test]
    fn a_loan_ends_at_once_whether_or_not_a_request_is_on_its_way() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let host = Host::Tcp { name: "127.0.0.1".to_string(), port: address.port() };
        let settings = PostgresOptions::from_url("postgres://ann@127.0.0.1/?sslmode=disable").unwrap();
        let mut own = CancelToken::new(host, Some(address), Arc::new(settings.resolve().unwrap()));
        own.end_loan().unwrap();
        let late = own.clone();
        own.end_loan().unwrap();
        late.cancel().unwrap();
        let token = own.clone();
        let canceling = std::thread::spawn(move || token.cancel());
        let request = listener.accept().unwrap();
        own.end_loan().unwrap_err();
        drop(request);
        canceling.join().unwrap().unwrap();
    }

    #[test]
    fn the_request_goes_to_the_very_server_whatever_its_name_leads_to_now() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let host = Host::Tcp { name: "nowhere.invalid".to_string(), port: 5432 };
        let settings = PostgresOptions::from_url("postgres://ann@nowhere.invalid/?sslmode=disable").unwrap();
        let mut token = CancelToken::new(host, Some(address), Arc::new(settings.resolve().unwrap()));
        token.set(7, &[1, 2, 3, 4]);
        let canceling = std::thread::spawn(move || token.cancel());
        let mut request = [0; 16];
        listener.accept().unwrap().0.read_exact(&mut request).unwrap();
        canceling.join().unwrap().unwrap();
        assert_eq!(request, [0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 7, 1, 2, 3, 4]);
    }
}
