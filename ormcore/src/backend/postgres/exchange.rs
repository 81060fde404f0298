//! Exchanges with the server: from what is asked to the last of its answers.

use std::io;

use super::bind::end_bind;
use super::connection::PostgresConnection;
use crate::backend::check_sql;
use crate::error::{Error, Result};

/// Ends a transaction. What was put off to here is about the values of what ran in it.
pub(super) const COMMIT: &str = "COMMIT";

impl PostgresConnection {
    /// Writes a statement without results, which is sent with the next ones. No Sync is behind it: if it is refused, the
    /// server runs nothing up to the next one, and so nothing that was to run in its transaction.
    pub(super) fn lead(&mut self, sql: String) -> Result<()> {
        self.check_whole()?;
        let out = &mut self.wire.out;
        out.parse("", &sql, &[])?;
        let begun = out.begin_bind("");
        // Neither formats nor values.
        out.put_i32(0);
        end_bind(out, begun, [].into_iter())?;
        out.execute(0);
        self.leading.push(sql);
        Ok(())
    }

    /// Writes a statement of a reset, which is refused or not for itself.
    pub(super) fn queue(&mut self, sql: &str) -> Result<()> {
        self.check_whole()?;
        self.wire.out.query(sql)?;
        self.queued += 1;
        Ok(())
    }

    /// Takes the answers to what was queued and to what leads. After an error of the latter the server says no more before
    /// it is ready.
    pub(super) fn take_queued(&mut self) -> io::Result<Result<()>> {
        let reset = self.take_reset()?;
        let led = self.take_leading()?;
        if std::mem::take(&mut self.begun) && led.is_ok() {
            // The server itself says so at the next Sync only.
            self.session.status = b'T';
        }
        Ok(reset.and(led))
    }

    /// Takes the answers to a reset, if one was sent.
    pub(super) fn take_reset(&mut self) -> io::Result<Result<()>> {
        let mut ended = Ok(());
        while self.queued > 0 {
            self.queued -= 1;
            let next = self.until_ready(None, false)?;
            ended = ended.and(next);
        }
        if std::mem::take(&mut self.is_reset) {
            // To what the last user listened.
            self.session.notifications.clear();
            self.usable &= ended.is_ok();
        }
        Ok(ended)
    }

    fn take_leading(&mut self) -> io::Result<Result<()>> {
        let mut left = std::mem::take(&mut self.leading).len();
        while left > 0 {
            let message = self.answer()?;
            match message.tag {
                b'C' => left -= 1,
                b'E' => {
                    self.skips = true;
                    return Ok(Err(self.server_error(&message, None, false)));
                }
                _ => {}
            }
        }
        Ok(Ok(()))
    }

    /// Runs SQL without parameters and without results.
    pub(super) fn script(&mut self, sql: &str) -> Result<()> {
        check_sql(sql)?;
        self.exchange(|this| {
            this.wire.out.query(sql)?;
            this.skips = false;
            let ended = this.wire.flush().and_then(|()| {
                let led = this.take_queued()?;
                if std::mem::take(&mut this.skips) {
                    if !this.usable {
                        return Ok(led);
                    }
                    // It skips to this one, which is not sent before: a COPY would take it for data.
                    this.wire.out.sync();
                    if let Err(lost) = this.wire.flush() {
                        this.broken(lost);
                        return Ok(led);
                    }
                }
                match this.until_ready(Some(sql), sql == COMMIT) {
                    // What was refused first is the error, whatever becomes of the connection.
                    Err(lost) if led.is_err() => {
                        this.broken(lost);
                        Ok(led)
                    }
                    ended => Ok(led.and(ended?)),
                }
            });
            ended.map_err(|error| this.broken(error))?
        })
    }

    /// Runs what the server is asked and answers. The program's code runs in between, and may panic: what is not taken
    /// then would pass for the answer to the next statement, so that the connection runs nothing more.
    pub(super) fn exchange<T>(&mut self, talk: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.check_whole()?;
        self.in_exchange = true;
        let ended = talk(self);
        self.in_exchange = false;
        ended
    }

    /// # Errors
    /// If a panic has cut an exchange short, or the connection failed: what comes then is no answer to what is asked.
    pub(super) fn check_whole(&self) -> Result<()> {
        if self.in_exchange {
            return Err(ended_early("the program panicked while an earlier statement was running"));
        }
        if !self.usable {
            return Err(ended_early("the connection failed while an earlier statement was running"));
        }
        Ok(())
    }
}

#[cold]
fn ended_early(why: &str) -> Error {
    Error::connection(format!(
        "{why}, so that the connection is not used any more: nothing of a transaction that was open on it is kept"
    ))
}
