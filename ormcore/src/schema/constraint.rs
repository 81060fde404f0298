use crate::schema::Column;

/// What the database does to the children when a parent row goes or changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Refuses the change, at the latest at the end of the transaction.
    NoAction,
    /// Refuses the change at once.
    Restrict,
    /// Does the same to the children.
    Cascade,
    /// Sets the children's foreign keys to NULL.
    SetNull,
    /// Sets the children's foreign keys to their defaults.
    SetDefault,
}

impl Action {
    /// The words of SQL.
    #[must_use]
    pub const fn sql(self) -> &'static str {
        match self {
            Action::NoAction => "NO ACTION",
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        }
    }
}

/// A foreign key, of one column or of several.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ForeignKey {
    /// The columns that point.
    pub columns: &'static [&'static str],
    /// The table that is pointed to.
    pub table: &'static str,
    /// Its schema, if it has one.
    pub schema: Option<&'static str>,
    /// The columns that are pointed to, in the order of `columns`.
    pub references: &'static [&'static str],
    /// What a delete of the parent does.
    pub on_delete: Option<Action>,
    /// What a change of the parent's key does.
    pub on_update: Option<Action>,
    /// Whether an index on the columns is wanted.
    pub index: bool,
}

impl ForeignKey {
    /// Points from `columns` to `references` of `table`.
    #[must_use]
    pub const fn new(
        columns: &'static [&'static str],
        schema: Option<&'static str>,
        table: &'static str,
        references: &'static [&'static str],
    ) -> Self {
        ForeignKey { columns, table, schema, references, on_delete: None, on_update: None, index: true }
    }

    /// Says what a delete of the parent does.
    #[must_use]
    pub const fn on_delete(mut self, action: Action) -> Self {
        self.on_delete = Some(action);
        self
    }

    /// Says what a change of the parent's key does.
    #[must_use]
    pub const fn on_update(mut self, action: Action) -> Self {
        self.on_update = Some(action);
        self
    }

    /// Leaves out the index on the columns.
    #[must_use]
    pub const fn without_index(mut self) -> Self {
        self.index = false;
        self
    }
}

/// What an index is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexPart {
    /// A column's name.
    Column(&'static str),
    /// An expression, as SQL.
    Expression(&'static str),
}

impl IndexPart {
    /// The column whose name is all that the SQL says, or an expression: a column that is embedded is written as SQL.
    #[must_use]
    pub const fn of(sql: &'static str, columns: &[Column]) -> Self {
        let mut index = 0;
        while index < columns.len() {
            let name = columns[index].name;
            if is_name(sql.as_bytes().trim_ascii(), name) {
                return IndexPart::Column(name);
            }
            index += 1;
        }
        IndexPart::Expression(sql)
    }

    /// The column's name, or the SQL.
    pub(crate) fn text(&self) -> &'static str {
        match self {
            IndexPart::Column(text) | IndexPart::Expression(text) => text,
        }
    }
}

/// Whether the SQL is the name, in quotation marks or without.
const fn is_name(sql: &[u8], name: &str) -> bool {
    match sql {
        [b'"', inner @ .., b'"'] => inner.eq_ignore_ascii_case(name.as_bytes()),
        _ => sql.eq_ignore_ascii_case(name.as_bytes()),
    }
}

/// An index or a unique constraint over columns or expressions.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Index {
    /// Its columns and expressions, in order.
    pub parts: &'static [IndexPart],
    /// Whether no two rows may agree in all parts.
    pub unique: bool,
    /// The condition of a partial index, as SQL.
    pub filter: Option<&'static str>,
    /// Its name, if it is not to follow the naming rule.
    pub name: Option<&'static str>,
}

impl Index {
    /// An index over the parts.
    #[must_use]
    pub const fn new(parts: &'static [IndexPart]) -> Self {
        Index { parts, unique: false, filter: None, name: None }
    }

    /// Forbids two rows that agree in all parts.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Covers only the rows that meet the condition.
    #[must_use]
    pub const fn filter(mut self, sql: &'static str) -> Self {
        self.filter = Some(sql);
        self
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
}
