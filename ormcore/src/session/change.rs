//! What happens to a row in a flush: the operation, and the columns with their values before and after.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::model::{Column, Handle, RowId};
use crate::value::{FromValue, Value};

/// What happens to a row of the model `M` in a flush: [`Session::changes`](crate::Session::changes) tells it before, and
/// [`Session::flushed`](crate::Session::flushed) afterwards.
///
/// It holds values of its own, so that the session can be changed while a program goes through its changes.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::Operation;
///
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// # let mut session = db.session()?;
/// # let ann = session.add(User::new("ann", 7));
/// # session.commit()?;
/// session[ann].name = "anna".into();
/// for change in session.changes::<User>() {
///     assert_eq!((change.operation(), change.handle()), (Operation::Update, ann));
///     assert_eq!(change.before(User::NAME).as_deref(), Some("ann"));
///     assert_eq!(change.after(User::NAME).as_deref(), Some("anna"));
///     assert!(!change.contains(User::AGE));
/// }
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Change<M> {
    row: RowChange,
    model: PhantomData<fn() -> M>,
}

/// What a flush does to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// The row is new.
    Insert,
    /// Columns of the row get other values.
    Update,
    /// The row goes.
    Delete,
}

/// The same of a row whose model is not known here.
#[derive(Debug, Clone)]
pub(super) struct RowChange {
    pub(super) id: RowId,
    pub(super) operation: Operation,
    pub(super) columns: Vec<ColumnChange>,
}

impl<M> Change<M> {
    pub(super) fn new(row: RowChange) -> Self {
        Change { row, model: PhantomData }
    }

    /// The row. One that a flush has deleted is shown by `session[handle]` until the commit.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// assert_eq!(session.changes::<User>()[0].handle(), ann);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> Handle<M> {
        Handle::new(self.row.id)
    }

    /// Whether the row is inserted, updated or deleted.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Operation;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// let change = &session.changes::<User>()[0];
    /// assert_eq!(change.operation(), Operation::Insert);
    /// assert_eq!(change.operation().to_string(), "insert");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.row.operation
    }

    /// The columns, in the order of the fields: of an update those that get another value, but for the row's version; of an
    /// insert all that have a value by now; of a delete all.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Value;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.flush()?;
    /// session[ann].name = "anna".into();
    /// let changes = session.changes::<User>();
    /// let [name] = changes[0].columns() else { panic!("one column was changed") };
    /// assert_eq!((name.name(), name.before()), ("name", Some(&Value::Text("ann".into()))));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn columns(&self) -> &[ColumnChange] {
        &self.row.columns
    }

    /// Whether the column is among [`columns`](Change::columns).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann", 7));
    /// session.flush()?;
    /// session[ann].age += 1;
    /// let changes = session.changes::<User>();
    /// assert!(changes[0].contains(User::AGE) && !changes[0].contains(User::NAME));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn contains<T, W>(&self, column: Column<M, T, W>) -> bool {
        self.column(column).is_some()
    }

    /// The column's value before; `None` if it is not among [`columns`](Change::columns), or the row is new.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: Option<i32> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new());
    /// session.flush()?;
    /// session[ann].age = Some(7);
    /// let changes = session.changes::<User>();
    /// assert_eq!((changes[0].before(User::AGE), changes[0].after(User::AGE)), (Some(None), Some(Some(7))));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn before<T: FromValue, W>(&self, column: Column<M, T, W>) -> Option<T> {
        typed(self.column(column)?.before.as_ref()?)
    }

    /// The column's value after; `None` if it is not among [`columns`](Change::columns), the row goes, or only the flush will
    /// tell, as the key of a row that is new.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// assert_eq!(session.changes::<User>()[0].after(User::ID), None);
    /// session.flush()?;
    /// assert_eq!(session.flushed::<User>()[0].after(User::ID), Some(1));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn after<T: FromValue, W>(&self, column: Column<M, T, W>) -> Option<T> {
        typed(self.column(column)?.after.as_ref()?)
    }

    fn column<T, W>(&self, column: Column<M, T, W>) -> Option<&ColumnChange> {
        self.row.columns.iter().find(|change| change.index == column.index())
    }
}

/// A value of a field, which had this type.
fn typed<T: FromValue>(value: &Value<'static>) -> Option<T> {
    T::from_value(value.borrowed()).ok()
}

impl<M> Clone for Change<M> {
    fn clone(&self) -> Self {
        Change::new(self.row.clone())
    }
}

impl<M> fmt::Debug for Change<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("operation", &self.row.operation)
            .field("handle", &self.handle())
            .field("columns", &self.row.columns)
            .finish()
    }
}

/// `insert`, `update` or `delete`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operation::Insert => "insert",
            Operation::Update => "update",
            Operation::Delete => "delete",
        })
    }
}

/// A column of a row that a flush writes, with its value before and after. What is [`Secret`](crate::Secret) is the text `***`
/// here, so that it gets into no log; [`Change::before`] and [`Change::after`] give it as the `Secret` that it is.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, password: Secret<String> }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// let mut session = db.session()?;
/// let ann = session.add(User::new("ann", "hunter2"));
/// session.flush()?;
/// session[ann].password = Secret::new("swordfish".into());
/// let changes = session.changes::<User>();
/// let password = &changes[0].columns()[0];
/// assert_eq!(password.after().and_then(|value| value.to_text()).as_deref(), Some("***"));
/// assert_eq!(changes[0].after(User::PASSWORD).unwrap().expose(), "swordfish");
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Clone)]
pub struct ColumnChange {
    pub(super) index: usize,
    pub(super) name: &'static str,
    pub(super) is_secret: bool,
    pub(super) before: Option<Value<'static>>,
    pub(super) after: Option<Value<'static>>,
}

impl ColumnChange {
    /// The column's name in the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key, auto)] id: i64, #[column(name = "full_name")] name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// assert_eq!(session.changes::<User>()[0].columns()[0].name(), "full_name");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value before; `None` for a row that is new.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Value;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new(7));
    /// session.flush()?;
    /// session[ann].age = 8;
    /// let changes = session.changes::<User>();
    /// let age = &changes[0].columns()[0];
    /// assert_eq!((age.before(), age.after()), (Some(&Value::Int(7)), Some(&Value::Int(8))));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn before(&self) -> Option<&Value<'static>> {
        self.shown(&self.before)
    }

    /// The value after; `None` for a row that goes, and for what only the flush will tell.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Value;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new(7));
    /// session.commit()?;
    /// session.delete(ann)?;
    /// let changes = session.changes::<User>();
    /// let age = &changes[0].columns()[1];
    /// assert_eq!((age.before(), age.after()), (Some(&Value::Int(7)), None));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn after(&self) -> Option<&Value<'static>> {
        self.shown(&self.after)
    }

    fn shown<'v>(&self, value: &'v Option<Value<'static>>) -> Option<&'v Value<'static>> {
        static HIDDEN: Value<'static> = Value::Text(Cow::Borrowed("***"));
        let value = value.as_ref()?;
        Some(if self.is_secret && !value.is_null() { &HIDDEN } else { value })
    }
}

impl fmt::Debug for ColumnChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColumnChange")
            .field("name", &self.name)
            .field("before", &self.before())
            .field("after", &self.after())
            .finish()
    }
}
