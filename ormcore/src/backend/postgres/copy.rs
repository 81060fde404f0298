use std::io::{self, Read, Write};

use super::connection::{NOTHING_TO_COPY, PostgresConnection};
use super::wire::Body;
use crate::backend::check_sql;
use crate::error::{Error, Result};

const CHUNK: usize = 64 << 10;

impl PostgresConnection {
    /// Runs `COPY .. FROM STDIN` with what the reader gives; ends in the number of rows.
    ///
    /// ```no_run
    /// # use ormcore::backend::postgres::PostgresConnection;
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("postgres://localhost/app")?;
    /// let rows = db.with_driver(|connection: &mut PostgresConnection| {
    ///     connection.copy_in("COPY city (id, name) FROM STDIN (FORMAT csv)", "1,Bern\n2,Rome\n".as_bytes())
    /// })??;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the server refuses the statement or the data, or the reader fails: then nothing is copied.
    pub fn copy_in(&mut self, sql: &str, data: impl Read) -> Result<u64> {
        self.exchange(|this| this.run_copy_in(sql, data))
    }

    fn run_copy_in(&mut self, sql: &str, mut data: impl Read) -> Result<u64> {
        self.begin_copy(sql, b'G')?;
        let mut chunk = vec![0; CHUNK];
        let failed = loop {
            match data.read(&mut chunk) {
                Ok(0) => break None,
                Ok(count) => {
                    self.wire.out.copy_data(&chunk[..count]);
                    self.wire.flush().map_err(|error| self.broken(error))?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        match failed {
            None => self.wire.out.copy_done(),
            Some(_) => self.wire.out.copy_fail("the program could not read the data"),
        }
        let ended = self.wire.flush().and_then(|()| self.end_copy(sql, |_| Ok(())));
        let rows = ended.map_err(|error| self.broken(error))?;
        match failed {
            None => rows,
            Some(error) => Err(Error::other(error)),
        }
    }

    /// Runs `COPY .. TO STDOUT` into the writer; ends in the number of rows.
    ///
    /// ```no_run
    /// # use ormcore::backend::postgres::PostgresConnection;
    /// # use ormcore::prelude::*;
    /// # let db = Database::connect("postgres://localhost/app")?;
    /// let mut csv = Vec::new();
    /// db.with_driver(|connection: &mut PostgresConnection| {
    ///     connection.copy_out("COPY city TO STDOUT (FORMAT csv, HEADER)", &mut csv)
    /// })??;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the server refuses the statement, or the writer fails: the rest is read and dropped then.
    pub fn copy_out(&mut self, sql: &str, to: impl Write) -> Result<u64> {
        self.exchange(|this| this.run_copy_out(sql, to))
    }

    fn run_copy_out(&mut self, sql: &str, mut to: impl Write) -> Result<u64> {
        self.begin_copy(sql, b'H')?;
        let mut written = Ok(());
        let ended = self.end_copy(sql, |data| {
            if written.is_ok() {
                written = to.write_all(data);
            }
            Ok(())
        });
        let rows = ended.map_err(|error| self.broken(error))?;
        written.map_err(Error::other)?;
        rows
    }

    fn begin_copy(&mut self, sql: &str, wanted: u8) -> Result<()> {
        check_sql(sql)?;
        self.touched = true;
        self.note_own(sql);
        if !self.leading.is_empty() {
            // A Sync that made sure of them could not stand behind the COPY, which would take it for data.
            self.wire.out.sync();
            let led = self.wire.flush().and_then(|()| {
                let led = self.take_queued()?;
                Ok(led.and(self.until_ready(None, false)?))
            });
            led.map_err(|error| self.broken(error))??;
        }
        self.wire.out.query(sql)?;
        let begun = self.wire.flush().and_then(|()| Ok((self.take_queued()?, self.answer()?)));
        let (queued, message) = begun.map_err(|error| self.broken(error))?;
        if queued.is_ok() && message.tag == wanted {
            return Ok(());
        }
        let error = match (queued, message.tag) {
            (Err(error), _) => error,
            (Ok(()), b'E') => self.server_error(&message, Some(sql), false),
            (Ok(()), _) => Error::usage("the statement is no COPY of this direction").with_statement(sql),
        };
        if message.tag == b'G' {
            self.wire.out.copy_fail(NOTHING_TO_COPY);
        }
        // The first error is the one to tell.
        let ended = self.wire.flush().and_then(|()| self.until_ready(None, false));
        let _ = ended.map_err(|lost| self.broken(lost));
        Err(error)
    }

    /// Takes the rest of a COPY.
    fn end_copy(&mut self, sql: &str, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Result<u64>> {
        let mut ended = Ok(0);
        loop {
            let Some(message) = self.answer_after(&ended)? else { return Ok(ended) };
            let body = self.wire.body(&message);
            match message.tag {
                b'd' => take(body)?,
                b'C' => {
                    // Other commands may follow it.
                    if let Some(rows) = Body(body).text()?.strip_prefix("COPY ") {
                        ended = ended.and(Ok(rows.parse().unwrap_or(0)));
                    }
                    self.note_command(&message);
                }
                b'E' => {
                    let error = self.server_error(&message, Some(sql), true);
                    ended = ended.and(Err(error));
                }
                // Another COPY FROM STDIN, for which the server would wait.
                b'G' => {
                    let error = Error::usage("the SQL holds a second COPY that wants data: one call runs one COPY");
                    ended = ended.and(Err(error.with_statement(sql)));
                    self.wire.out.copy_fail(NOTHING_TO_COPY);
                    self.wire.flush()?;
                }
                b'Z' => {
                    self.note_ready(&message)?;
                    return Ok(ended);
                }
                _ => {}
            }
        }
    }
}
