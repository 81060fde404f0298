use std::io::{self, Read, Write};
use std::ops::Range;

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

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Wire { stream, out: Outgoing::default(), input: vec![0; INPUT], unread: 0..0 }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The stream, if the server has said nothing that is not taken yet: what came in the clear must not pass for
    /// what comes encrypted.
    #[cfg(feature = "tls")]
    pub(super) fn into_stream(self) -> io::Result<Stream> {
        if self.unread.is_empty() { Ok(self.stream) } else { Err(invalid("bytes before the encryption began")) }
    }

    /// Sends what was written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.out.len() > 0 {
            self.stream.write_all(self.out.bytes())?;
            self.stream.flush()?;
            self.out.clear();
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
        self.fill(HEADER)?;
        let start = self.unread.start;
        let tag = self.input[start];
        let length: [u8; 4] = self.input[start + 1..start + HEADER].try_into().map_err(|_| invalid("a header"))?;
        // The length counts itself, and not the tag.
        let length = usize::try_from(i32::from_be_bytes(length)).ok().filter(|length| (4..LONGEST).contains(length));
        let whole = 1 + length.ok_or_else(|| invalid("a message of a length that cannot be"))?;
        self.fill(whole)?;
        let start = self.unread.start;
        self.unread.start += whole;
        Ok(Incoming { tag, body: start + HEADER..start + whole })
    }

    pub(super) fn body(&self, message: &Incoming) -> &[u8] {
        &self.input[message.body.clone()]
    }

    /// Reads until this many bytes wait.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while self.unread.len() < wanted {
            if self.unread.start + wanted > self.input.len() {
                self.make_room(wanted);
            }
            match self.stream.read(&mut self.input[self.unread.end..]) {
                Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")),
                Ok(count) => self.unread.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn make_room(&mut self, wanted: usize) {
        self.input.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if wanted > self.input.len() {
            self.input.resize(wanted.next_power_of_two(), 0);
        } else if self.input.len() > KEPT && wanted.max(self.unread.end) <= INPUT {
            self.input.truncate(INPUT);
            self.input.shrink_to_fit();
        }
    }
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
