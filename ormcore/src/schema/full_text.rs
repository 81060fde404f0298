use crate::schema::Table;
use crate::schema::naming::hashed;
use crate::schema::statements::table_name;
use crate::sql::{TextColumn, TextIndex};

/// The full-text index of a table: what `#[model(full_text(..))]` says.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FullText {
    /// The columns, each with how much a word in it counts.
    pub columns: &'static [(&'static str, f32)],
    /// The language whose words are reduced to their stems; `simple` if none are.
    pub language: &'static str,
}

impl FullText {
    /// An index over the columns, each with how much a word in it counts.
    #[must_use]
    pub const fn new(columns: &'static [(&'static str, f32)]) -> Self {
        FullText { columns, language: "simple" }
    }

    /// Reduces words to their stems, as the language has them.
    #[must_use]
    pub const fn language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }
}

impl Table {
    /// The full-text index as databases know it.
    pub(crate) fn text_index(&self) -> Option<TextIndex> {
        let full_text = self.full_text.as_ref()?;
        let nullable = |name: &str| self.columns.iter().any(|column| column.name == name && column.nullable);
        let column =
            |(name, weight): &(&'static str, f32)| TextColumn { name, nullable: nullable(name), weight: *weight };
        Some(TextIndex {
            table: table_name(self),
            name: self.text_index_name(full_text),
            key: self.primary_key().map(|index| (self.columns[index].name, self.columns[index].sql_type)).collect(),
            columns: full_text.columns.iter().map(column).collect(),
            language: full_text.language,
        })
    }

    /// Another table, list of columns or language is another index, and not one that is there and taken for it: where names
    /// have underscores, only the hash tells which is which. It tells an index from the tables that FTS5 makes for another one
    /// too.
    fn text_index_name(&self, full_text: &FullText) -> String {
        let columns = full_text.columns.iter().map(|(name, _)| *name);
        let whole: Vec<&str> = [self.name].into_iter().chain(columns).chain([full_text.language]).collect();
        let shown = if full_text.language == "simple" { &whole[..whole.len() - 1] } else { &whole };
        hashed(&format!("ft_{}", shown.join("_")), &whole.join("\0"))
    }
}
