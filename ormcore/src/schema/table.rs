use crate::schema::column::same;
use crate::schema::{Column, ForeignKey, FullText, Index};
use crate::sql::Expr;
use crate::value::ValueError;

/// A table: what the derive knows of a model, as constant data.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct ModelMetadata {
///     #[column(primary_key)]
///     id: i64,
///     #[column(name = "Title")]
///     title: String,
/// }
///
/// let table = <ModelMetadata as Model>::TABLE;
/// assert_eq!(table.name, "model_metadata");
/// assert_eq!(table.columns[1].name, "Title");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// The name in the database.
    pub name: &'static str,
    /// The schema that holds it, if it is not the connection's own.
    pub schema: Option<&'static str>,
    /// The struct's name.
    pub model: &'static str,
    /// The module that the struct is in.
    pub module: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [Column],
    /// The foreign keys of several columns.
    pub composite_foreign_keys: &'static [ForeignKey],
    /// The indexes and unique constraints over several columns or expressions.
    pub indexes: &'static [Index],
    /// Conditions that every row must meet, as SQL.
    pub checks: &'static [&'static str],
    /// Whether SQLite checks the types of what is stored.
    pub strict: bool,
    /// Whether it may only be read, as a view.
    pub read_only: bool,
    /// What the database's own tools show beside it.
    pub comment: Option<&'static str>,
    /// The full-text index, if there is one.
    pub full_text: Option<FullText>,
    /// Which rows queries give unless they lift these scopes; all if there are none.
    pub scopes: &'static [fn() -> Result<Expr, ValueError>],
    /// The position of the version column, if there is one: found once, by the compiler.
    version: Option<usize>,
    /// The position of the primary key's first column, and how many it has.
    key: (usize, usize),
}

/// A table equals itself alone.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Table {}

impl Table {
    /// A table with these columns and nothing else.
    #[must_use]
    pub const fn new(
        module: &'static str,
        model: &'static str,
        name: &'static str,
        columns: &'static [Column],
    ) -> Self {
        Table {
            name,
            schema: None,
            model,
            module,
            columns,
            composite_foreign_keys: &[],
            indexes: &[],
            checks: &[],
            strict: true,
            read_only: false,
            comment: None,
            full_text: None,
            scopes: &[],
            version: version(columns),
            key: key(columns),
        }
    }

    /// Sets the schema.
    #[must_use]
    pub const fn schema(mut self, schema: Option<&'static str>) -> Self {
        self.schema = schema;
        self
    }

    /// Adds foreign keys of several columns.
    ///
    /// # Panics
    /// If an action sets a column to NULL that it cannot hold, or to a default that it has not: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn foreign_keys(mut self, keys: &'static [ForeignKey]) -> Self {
        let mut key = 0;
        while key < keys.len() {
            let mut column = 0;
            while column < self.columns.len() {
                if contains(keys[key].columns, self.columns[column].name) {
                    self.columns[column].check_action(keys[key].on_delete);
                    self.columns[column].check_action(keys[key].on_update);
                }
                column += 1;
            }
            key += 1;
        }
        self.composite_foreign_keys = keys;
        self
    }

    /// Adds indexes and unique constraints.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [Index]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Adds conditions that every row must meet.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [&'static str]) -> Self {
        self.checks = checks;
        self
    }

    /// Leaves the types of what is stored unchecked on SQLite.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.strict = false;
        self
    }

    /// Makes it a table that may only be read.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets what the database's own tools show beside it.
    #[must_use]
    pub const fn comment(mut self, text: &'static str) -> Self {
        self.comment = Some(text);
        self
    }

    /// Adds a full-text index.
    #[must_use]
    pub const fn full_text(mut self, full_text: FullText) -> Self {
        self.full_text = Some(full_text);
        self
    }

    /// Sets which rows queries give unless they lift these scopes.
    #[must_use]
    pub const fn scopes(mut self, scopes: &'static [fn() -> Result<Expr, ValueError>]) -> Self {
        self.scopes = scopes;
        self
    }

    /// The positions of the primary key's columns.
    pub fn primary_key(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let (first, count) = self.key;
        (first..self.columns.len()).filter(|index| self.columns[*index].primary_key).take(count)
    }

    /// Whether a column may be NULL; what is none may.
    pub(crate) fn may_be_null(&self, index: usize) -> bool {
        self.columns.get(index).is_none_or(|column| column.nullable)
    }

    /// The position of the primary key, where that is one column.
    pub(crate) fn single_key(&self) -> Option<usize> {
        let (first, count) = self.key;
        (count == 1).then_some(first)
    }

    /// The positions of the columns that tell rows apart: the primary key, or all where there is none.
    pub(crate) fn identity(&self) -> impl Iterator<Item = usize> + '_ {
        let keyless = self.key.1 == 0;
        (0..self.columns.len()).filter(move |index| keyless || self.columns[*index].primary_key)
    }

    /// The position of the column with this name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of the version column, if there is one.
    pub(crate) const fn version(&self) -> Option<usize> {
        self.version
    }

    /// All foreign keys: those of one column, then those of several.
    pub(crate) fn all_foreign_keys(&self) -> impl Iterator<Item = OwnedForeignKey> + '_ {
        let single = self.columns.iter().filter_map(|column| {
            column.references.map(|target| OwnedForeignKey {
                columns: vec![column.name],
                table: target.table,
                schema: target.schema,
                references: vec![target.column],
                on_delete: target.on_delete,
                on_update: target.on_update,
                index: column.index != Some(false),
            })
        });
        single.chain(self.composite_foreign_keys.iter().map(|key| OwnedForeignKey {
            columns: key.columns.to_vec(),
            table: key.table,
            schema: key.schema,
            references: key.references.to_vec(),
            on_delete: key.on_delete,
            on_update: key.on_update,
            index: key.index,
        }))
    }

    /// The struct with its module, for messages.
    pub(crate) fn model_path(&self) -> String {
        format!("{}::{}", self.module, self.model)
    }
}

/// The position of the primary key's first column, and how many it has.
const fn key(columns: &[Column]) -> (usize, usize) {
    let (mut first, mut count, mut index) = (columns.len(), 0, columns.len());
    while index > 0 {
        index -= 1;
        if columns[index].primary_key {
            (first, count) = (index, count + 1);
        }
    }
    (first, count)
}

const fn version(columns: &[Column]) -> Option<usize> {
    let mut index = 0;
    while index < columns.len() {
        if columns[index].version {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// A foreign key of one column or of several, in one form.
#[derive(Debug, Clone)]
pub(crate) struct OwnedForeignKey {
    pub(crate) columns: Vec<&'static str>,
    pub(crate) table: &'static str,
    pub(crate) schema: Option<&'static str>,
    pub(crate) references: Vec<&'static str>,
    pub(crate) on_delete: Option<crate::schema::Action>,
    pub(crate) on_update: Option<crate::schema::Action>,
    pub(crate) index: bool,
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}
