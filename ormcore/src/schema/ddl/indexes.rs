//! The indexes of a table that are no constraints.

use super::{Writer, is_constraint, plain_columns};
use crate::schema::naming::{constraint, hashed};
use crate::schema::{Column, Index, IndexPart};
use crate::sql::TableName;
use crate::sql::writer::{push_quoted, push_table, quoted};

/// An index that is to be there, under the name that its parts give or the user.
pub(crate) struct Wanted {
    pub(crate) name: String,
    /// What tells it from another one of this name.
    whole: String,
    pub(crate) parts: Vec<IndexPart>,
    pub(crate) unique: bool,
    pub(crate) filter: Option<&'static str>,
}

impl Writer<'_, '_> {
    pub(super) fn indexes(&mut self) -> Vec<String> {
        let all = self.named_indexes();
        all.iter().filter(|index| !self.is_there(&index.name)).map(|index| self.index(index)).collect()
    }

    /// All, under the names that they have or are to have.
    pub(super) fn named_indexes(&mut self) -> Vec<Wanted> {
        let mut all = self.wanted();
        let names: Vec<String> = all.iter().map(|index| index.name.clone()).collect();
        // Whichever came first would have the plain name, and the next one declared before it would be taken for it.
        let is_shared = |name: &str| names.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() > 1;
        for index in &mut all {
            let name = if is_shared(&index.name) { hashed(&index.name, &index.whole) } else { index.name.clone() };
            index.name = self.names.give(self.table, name, index.whole.clone());
        }
        all
    }

    /// Those that are said, and those of columns and foreign keys which no other one serves.
    fn wanted(&self) -> Vec<Wanted> {
        let mut all = Vec::new();
        let mut indexed: Vec<Vec<&'static str>> = Vec::new();
        for index in self.table.indexes.iter().filter(|index| !is_constraint(index)) {
            all.push(self.wanted_index(index.parts, index));
            if index.filter.is_none() {
                indexed.push(plain_columns(index));
            }
        }
        let wanted = self.table.columns.iter().filter(|column| column.index == Some(true));
        let wanted = wanted.map(|column| vec![column.name]);
        let keys = self.table.all_foreign_keys().filter(|key| key.index).map(|key| key.columns);
        for columns in wanted.chain(keys) {
            if !self.is_indexed(&columns) && !indexed.iter().any(|other| other.starts_with(&columns)) {
                let parts: Vec<IndexPart> = columns.iter().map(|name| IndexPart::Column(name)).collect();
                all.push(self.wanted_index(&parts, &Index::new(&[])));
                indexed.push(columns);
            }
        }
        all
    }

    /// Whether the primary key or a unique constraint serves as an index on these columns.
    fn is_indexed(&self, columns: &[&'static str]) -> bool {
        let key: Vec<&str> = self.table.primary_key().map(|index| self.table.columns[index].name).collect();
        let unique = |column: &&Column| column.unique && columns == [column.name];
        key.starts_with(columns)
            || self.table.columns.iter().any(|column| unique(&column))
            || self.table.indexes.iter().any(|index| is_constraint(index) && plain_columns(index).starts_with(columns))
    }

    fn wanted_index(&self, parts: &[IndexPart], index: &Index) -> Wanted {
        let table = self.table.name;
        let words: Vec<String> = parts.iter().map(word).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let given = || constraint(if index.unique { "uq" } else { "ix" }, table, &words);
        let texts: Vec<&str> = parts.iter().map(IndexPart::text).collect();
        Wanted {
            name: index.name.map_or_else(given, str::to_string),
            whole: format!("{table}\0{}\0{}", texts.join("\0"), index.filter.unwrap_or_default()),
            parts: parts.to_vec(),
            unique: index.unique,
            filter: index.filter,
        }
    }

    /// A unique constraint as the index that it is.
    pub(super) fn unique_index(&mut self, columns: &[&'static str]) -> Wanted {
        let parts: Vec<IndexPart> = columns.iter().map(|name| IndexPart::Column(name)).collect();
        Wanted { name: self.unique(columns).0, ..self.wanted_index(&parts, &Index::new(&[]).unique()) }
    }

    pub(super) fn index(&self, index: &Wanted) -> String {
        let mut sql = format!("CREATE {}INDEX IF NOT EXISTS ", if index.unique { "UNIQUE " } else { "" });
        let databases = self.dialect.schemas_are_databases();
        if let Some(schema) = self.table.schema.filter(|_| databases) {
            push_quoted(&mut sql, schema);
            sql.push('.');
        }
        push_quoted(&mut sql, &index.name);
        sql.push_str(" ON ");
        push_table(&mut sql, TableName { schema: self.table.schema.filter(|_| !databases), name: self.table.name });
        let list = index.parts.iter().map(|part| self.index_part(part)).collect::<Vec<_>>().join(", ");
        sql.push_str(&format!(" ({list})"));
        if let Some(filter) = index.filter {
            sql.push_str(&format!(" WHERE {filter}"));
        }
        sql
    }

    fn index_part(&self, part: &IndexPart) -> String {
        let (mut sql, nullable) = match part {
            IndexPart::Column(name) => {
                let column = self.table.columns.iter().find(|column| column.name == *name);
                (quoted(name), column.is_none_or(|column| column.nullable))
            }
            IndexPart::Expression(sql) => (format!("({sql})"), true),
        };
        sql.push_str(if nullable { self.dialect.index_nulls() } else { "" });
        sql
    }
}

/// What a part adds to an index's name.
fn word(part: &IndexPart) -> String {
    match part {
        IndexPart::Column(name) => (*name).to_string(),
        IndexPart::Expression(sql) => {
            let words = sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
        }
    }
}
