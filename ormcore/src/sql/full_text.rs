//! Full-text search, as both databases can do it: what is indexed, what is looked for, and what is asked about it.

mod terms;

pub use terms::{Term, TermGroup, Terms};

use crate::sql::TableName;
use crate::value::SqlType;

/// The full-text index of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TextIndex {
    /// The table.
    pub table: TableName,
    /// What the index is called in the database.
    pub name: String,
    /// The columns of the table's primary key, and their types.
    pub key: Vec<(&'static str, SqlType)>,
    /// What is indexed, in order.
    pub columns: Vec<TextColumn>,
    /// The language whose words are reduced to their stems; `simple` if none are.
    pub language: &'static str,
}

/// A column of a full-text index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextColumn {
    /// Its name.
    pub name: &'static str,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// How much a word in it counts, beside one in another column.
    pub weight: f32,
}

/// A search, and what is asked about each row.
#[derive(Debug, Clone, PartialEq)]
pub struct TextSearch {
    /// Where is looked.
    pub index: TextIndex,
    /// What is looked for.
    pub terms: Terms,
    /// What is asked.
    pub answer: TextAnswer,
}

/// What a search tells of a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TextAnswer {
    /// Whether it finds the row.
    Matches,
    /// How well the row matches: more is better, 0 if it is not found.
    Rank,
    /// The part of a column's text around the words that are found, with marks around each of them.
    Snippet {
        /// The column's position in the index.
        column: usize,
        /// The mark before a word.
        open: String,
        /// The mark behind it.
        close: String,
        /// About how many words it has.
        words: u8,
    },
}
