//! The indexes of a table that are no constraints.

use super::{Writer, is_constraint, plain_columns, quoted_list};
use crate::schema::naming::{constraint, hashed};
use crate::schema::{B_TREE, Column, Index, IndexPart};
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
    pub(crate) method: &'static str,
    pub(crate) include: &'static [&'static str],
}

impl Wanted {
    /// Whether it finds rows by the first of its columns, as a foreign key needs it.
    fn finds_columns(&self) -> bool {
        self.filter.is_none() && self.method == B_TREE && self.parts.iter().all(|part| part.ops.is_none())
    }
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
        let is_made = |index: &&Index| index.using.is_none_or(|method| self.dialect.makes_index(method));
        for index in self.table.indexes.iter().filter(|index| !is_constraint(index)).filter(is_made) {
            let wanted = self.wanted_index(index.parts, index);
            if wanted.finds_columns() {
                indexed.push(plain_columns(index));
            }
            all.push(wanted);
        }
        let wanted = self.table.columns.iter().filter(|column| column.index == Some(true));
        let wanted = wanted.map(|column| vec![column.name]);
        let keys = self.table.all_foreign_keys().filter(|key| key.index).map(|key| key.columns);
        for columns in wanted.chain(keys) {
            if !self.is_indexed(&columns) && !indexed.iter().any(|other| other.starts_with(&columns)) {
                let parts: Vec<IndexPart> = columns.iter().map(|name| IndexPart::named(name)).collect();
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
        let words: Vec<String> = parts.iter().map(word).chain(words_beside(index)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let given = || constraint(if index.unique { "uq" } else { "ix" }, table, &words);
        let texts: Vec<String> = parts.iter().map(IndexPart::described).collect();
        let beside: String = words_beside(index).map(|word| format!("\0{word}")).collect();
        let has_all = self.dialect.has_index_methods();
        let part = |part: &IndexPart| IndexPart { ops: part.ops.filter(|_| has_all), ..*part };
        Wanted {
            name: index.name.map_or_else(given, str::to_string),
            whole: format!("{table}\0{}\0{}{beside}", texts.join("\0"), index.filter.unwrap_or_default()),
            parts: parts.iter().map(part).collect(),
            unique: index.unique,
            filter: index.filter,
            method: index.using.filter(|_| has_all).unwrap_or(B_TREE),
            include: if has_all { index.include } else { &[] },
        }
    }

    /// A unique constraint as the index that it is.
    pub(super) fn unique_index(&mut self, columns: &[&'static str]) -> Wanted {
        let parts: Vec<IndexPart> = columns.iter().map(|name| IndexPart::named(name)).collect();
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
        if index.method != B_TREE {
            sql.push_str(" USING ");
            push_quoted(&mut sql, index.method);
        }
        let list: Vec<String> = index.parts.iter().map(|part| self.index_part(part, index.method == B_TREE)).collect();
        sql.push_str(&format!(" ({})", list.join(", ")));
        if !index.include.is_empty() {
            sql.push_str(&format!(" INCLUDE ({})", quoted_list(index.include)));
        }
        if let Some(filter) = index.filter {
            sql.push_str(&format!(" WHERE {filter}"));
        }
        sql
    }

    fn index_part(&self, part: &IndexPart, is_ordered: bool) -> String {
        let column = self.table.columns.iter().find(|column| part.column() == Some(column.name));
        let mut sql = if part.is_expression { format!("({})", part.text) } else { quoted(part.text) };
        if let Some(ops) = part.ops {
            sql.push_str(&format!(" {ops}"));
        }
        if is_ordered {
            sql.push_str(if part.descending { " DESC" } else { "" });
            sql.push_str(self.dialect.nulls(!part.descending, None, column.is_none_or(|column| column.nullable)));
        }
        sql
    }
}

/// What a part adds to an index's name.
fn word(part: &IndexPart) -> String {
    let mut word = if part.is_expression { words_of(part.text) } else { part.text.to_string() };
    if let Some(ops) = part.ops {
        word.push_str(&format!("_{}", words_of(ops)));
    }
    word.push_str(if part.descending { "_desc" } else { "" });
    word
}

fn words_of(sql: &str) -> String {
    let words = sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// What else an index adds to its name: one that is there under the name of its columns alone is another one.
fn words_beside(index: &Index) -> impl Iterator<Item = String> {
    let include = (!index.include.is_empty()).then_some("include");
    index.using.into_iter().chain(include).chain(index.include.iter().copied()).map(str::to_string)
}
