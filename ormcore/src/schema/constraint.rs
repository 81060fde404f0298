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
