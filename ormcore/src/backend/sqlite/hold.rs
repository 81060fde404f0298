//! Statements that stay prepared and looked up while one thread uses a connection over and over.

use std::borrow::Cow;

use rusqlite::CachedStatement;

use super::{Known, SqliteConnection};
use crate::backend::{Hold, Statement, Steps};
use crate::error::Result;

/// As many are found at once by looking at one after the other.
const MOST_HELD: usize = 16;

/// The statements that are held, which the connection's cache takes back.
pub(super) struct Held<'c> {
    connection: &'c SqliteConnection,
    statements: Vec<One<'c>>,
}

struct One<'c> {
    sql: &'static str,
    prepared: CachedStatement<'c>,
    known: Known,
}

impl<'c> Held<'c> {
    pub(super) fn new(connection: &'c SqliteConnection) -> Self {
        Held { connection, statements: Vec::new() }
    }

    /// The statement, if it has a fixed text and there is room for it.
    #[inline]
    fn find(&mut self, statement: &Statement) -> Result<Option<&mut One<'c>>> {
        let Cow::Borrowed(sql) = statement.sql else { return Ok(None) };
        // A fixed text is known by its address.
        if let Some(place) = self.statements.iter().position(|held| std::ptr::eq(held.sql, sql)) {
            return Ok(Some(&mut self.statements[place]));
        }
        if self.statements.len() >= MOST_HELD {
            return Ok(None);
        }
        let connection = self.connection;
        let prepared = connection.connection.prepare_cached(sql).map_err(|error| connection.error(error, sql))?;
        self.statements.push(One { sql, known: Known::of(&prepared, statement), prepared });
        Ok(self.statements.last_mut())
    }
}

impl Hold for Held<'_> {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        let connection = self.connection;
        connection.allow_writes()?;
        for (index, statement) in batch.iter().enumerate() {
            match self.find(statement)? {
                Some(One { prepared, known, .. }) => {
                    let ended = connection.run_prepared(prepared, *known, index, statement, steps);
                    ended.map_err(|failure| connection.failure(failure, statement))?;
                }
                None => connection.run(index, statement, steps)?,
            }
        }
        Ok(())
    }
}
