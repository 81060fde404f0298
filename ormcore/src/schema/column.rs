use crate::error::constant_of;
use crate::schema::Action;
use crate::value::{ColumnType, Row, SqlType, Value, ValueError};

/// One column of a table.
///
/// The derive builds it with the methods below; each adds what the attribute of the same name says.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Column {
    /// The name in the database.
    pub name: &'static str,
    /// The name of the constant, such as `CREATED_AT`.
    pub constant: &'static str,
    /// The name of the field.
    pub(crate) field: &'static str,
    /// The field that embeds the struct of this one; empty if none does.
    pub(crate) within: &'static str,
    /// What it is in that struct, which may embed it in its turn.
    pub(crate) embedded: Option<&'static Column>,
    /// The SQL type.
    pub sql_type: SqlType,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// Whether the database makes the value when none is given.
    pub generated: bool,
    /// The longest text it may hold, in characters; the most bytes, where it holds those.
    pub length: Option<u32>,
    /// Whether no two rows may share a value.
    pub unique: bool,
    /// Whether an index is wanted; `None` leaves it to the rule that foreign keys have one.
    pub index: Option<bool>,
    /// Whether a new row has a value without the program giving one.
    pub has_default: bool,
    /// The default that the database fills in, as SQL.
    pub server_default: Option<&'static str>,
    /// What the database computes it from.
    pub generated_as: Option<GeneratedAs>,
    /// Whether only the database writes it: it computes it, or whatever else does.
    pub read_only: bool,
    /// A condition that every row must meet, as SQL.
    pub check: Option<&'static str>,
    /// The texts that an enum, or the elements of an array, may have.
    pub variants: &'static [&'static str],
    /// The least and the greatest integer that it may have, where they are fewer than those of the SQL type.
    pub range: Option<(i64, i64)>,
    /// What the column points to.
    pub references: Option<References>,
    /// Whether it counts the row's versions.
    pub version: bool,
    /// Whether its values are kept out of logs.
    pub secret: bool,
    /// What the database's own tools show beside it.
    pub comment: Option<&'static str>,
    /// Reads a value of it from a row, in the form in which the field gives it.
    pub(crate) read: ReadValue,
}

/// Reads the value at a position of a row.
pub(crate) type ReadValue = fn(&dyn Row, usize) -> Result<Value<'static>, ValueError>;

fn read<T: ColumnType>(row: &dyn Row, index: usize) -> Result<Value<'static>, ValueError> {
    T::read(row, index)?.to_value().map(Value::into_owned)
}

/// What the database computes a column from.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GeneratedAs {
    /// The expression, as SQL.
    pub sql: &'static str,
    /// Whether the value is computed when the row is written, and stored with it; else whenever it is read.
    pub stored: bool,
}

impl GeneratedAs {
    /// The value of an expression that is stored with the row.
    #[must_use]
    pub const fn stored(sql: &'static str) -> Self {
        GeneratedAs { sql, stored: true }
    }

    /// The value of an expression that is computed whenever it is read.
    #[must_use]
    pub const fn computed_on_read(sql: &'static str) -> Self {
        GeneratedAs { sql, stored: false }
    }
}

/// The target of a foreign key of one column.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct References {
    /// The table that is pointed to.
    pub table: &'static str,
    /// Its schema, if it has one.
    pub schema: Option<&'static str>,
    /// The column that is pointed to.
    pub column: &'static str,
    /// What a delete of the parent does.
    pub on_delete: Option<Action>,
    /// What a change of the parent's key does.
    pub on_update: Option<Action>,
}

impl References {
    /// Points to a column by name.
    #[must_use]
    pub const fn new(schema: Option<&'static str>, table: &'static str, column: &'static str) -> Self {
        References { table, schema, column, on_delete: None, on_update: None }
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
}

impl Column {
    /// A column for fields of type `T`, without a name.
    #[must_use]
    pub const fn of<T: ColumnType>() -> Self {
        Column {
            name: "",
            constant: "",
            field: "",
            within: "",
            embedded: None,
            sql_type: T::TYPE,
            nullable: T::NULLABLE,
            primary_key: false,
            generated: false,
            length: None,
            unique: false,
            index: None,
            has_default: false,
            server_default: None,
            generated_as: None,
            read_only: false,
            check: None,
            variants: T::VARIANTS,
            range: T::RANGE,
            references: None,
            version: false,
            secret: T::SECRET,
            comment: None,
            read: read::<T>,
        }
    }

    /// Names it and its field, and the constant that stands for it.
    #[must_use]
    pub const fn named(mut self, name: &'static str, constant: &'static str) -> Self {
        self.name = name;
        self.constant = constant;
        self.field = name;
        self
    }

    /// Names the field, where the column has another name.
    #[must_use]
    pub const fn of_field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }

    /// Makes it part of the primary key.
    ///
    /// # Panics
    /// If it may hold NULL: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn primary_key(mut self) -> Self {
        assert!(!self.nullable, "a primary key is never NULL: take the `Option` away");
        self.primary_key = true;
        self
    }

    /// Says that it may hold NULL, which its type says too.
    ///
    /// # Panics
    /// If the type does not: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn nullable(self) -> Self {
        assert!(self.nullable, "a column is nullable by its type: make it an `Option`");
        self
    }

    /// Says whether the database makes the value when none is given.
    #[must_use]
    pub const fn generated(mut self, by_database: bool) -> Self {
        self.generated = by_database;
        self
    }

    /// Limits the length, in characters, or in bytes where the column holds those.
    ///
    /// # Panics
    /// If the column holds neither text nor bytes: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn length(mut self, most: u32) -> Self {
        assert!(
            matches!(self.sql_type, SqlType::Text | SqlType::Bytes),
            "`length` limits text and bytes, and this column holds neither: leave it out"
        );
        self.length = Some(most);
        self
    }

    /// Forbids two rows with one value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Asks for an index, or for none.
    #[must_use]
    pub const fn index(mut self, wanted: bool) -> Self {
        self.index = Some(wanted);
        self
    }

    /// Says that a new row has a value without the program giving one.
    #[must_use]
    pub const fn has_default(mut self) -> Self {
        self.has_default = true;
        self
    }

    /// Sets the default that the database fills in.
    #[must_use]
    pub const fn server_default(mut self, sql: &'static str) -> Self {
        self.server_default = Some(sql);
        self
    }

    /// Has the database compute it from other columns of the row, and nobody write it.
    #[must_use]
    pub const fn generated_as(mut self, expression: GeneratedAs) -> Self {
        self.generated_as = Some(expression);
        self.read_only()
    }

    /// Leaves it to the database to write it.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets a condition that every row must meet.
    #[must_use]
    pub const fn check(mut self, sql: &'static str) -> Self {
        self.check = Some(sql);
        self
    }

    /// Makes it a foreign key.
    ///
    /// # Panics
    /// If an action sets it to NULL that it cannot hold, or to a default that it has not: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn references(mut self, target: References) -> Self {
        self.check_action(target.on_delete);
        self.check_action(target.on_update);
        self.references = Some(target);
        self
    }

    /// What a foreign key does to it must be possible. A column that can be NULL has the default NULL.
    #[track_caller]
    pub(crate) const fn check_action(&self, action: Option<Action>) {
        assert!(
            self.nullable || !matches!(action, Some(Action::SetNull)),
            "`set null` is for a column that can be NULL: make its type an `Option`, or choose another action"
        );
        assert!(
            self.nullable || self.server_default.is_some() || !matches!(action, Some(Action::SetDefault)),
            "`set default` is for a column with a default that the database knows: add `server_default = \"..\"`, or choose \
             another action"
        );
    }

    /// Makes it the count of the row's versions.
    #[must_use]
    pub const fn version(mut self) -> Self {
        self.version = true;
        self
    }

    /// Sets what the database's own tools show beside it.
    #[must_use]
    pub const fn comment(mut self, text: &'static str) -> Self {
        self.comment = Some(text);
        self
    }

    /// What names it behind `Model::`, for messages: the struct that an embedded one is of is not known here.
    pub(crate) fn said(&self) -> String {
        match self.embedded {
            None => self.constant.to_string(),
            Some(column) => format!("{}.col(..::{})", constant_of(self.within), column.said()),
        }
    }

    /// Whether the database fills it in when an insert leaves it out.
    pub(crate) const fn filled_by_database(&self) -> bool {
        self.filled_by_definition() || self.read_only
    }

    /// Whether what its table says of it fills it in, and not a trigger, or whatever else writes it.
    pub(crate) const fn filled_by_definition(&self) -> bool {
        self.generated || self.server_default.is_some() || self.generated_as.is_some()
    }

    /// Whether a draft must be given a value.
    pub(crate) const fn required(&self) -> bool {
        !(self.filled_by_database() || self.has_default || self.nullable || self.version)
    }

    pub(super) const NONE: Column = Column::of::<String>();
}

/// Databases compare names without regard to case.
pub(super) const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index].eq_ignore_ascii_case(&right[index]) {
        index += 1;
    }
    index == left.len() && index == right.len()
}
