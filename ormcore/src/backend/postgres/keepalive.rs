//! How a server is found out that has vanished without a word, as by a cable that is pulled.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

/// What is asked of the system for a connection over TCP; what is not said is as the system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Keepalive {
    /// Whether the other side is probed while nothing comes from it; it is unless that is `false`.
    pub(super) probes: Option<bool>,
    /// How long nothing comes before it is.
    pub(super) idle: Option<Duration>,
    /// How long it has for an answer.
    pub(super) interval: Option<Duration>,
    /// How many probes are lost before it is taken for gone.
    pub(super) count: Option<u32>,
    /// How long what is sent may stay without a receipt.
    pub(super) user_timeout: Option<Duration>,
}

impl Keepalive {
    /// Asks it of the stream's system. What the system lacks is left out, as in libpq.
    #[cfg_attr(not(unix), allow(clippy::unnecessary_wraps))]
    pub(super) fn set(&self, stream: &TcpStream) -> io::Result<()> {
        #[cfg(unix)]
        if self.probes != Some(false) {
            rustix::net::sockopt::set_socket_keepalive(stream, true)?;
            self.set_probes(stream)?;
        }
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(timeout) = self.user_timeout.filter(|timeout| !timeout.is_zero()) {
            let milliseconds = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
            rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds)?;
        }
        let _ = stream;
        Ok(())
    }

    #[cfg(all(unix, not(any(target_os = "haiku", target_os = "nto", target_os = "openbsd", target_os = "redox"))))]
    fn set_probes(&self, stream: &TcpStream) -> io::Result<()> {
        let said = |time: &Duration| !time.is_zero();
        if let Some(idle) = self.idle.filter(said) {
            rustix::net::sockopt::set_tcp_keepidle(stream, idle)?;
        }
        if let Some(interval) = self.interval.filter(said) {
            rustix::net::sockopt::set_tcp_keepintvl(stream, interval)?;
        }
        if let Some(count) = self.count.filter(|count| *count > 0) {
            rustix::net::sockopt::set_tcp_keepcnt(stream, count)?;
        }
        Ok(())
    }

    #[cfg(all(unix, any(target_os = "haiku", target_os = "nto", target_os = "openbsd", target_os = "redox")))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    fn set_probes(&self, _: &TcpStream) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpListener;

    use rustix::net::sockopt;

    use super::*;

    fn stream() -> std::io::Result<TcpStream> {
        TcpStream::connect(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
    }

    #[test]
    fn a_server_is_probed_unless_that_is_refused() {
        let (probed, left_alone) = (stream().unwrap(), stream().unwrap());
        Keepalive::default().set(&probed).unwrap();
        Keepalive { probes: Some(false), ..Keepalive::default() }.set(&left_alone).unwrap();
        assert!(sockopt::socket_keepalive(&probed).unwrap());
        assert!(!sockopt::socket_keepalive(&left_alone).unwrap());
        assert_eq!(sockopt::tcp_user_timeout(&probed).unwrap(), 0);
    }

    #[test]
    fn what_is_said_is_asked_of_the_system_and_zero_is_its_own() {
        let stream = stream().unwrap();
        let said = Keepalive {
            idle: Some(Duration::from_secs(30)),
            interval: Some(Duration::from_secs(7)),
            count: Some(3),
            user_timeout: Some(Duration::from_millis(4500)),
            ..Keepalive::default()
        };
        said.set(&stream).unwrap();
        let zero = Some(Duration::ZERO);
        let nothing = Keepalive { idle: zero, interval: zero, count: Some(0), user_timeout: zero, ..said };
        nothing.set(&stream).unwrap();
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), Duration::from_secs(30));
        assert_eq!(sockopt::tcp_keepintvl(&stream).unwrap(), Duration::from_secs(7));
        assert_eq!(sockopt::tcp_keepcnt(&stream).unwrap(), 3);
        assert_eq!(sockopt::tcp_user_timeout(&stream).unwrap(), 4500);
    }
}
