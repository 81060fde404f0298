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
        if !self.changes.in_hooks && may_rename(sql) {
            self.note_change();
        }
    }

    /// Notes the statements of the program's own in a batch that is about to run.
    pub(super) fn note_batch(&mut self, batch: &[Statement]) {
        if batch.iter().any(|statement| statement.may_leave) {
            self.touched = true;
            batch.iter().filter(|statement| statement.raw).for_each(|statement| self.note_own(&statement.sql));
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

/// Whether each name stands for the same behind a command with this tag, unless [`may_rename`] says otherwise of its text.
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

/// Whether names may stand for something else behind SQL whose tags do not show it: a table that is made by SELECT has the
/// tag of a SELECT, and a search path is set as any other setting is.
fn may_rename(sql: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut before: &[u8] = b"";
    sql.as_bytes().split(|byte| !is_part(byte)).filter(|word| !word.is_empty()).any(|word| {
        let behind = std::mem::replace(&mut before, word);
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        let follows = |name: &str| behind.eq_ignore_ascii_case(name.as_bytes());
        match word.len() {
            3 => is("ALL") && follows("RESET"),
            4 => is("INTO") && !follows("INSERT") && !follows("MERGE"),
            6 => is("CREATE") || is("SCHEMA"),
            11 => is("search_path"),
            // The name of the setting is bound.
            _ => follows("set_config") && word.iter().all(u8::is_ascii_digit),
        }
    })
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

    #[test]
    fn the_text_tells_what_its_tag_does_not() {
        for (sql, may) in [
            ("SELECT * FROM t", false),
            ("INSERT INTO t SELECT 1", false),
            ("WITH a AS (DELETE FROM t RETURNING n) insert\n into t TABLE a", false),
            ("MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING", false),
            ("SELECT created, into_, research_paths FROM recreate", false),
            ("SET LOCAL statement_timeout = 5", false),
            ("RESET statement_timeout", false),
            ("SELECT set_config('app.tenant', $1, true)", false),
            ("SELECT * INTO u FROM t", true),
            ("select 1 as a into temp u", true),
            ("create temp table u as select 1", true),
            ("EXPLAIN ANALYZE CREATE TABLE u AS SELECT 1", true),
            ("SET LOCAL \"search_path\" TO tenant", true),
            ("SELECT 'é', set_config('Search_Path', $1, true)", true),
            ("SELECT set_config($1, $2, true)", true),
            ("SET SCHEMA 'tenant'", true),
            ("RESET ALL", true),
        ] {
            assert_eq!(may_rename(sql), may, "{sql}");
        }
    }
}
