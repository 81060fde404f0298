//! The messages that a client sends, written into a buffer.
//!
//! Their forms are those of PostgreSQL's manual, "Message Formats" (55.7).

use crate::error::{Error, Result};

/// PostgreSQL takes no longer message, and no value that would not fit into one.
const LONGEST: usize = (1 << 30) - 2;

/// In a message with SQL, room for all that is no SQL: a name, and the types of as many parameters as there can be.
const BESIDES_SQL: usize = 1 << 20;

/// What a Describe or Close message is about: a prepared statement.
const STATEMENT: u8 = b'S';

/// Messages on their way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// The longest message; tests have shorter ones.
    longest: usize,
}

impl Default for Outgoing {
    fn default() -> Self {
        Outgoing { bytes: Vec::new(), longest: LONGEST }
    }
}

#[cold]
fn too_long(what: &str, length: usize) -> Error {
    Error::usage(format!("{what} of {length} bytes is longer than PostgreSQL takes, whose messages end below 1 GiB"))
}

/// Where a message begins, until its length is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun(usize);

impl Outgoing {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn clear(&mut self) {
        const KEPT: usize = 1 << 20;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT);
    }

    /// Takes back what was written after this point.
    pub(super) fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    pub(super) fn begin(&mut self, tag: u8) -> Begun {
        self.bytes.push(tag);
        self.begin_untagged()
    }

    fn begin_untagged(&mut self) -> Begun {
        let begun = Begun(self.bytes.len());
        self.put_i32(0);
        begun
    }

    /// Writes the length of a message that may be of any.
    ///
    /// # Errors
    /// If it is longer than the server takes: its length, cut to four bytes, would make messages of its values. The caller
    /// takes it back.
    pub(super) fn end(&mut self, begun: Begun) -> Result<()> {
        let length = self.bytes.len() - begun.0;
        if length > self.longest {
            return Err(too_long("a statement's values", length));
        }
        self.put_length(begun);
        Ok(())
    }

    /// Writes the length of a message that is known to be short enough.
    fn put_length(&mut self, begun: Begun) {
        let length = self.bytes.len() - begun.0;
        self.put_i32_at(begun.0, length as i32);
    }

    /// # Errors
    /// If SQL of this length does not fit into a message.
    pub(super) fn check_sql(&self, sql: &str) -> Result<()> {
        let longest = self.longest.saturating_sub(BESIDES_SQL);
        if sql.len() > longest { Err(too_long("SQL", sql.len())) } else { Ok(()) }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn put_i16(&mut self, value: i16) {
        self.put(&value.to_be_bytes());
    }

    pub(super) fn put_i32(&mut self, value: i32) {
        self.put(&value.to_be_bytes());
    }

    pub(super) fn put_i16_at(&mut self, at: usize, value: i16) {
        self.bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
    }

    pub(super) fn put_i32_at(&mut self, at: usize, value: i32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }

    /// Text that ends with a NUL; the caller has seen to it that there is none inside.
    fn put_text(&mut self, text: &str) {
        self.put(text.as_bytes());
        self.bytes.push(0);
    }

    /// Writes a message whose parts are short, or were checked.
    fn message(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let begun = self.begin(tag);
        write(self);
        self.put_length(begun);
    }

    /// Asks the server whether it can encrypt.
    #[cfg(feature = "tls")]
    pub(super) fn ssl_request(&mut self) {
        self.put_i32(8);
        self.put_i32(80_877_103);
    }

    /// Asks the server to cancel what another connection runs.
    pub(super) fn cancel_request(&mut self, process: i32, secret: &[u8]) {
        let begun = self.begin_untagged();
        self.put_i32(80_877_102);
        self.put_i32(process);
        self.put(secret);
        self.put_length(begun);
    }

    /// Begins a session, version 3.0 of the protocol.
    pub(super) fn startup<'a>(&mut self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let begun = self.begin_untagged();
        self.put_i32(3 << 16);
        for (name, value) in parameters {
            self.put_text(name);
            self.put_text(value);
        }
        self.bytes.push(0);
        self.put_length(begun);
    }

    pub(super) fn password(&mut self, password: &str) {
        self.message(b'p', |out| out.put_text(password));
    }

    pub(super) fn sasl_initial_response(&mut self, mechanism: &str, response: &[u8]) {
        self.message(b'p', |out| {
            out.put_text(mechanism);
            out.put_i32(response.len() as i32);
            out.put(response);
        });
    }

    pub(super) fn sasl_response(&mut self, response: &[u8]) {
        self.message(b'p', |out| out.put(response));
    }

    /// Runs SQL without parameters, of one statement or of several.
    ///
    /// # Errors
    /// If it is too long; then nothing is written.
    pub(super) fn query(&mut self, sql: &str) -> Result<()> {
        self.check_sql(sql)?;
        self.message(b'Q', |out| out.put_text(sql));
        Ok(())
    }

    /// Prepares a statement; the server infers the types that are not given.
    ///
    /// # Errors
    /// As [`Outgoing::query`].
    pub(super) fn parse(&mut self, name: &str, sql: &str, types: &[u32]) -> Result<()> {
        self.check_sql(sql)?;
        self.message(b'P', |out| {
            out.put_text(name);
            out.put_text(sql);
            out.put_i16(types.len() as u16 as i16);
            types.iter().for_each(|oid| out.put(&oid.to_be_bytes()));
        });
        Ok(())
    }

    /// Asks for the types of a prepared statement's parameters and columns.
    pub(super) fn describe_statement(&mut self, name: &str) {
        self.message(b'D', |out| {
            out.put(&[STATEMENT]);
            out.put_text(name);
        });
    }

    /// Asks for the columns of the unnamed portal.
    pub(super) fn describe_portal(&mut self) {
        self.message(b'D', |out| out.put(b"P\0"));
    }

    pub(super) fn close_statement(&mut self, name: &str) {
        self.message(b'C', |out| {
            out.put(&[STATEMENT]);
            out.put_text(name);
        });
    }

    /// Begins to bind a statement to the unnamed portal; formats and values follow.
    pub(super) fn begin_bind(&mut self, statement: &str) -> Begun {
        let begun = self.begin(b'B');
        self.bytes.push(0);
        self.put_text(statement);
        begun
    }

    /// Runs the unnamed portal; 0 rows is all.
    pub(super) fn execute(&mut self, most_rows: i32) {
        self.message(b'E', |out| {
            out.bytes.push(0);
            out.put_i32(most_rows);
        });
    }

    /// Asks for everything that the server has not sent yet.
    pub(super) fn flush(&mut self) {
        self.message(b'H', |_| ());
    }

    pub(super) fn sync(&mut self) {
        self.message(b'S', |_| ());
    }

    pub(super) fn terminate(&mut self) {
        self.message(b'X', |_| ());
    }

    pub(super) fn copy_data(&mut self, data: &[u8]) {
        self.message(b'd', |out| out.put(data));
    }

    pub(super) fn copy_done(&mut self) {
        self.message(b'c', |_| ());
    }

    pub(super) fn copy_fail(&mut self, reason: &str) {
        self.message(b'f', |out| out.put_text(reason));
    }
}

#[cfg(test)]
mod tests;
