//! What commands do to the statements that a connection keeps prepared.
//!
//! The server plans a prepared statement anew where a table of it changed. It does not where a new table hides that one, and
//! it refuses a plan whose columns or parameters have other types by then. So all are closed behind each command of which is
//! not known that no name stands for anything else after it, and once more where what it did is taken back: at the end of the
//! transaction, and of the loan.

use std::io;

use super::connection::PostgresConnection;
use super::wire::{Body, Incoming};
use crate::backend::Statement;

/// Whether something has run behind which names may stand for something else.
#[derive(Debug, Default)]
pub(super) struct Changes {
    in_transaction: bool,
    in_loan: bool,
    /// Whether `on_connect` hooks run behind a reset.
    in_hooks: bool,
}

impl PostgresConnection {
    /// Notes what a command did, by its tag.
    pub(super) fn note_command(&mut self, message: &Incoming) {
        // What a reset takes back is noted when it is sent.
        if self.is_reset {
            return;
        }
        match self.wire.body(message).strip_suffix(b"\0").unwrap_or_default() {
            b"PREPARE" => self.has_named = true,
            b"COMMIT" => self.committed = true,
            // To a savepoint too.
            b"ROLLBACK" if self.changes.in_transaction => self.cache.close_all(),
            b"DEALLOCATE ALL" | b"DISCARD ALL" => {
                self.has_named = false;
                self.cache.clear();
            }
            tag if renames_nothing(tag) => {}
            _ => self.note_change(),
        }
    }

    /// Notes SQL of the program's own that is about to run, where its tag will not tell.
    pub(super) fn note_own(&mut self, sql: &str) {
        // The hooks set what they set for the connection's last user too.
        if !self.changes.in_hooks && self.cache.may_rename(sql) {
            self.note_change();
        }
    }

    /// Notes the statements of a batch that is about to run in which something of the program's own stands.
    pub(super) fn note_batch(&mut self, batch: &[Statement]) {
        for statement in batch.iter().filter(|statement| statement.may_leave) {
            self.touched = true;
            self.note_own(&statement.sql);
        }
    }

    fn note_change(&mut self) {
        self.cache.close_all();
        self.changes.in_transaction = true;
        self.changes.in_loan = true;
    }

    /// Takes the server's word that it is ready, and whether a transaction is open.
    pub(super) fn note_ready(&mut self, message: &Incoming) -> io::Result<()> {
        self.session.status = Body(self.wire.body(message)).byte()?;
        // A temporary table, or a search path, may end with a transaction that is committed.
        if self.session.status == b'I' && std::mem::take(&mut self.changes.in_transaction) {
            self.cache.close_all();
        }
        Ok(())
    }

    /// Ends a loan; `is_reset` says whether what it left is taken back.
    pub(super) fn note_return(&mut self, is_reset: bool) {
        if std::mem::take(&mut self.changes.in_loan) && is_reset {
            self.cache.close_all();
        }
        self.changes.in_hooks = is_reset;
    }

    /// Ends what `on_connect` hooks did, which stays.
    pub(super) fn note_set_up(&mut self) {
        self.changes.in_hooks = false;
        self.changes.in_loan = false;
    }
}

/// Whether each name stands for the same behind a command with this tag, unless [its text](super::renaming) tells otherwise.
fn renames_nothing(tag: &[u8]) -> bool {
    let verb = tag.split(|byte| *byte == b' ').next().unwrap_or_default();
    matches!(
        verb,
        b"SELECT"
            | b"INSERT"
            | b"UPDATE"
            | b"DELETE"
            | b"MERGE"
            | b"BEGIN"
            | b"START"
            | b"COMMIT"
            | b"ROLLBACK"
            | b"SAVEPOINT"
            | b"RELEASE"
            | b"COPY"
            | b"DECLARE"
            | b"FETCH"
            | b"MOVE"
            | b"CLOSE"
            | b"PREPARE"
            | b"DEALLOCATE"
            | b"SET"
            | b"RESET"
            | b"SHOW"
            | b"EXPLAIN"
            | b"LOCK"
            | b"TRUNCATE"
            | b"ANALYZE"
            | b"VACUUM"
            | b"LISTEN"
            | b"UNLISTEN"
            | b"NOTIFY"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_what_leaves_each_name_as_it_is() {
        for tag in
            ["SELECT 5", "INSERT 0 1", "MERGE 3", "ROLLBACK", "SET", "SET CONSTRAINTS", "LOCK TABLE", "CLOSE CURSOR"]
        {
            assert!(renames_nothing(tag.as_bytes()), "{tag}");
        }
        for tag in ["CREATE TABLE", "CREATE TABLE AS", "DROP TYPE", "ALTER DOMAIN", "DO", "CALL", "DISCARD TEMP", ""] {
            assert!(!renames_nothing(tag.as_bytes()), "{tag}");
        }
    }
}
