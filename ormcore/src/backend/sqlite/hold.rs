//! Statements that stay prepared and looked up while one thread uses a connection over and over.

use std::borrow::Cow;

use rusqlite::CachedStatement;

use super::{Prepared, SqliteConnection};
use crate::backend::{Hold, Statement, Steps};
use crate::error::Result;

/// As many are found at once by looking at one after the other.
const MOST_HELD: usize = 16;

/// The statements that are held, which the connection's cache takes back.
pub(super) struct Held<'c> {
    connection: &'c SqliteConnection,
    statements: Vec<(&'static str, Prepared<CachedStatement<'c>>)>,
}

impl<'c> Held<'c> {
    pub(super) fn new(connection: &'c SqliteConnection) -> Self {
        Held { connection, statements: Vec::new() }
    }

    /// The place of a fixed text among those that are held; none if there is no room for it.
    fn place(&mut self, sql: &'static str) -> Result<Option<usize>> {
        // A fixed text is known by its address.
        let place = self.statements.iter().position(|(held, _)| std::ptr::eq(*held, sql));
        if place.is_none() && self.statements.len() < MOST_HELD {
            self.statements.push((sql, self.connection.prepare(sql)?));
            return Ok(Some(self.statements.len() - 1));
        }
        Ok(place)
    }
}

impl Hold for Held<'_> {
    fn execute(&mut self, batch: &[Statement], steps: &mut dyn Steps) -> Result<()> {
        self.connection.allow_writes()?;
        for (index, statement) in batch.iter().enumerate() {
            let place = match statement.sql {
                Cow::Borrowed(sql) if !statement.raw => self.place(sql)?,
                _ => None,
            };
            match place {
                Some(place) => self.connection.run(&mut self.statements[place].1, index, statement, steps)?,
                None => self.connection.run(&mut self.connection.prepare(&statement.sql)?, index, statement, steps)?,
            }
        }
        Ok(())
    }
}
