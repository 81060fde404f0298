//! Tables as the database has them.

use crate::schema::B_TREE;
use crate::sql::Dialect;

/// A table that is there.
#[derive(Default)]
pub(crate) struct Actual {
    pub(crate) kind: String,
    pub(crate) columns: Vec<ActualColumn>,
    pub(crate) indexes: Vec<ActualIndex>,
    pub(crate) foreign_keys: Vec<ActualForeignKey>,
}

pub(crate) struct ActualColumn {
    pub(crate) name: String,
    /// As the dialect's catalog knows it.
    pub(crate) sql_type: String,
    /// As it is written.
    pub(crate) words: String,
    pub(crate) nullable: bool,
    pub(crate) filled: bool,
    pub(crate) computed: bool,
    /// The names of the checks that name it and can be dropped.
    pub(crate) checks: Vec<String>,
}

pub(crate) struct ActualIndex {
    pub(crate) name: String,
    pub(crate) primary: bool,
    pub(crate) unique: bool,
    pub(crate) partial: bool,
    pub(crate) method: String,
    /// Whether it is that of an exclusion constraint, which is more than any index.
    pub(crate) excludes: bool,
    pub(crate) parts: Vec<ActualPart>,
    /// The columns that it includes.
    pub(crate) included: Vec<String>,
}

/// A part of an index.
pub(crate) struct ActualPart {
    /// Empty for an expression.
    pub(crate) column: String,
    pub(crate) descending: bool,
    /// The operator class, and whether it is that of the type.
    pub(crate) ops: String,
    pub(crate) default_ops: bool,
}

pub(crate) struct ActualForeignKey {
    pub(crate) key: String,
    pub(crate) parent: String,
    /// Each with the parent's, which is empty where it is not said.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
}

impl ActualIndex {
    /// Whether it is a tree, and so in an order.
    pub(crate) fn is_tree(&self) -> bool {
        self.method == B_TREE
    }

    /// Whether it is a tree of what rows have in columns, in the order in which that of each comes first.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain = |part: &ActualPart| !part.descending && part.default_ops && !part.column.is_empty();
        self.is_tree() && self.included.is_empty() && self.parts.iter().all(is_plain)
    }

    /// The columns of which it holds what a row has in them, and of an expression an empty name.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| &part.column).chain(&self.included).map(String::as_str)
    }
}

impl Actual {
    /// Whether it has no constraints of its own.
    pub(super) fn is_view(&self) -> bool {
        self.kind == "view"
    }

    /// Whether a column or an index has the name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name) || self.indexes.iter().any(|index| index.name == name)
    }

    /// Whether the index lets no two rows have the same in these columns. One of a partitioned table has the columns of the
    /// partition beside.
    pub(super) fn is_unique(&self, index: &ActualIndex, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let has = |name: &&str| index.parts.iter().any(|found| dialect.same_name(&found.column, name));
        let is_of_these = index.parts.len() == columns.len() || self.kind == "partitioned";
        index.unique && !index.partial && is_of_these && columns.iter().all(has)
    }

    /// Adds a part of an index, whose parts come one after the other.
    pub(crate) fn add_to_index(&mut self, mut index: ActualIndex) {
        match self.indexes.last_mut() {
            Some(last) if last.name == index.name && last.primary == index.primary => {
                last.parts.append(&mut index.parts);
                last.included.append(&mut index.included);
            }
            _ => self.indexes.push(index),
        }
    }

    /// Adds a column of a foreign key, whose columns come one after the other.
    pub(crate) fn add_to_foreign_key(&mut self, mut key: ActualForeignKey) {
        match self.foreign_keys.last_mut() {
            Some(last) if last.key == key.key => last.columns.append(&mut key.columns),
            _ => self.foreign_keys.push(key),
        }
    }
}
