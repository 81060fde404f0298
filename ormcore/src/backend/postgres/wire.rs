use std::io::{self, Read, Write};
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use super::message::Outgoing;
use super::stream::Stream;

/// Messages to and from a server, through a buffer each way.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    pub(super) out: Outgoing,
    input: Vec<u8>,
    /// What of the input is not taken yet.
    unread: Range<usize>,
    /// When to give up to wait.
    deadline: Option<Instant>,
    /// How much was sent that the server may not have read yet.
    unanswered: usize,
    /// Whether nothing has come since something was sent.
    asked: bool,
}

/// A message of the server's: its tag, and where its body is in the input.
#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub(super) tag: u8,
    body: Range<usize>,
}

const INPUT: usize = 16 << 10;
/// The input does not stay larger than this after one large message.
const KEPT: usize = 1 << 20;
/// PostgreSQL's own limit of a message.
const LONGEST: usize = 1 << 30;
const HEADER: usize = 5;
/// So much fits into what lies between the server and us, also where the system's buffers are small.
const FITS: usize = 8 << 10;
/// When neither side can go on, the other is looked at again after this time, which doubles up to the second.
const PAUSES: (Duration, Duration) = (Duration::from_micros(20), Duration::from_millis(2));

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Wire {
            stream,
            out: Outgoing::default(),
            input: vec![0; INPUT],
            unread: 0..0,
            deadline: None,
            unanswered: 0,
            asked: false,
        }
    }

    /// Gives up a read at this time, or never; a write that is stuck for so long too.
    pub(super) fn set_deadline(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        self.stream.set_timeout(timeout)
    }

    /// The stream, if the server has said nothing that is not taken yet: what came in the clear must not pass for
    /// what comes encrypted.
    #[cfg(feature = "tls")]
    pub(super) fn into_stream(self) -> io::Result<Stream> {
        if self.unread.is_empty() { Ok(self.stream) } else { Err(invalid("bytes before the encryption began")) }
    }

    /// Sends what was written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.out.len() == 0 {
            return Ok(());
        }
        self.unanswered += self.out.len();
        if self.unanswered <= FITS {
            self.stream.write_all(self.out.bytes())?;
            self.stream.flush()?;
        } else {
            self.stream.set_nonblocking(true)?;
            let sent = self.send_and_listen();
            self.stream.set_nonblocking(false)?;
            sent?;
        }
        self.out.clear();
        self.asked = true;
        Ok(())
    }

    /// Sends, and meanwhile takes what comes: a server that waits for us to read does not read itself.
    fn send_and_listen(&mut self) -> io::Result<()> {
        let mut sent = 0;
        let mut pause = PAUSES.0;
        loop {
            let rest = &self.out.bytes()[sent..];
            let step = if rest.is_empty() { self.stream.flush().map(|()| 0) } else { self.stream.write(rest) };
            match step {
                Ok(0) if rest.is_empty() && self.stream.has_sent_all() => return Ok(()),
                Ok(0) => {}
                Ok(count) => {
                    sent += count;
                    pause = PAUSES.0;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if !self.listen()? {
                self.check_deadline()?;
                thread::sleep(pause);
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }

    /// Takes what has come; `false` if nothing has.
    fn listen(&mut self) -> io::Result<bool> {
        if self.unread.end == self.input.len() {
            self.make_room(self.unread.len() + INPUT);
        }
        match self.stream.read_now(&mut self.input[self.unread.end..]) {
            Ok(0) => Err(closed()),
            Ok(count) => {
                self.unread.end += count;
                Ok(true)
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn check_deadline(&self) -> io::Result<()> {
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// One byte that is no message: the answer to the question whether the server encrypts.
    pub(super) fn read_byte(&mut self) -> io::Result<u8> {
        self.fill(1)?;
        let byte = self.input[self.unread.start];
        self.unread.start += 1;
        Ok(byte)
    }

    /// Waits for the next message.
    pub(super) fn read(&mut self) -> io::Result<Incoming> {
        let mut wanted = HEADER;
        loop {
            let waiting = self.input.get(self.unread.clone()).unwrap_or_default();
            if let Some(&[tag, length @ ..]) = waiting.first_chunk::<HEADER>() {
                // The length counts itself, and not the tag.
                let length = u32::from_be_bytes(length) as usize;
                if !(4..LONGEST).contains(&length) {
                    return Err(invalid("a message of a length that cannot be"));
                }
                wanted = 1 + length;
                if waiting.len() >= wanted {
                    if tag == b'Z' {
                        self.unanswered = 0;
                    }
                    let start = self.unread.start;
                    self.unread.start += wanted;
                    return Ok(Incoming { tag, body: start + HEADER..start + wanted });
                }
            }
            self.fill(wanted)?;
        }
    }

    pub(super) fn body(&self, message: &Incoming) -> &[u8] {
        &self.input[message.body.clone()]
    }

    /// Reads until this many bytes wait.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.unread.is_empty() {
            self.unread = 0..0;
            self.shrink(wanted);
        }
        while self.unread.len() < wanted {
            // A server that sends now and then would never be given up otherwise.
            self.check_deadline()?;
            let is_full = self.unread.end == self.input.len();
            if self.unread.start + wanted > self.input.len() && (is_full || self.unread.start >= self.unread.len()) {
                self.make_room(wanted);
            }
            // A read with a deadline waits itself: it knows for how long.
            if std::mem::take(&mut self.asked) && self.deadline.is_none() {
                self.stream.wait_for_answer()?;
            }
            match self.stream.read(&mut self.input[self.unread.end..]) {
                Ok(0) => return Err(closed()),
                Ok(count) => self.unread.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes room behind what is not taken yet. The input grows as it fills, not at a word of the server's.
    fn make_room(&mut self, wanted: usize) {
        self.input.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if self.unread.end == self.input.len() && wanted > self.input.len() {
            let doubled = self.input.len().max(KEPT / 2) * 2;
            self.input.resize(wanted.next_power_of_two().min(doubled), 0);
        } else {
            self.shrink(wanted);
        }
    }

    /// Gives back what one large message took.
    fn shrink(&mut self, wanted: usize) {
        if self.input.len() > KEPT && wanted.max(self.unread.end) <= INPUT {
            self.input.truncate(INPUT);
            self.input.shrink_to_fit();
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")
}

/// Takes the parts of a message's body off its front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a>(pub(super) &'a [u8]);

impl<'a> Body<'a> {
    pub(super) fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| invalid("a message that is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> io::Result<u8> {
        self.take(1).map(|byte| byte[0])
    }

    pub(super) fn i16(&mut self) -> io::Result<i16> {
        self.take(2).map(|bytes| i16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&mut self) -> io::Result<u32> {
        self.take(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// Text up to a NUL.
    pub(super) fn text(&mut self) -> io::Result<&'a str> {
        let length = self.0.iter().position(|byte| *byte == 0).ok_or_else(|| invalid("text without an end"))?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| invalid("text that is not UTF-8"))?;
        self.take(1)?;
        Ok(text)
    }
}
