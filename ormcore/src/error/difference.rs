use std::fmt;

/// One thing in which a table is not what the models say, as [`check_all`](crate::plan::Executor::check_all) tells it.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     bio: Option<String>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.execute("CREATE TABLE user (id INTEGER PRIMARY KEY)", ())?;
/// let error = db.check_tables::<User>().unwrap_err();
/// let difference = &error.differences()[0];
/// assert_eq!(difference.to_string(), "`user.bio` is missing: run `ALTER TABLE \"user\" ADD COLUMN \"bio\" TEXT`");
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    kind: DifferenceKind,
    table: String,
    columns: Vec<String>,
    problem: String,
    statements: Vec<String>,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The table, which is missing.
    MissingTable,
    /// A column, which is missing.
    MissingColumn,
    /// A column that no model has, and without which the database refuses an insert.
    UnknownColumn,
    /// The type of a column: what it may hold cannot be read as the field's, or what the field holds cannot be written.
    Type,
    /// Whether a column may be NULL.
    Nullable,
    /// The value of a column that an insert leaves out: the database has none.
    Default,
    /// Who writes a column: the database alone, and the model does not say so, or the other way round.
    Generated,
    /// The values of an enum with a type of its own, of which the database lacks some.
    Variants,
    /// The primary key.
    PrimaryKey,
    /// A unique constraint or index, which is missing.
    Unique,
    /// A foreign key, which is missing or acts otherwise.
    ForeignKey,
    /// An index, which is missing or made otherwise: what needs it is slow, but a full-text search, which fails.
    Index,
}

impl Difference {
    pub(crate) fn new(kind: DifferenceKind, table: &str, columns: &[&str], problem: impl Into<String>) -> Self {
        let columns = columns.iter().map(ToString::to_string).collect();
        Difference { kind, table: table.to_string(), columns, problem: problem.into(), statements: Vec::new() }
    }

    pub(crate) fn mended_by(mut self, statements: impl IntoIterator<Item = String>) -> Self {
        self.statements.extend(statements);
        self
    }

    /// What differs.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::DifferenceKind;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let error = db.check_tables::<User>().unwrap_err();
    /// assert_eq!(error.differences()[0].kind(), DifferenceKind::MissingTable);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> DifferenceKind {
        self.kind
    }

    /// The table, without its schema.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert_eq!(db.check_tables::<User>().unwrap_err().differences()[0].table(), "user");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The columns that it is about; empty where it is about the table, or about an expression.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: Option<String> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.execute("CREATE TABLE user (id INTEGER PRIMARY KEY)", ())?;
    /// assert_eq!(db.check_tables::<User>().unwrap_err().differences()[0].columns(), ["name"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What is wrong, without the statements.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert_eq!(db.check_tables::<User>().unwrap_err().differences()[0].message(), "the table `user` is missing");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.problem
    }

    /// The statements that would mend it when all before it in the list is mended, where they are known. Read them before you
    /// run them: one that adds a column which may not be NULL leaves a gap, `DEFAULT ...`, for what the rows get that are there.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: Option<String> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.execute("CREATE TABLE user (id INTEGER PRIMARY KEY)", ())?;
    /// let error = db.check_tables::<User>().unwrap_err();
    /// for statement in error.differences()[0].statements() {
    ///     db.execute(statement, ())?;
    /// }
    /// db.check_tables::<User>()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn statements(&self) -> &[String] {
        &self.statements
    }

    /// All of them, one a line.
    pub(super) fn list(differences: &[Self]) -> String {
        differences.iter().map(|difference| format!("\n- {difference}")).collect()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        for (position, statement) in self.statements.iter().enumerate() {
            write!(f, "{}`{statement}`", if position == 0 { ": run " } else { ", then " })?;
        }
        Ok(())
    }
}
