use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Duration;

#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, poll};
#[cfg(unix)]
use rustix::io::retry_on_intr;

/// The bytes' way to a server.
#[derive(Debug)]
pub(super) enum Stream {
    #[cfg(unix)]
    Unix(UnixStream),
    Tcp(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<super::tls::TlsStream>),
}

impl Stream {
    /// Whether a read or write that cannot be done now is given up at once.
    pub(super) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_nonblocking(nonblocking),
            Stream::Tcp(stream) => stream.set_nonblocking(nonblocking),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.sock.set_nonblocking(nonblocking),
        }
    }

    /// The address of the other side, if it has one.
    pub(super) fn peer(&self) -> io::Result<Option<SocketAddr>> {
        match self {
            #[cfg(unix)]
            Stream::Unix(_) => Ok(None),
            Stream::Tcp(stream) => stream.peer_addr().map(Some),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.sock.peer_addr().map(Some),
        }
    }

    /// Waits for the server to say something.
    ///
    /// A read would wait too. But who waits in a read of a Unix socket is also woken when the server takes what was
    /// sent, and finds nothing: on the processor that both share, that is two changes of process for each statement.
    pub(super) fn wait_for_answer(&self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => wait(stream, PollFlags::IN),
            _ => Ok(()),
        }
    }

    /// Whether all that was written is on its way; TLS may keep some of it.
    pub(super) fn has_sent_all(&self) -> bool {
        match self {
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => !stream.conn.wants_write(),
            _ => true,
        }
    }

    /// Reads, also while what was written before is still on its way out.
    pub(super) fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => super::tls::read_now(stream, buffer),
            stream => stream.read(buffer),
        }
    }

    /// Gives up a read or write after this time; `None` never does.
    pub(super) fn set_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => {
                stream.set_read_timeout(timeout)?;
                stream.set_write_timeout(timeout)
            }
            Stream::Tcp(stream) => {
                stream.set_read_timeout(timeout)?;
                stream.set_write_timeout(timeout)
            }
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => {
                stream.sock.set_read_timeout(timeout)?;
                stream.sock.set_write_timeout(timeout)
            }
        }
    }
}

#[cfg(unix)]
fn wait(stream: impl AsFd, events: PollFlags) -> io::Result<()> {
    retry_on_intr(|| poll(&mut [PollFd::new(&stream, events)], None))?;
    Ok(())
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => stream.read(buffer),
            Stream::Tcp(stream) => stream.read(buffer),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => stream.write(bytes),
            Stream::Tcp(stream) => stream.write(bytes),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => stream.flush(),
            Stream::Tcp(stream) => stream.flush(),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
