//! Exchanges with the server: from what is asked to the last of its answers.

use super::connection::PostgresConnection;
use crate::error::{Error, Result};

impl PostgresConnection {
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
    /// If a panic has cut an exchange short.
    pub(super) fn check_whole(&self) -> Result<()> {
        if self.in_exchange { Err(cut_short()) } else { Ok(()) }
    }
}

#[cold]
fn cut_short() -> Error {
    Error::connection(
        "the program panicked while an earlier statement was running, so that the connection is not used any more: \
         nothing of a transaction that was open on it is kept",
    )
}
