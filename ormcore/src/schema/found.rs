//! What a database holds before tables are created or dropped.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::schema::enums::FoundTypes;
use crate::schema::naming::TakenNames;

/// What a database holds of what a program creates.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) names: TakenNames,
    pub(crate) types: FoundTypes,
    pub(crate) parts: FoundParts,
}

/// What there is beside tables, indexes and types.
#[derive(Default)]
pub(crate) struct FoundParts(HashSet<(Part, String, String, String)>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// A schema, with no table and no name.
    Schema,
    /// A foreign key of a table.
    ForeignKey,
    /// A column of a table that is its full-text index.
    TextColumn,
    /// A comment on what has this quoted name, without its schema.
    Comment,
    /// None, but that the transaction sees what was there before it had the locks: some of it may be gone.
    Snapshot,
}

impl Found {
    /// Whether a schema has this part for certain.
    pub(crate) fn has(&self, part: Part, of_schema: Option<&str>, table: &str, name: &str) -> bool {
        self.is_certain() && self.parts.has(part, self.names.schema(of_schema), table, name)
    }

    /// Whether there is an enum of this name for certain.
    pub(crate) fn has_enum(&self, name: &str) -> bool {
        self.is_certain() && self.types.has_enum(name)
    }

    /// Takes what was found for what is there: nothing is going to be created.
    pub(crate) fn settle(&mut self) {
        self.parts.0.retain(|(part, ..)| *part != Part::Snapshot);
    }

    /// Whether all that was found is still there.
    pub(crate) fn is_certain(&self) -> bool {
        !self.parts.has(Part::Snapshot, "", "", "")
    }
}

impl FoundParts {
    /// Adds a row of [`Dialect::parts_query`](crate::sql::Dialect::parts_query).
    ///
    /// # Errors
    /// If the dialect gives a kind that there is not.
    pub(crate) fn add(&mut self, kind: &str, schema: String, table: String, name: String) -> Result<()> {
        let part = match kind {
            "schema" => Part::Schema,
            "foreign key" => Part::ForeignKey,
            "text column" => Part::TextColumn,
            "comment" => Part::Comment,
            "snapshot" => Part::Snapshot,
            other => {
                return Err(Error::schema(format!("the dialect tells of a `{other}`, which is no part of a table")));
            }
        };
        self.0.insert((part, schema, table, name));
        Ok(())
    }

    fn has(&self, part: Part, schema: &str, table: &str, name: &str) -> bool {
        self.0.contains(&(part, schema.to_string(), table.to_string(), name.to_string()))
    }
}
