use crate::schema::Table;
use crate::schema::naming::constraint;
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
        // Another list of columns or another language is another index, and not an old one that is taken for it.
        let language = (full_text.language != "simple").then_some(full_text.language);
        let parts: Vec<&str> = full_text.columns.iter().map(|(name, _)| *name).chain(language).collect();
        Some(TextIndex {
            table: table_name(self),
            name: constraint("ft", self.name, &parts),
            key: self.primary_key().map(|index| (self.columns[index].name, self.columns[index].sql_type)).collect(),
            columns: full_text.columns.iter().map(column).collect(),
            language: full_text.language,
        })
    }
}
