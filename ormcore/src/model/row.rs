use std::iter::once;

use crate::model::each::EachRow;
use crate::model::events::{DeleteSeen, UpdateSeen};
use crate::model::insert::{InsertRow, InsertRows, only};
use crate::model::key::{IntoKey, Key};
use crate::model::refused::Uninserted;
use crate::model::select::{Certainly, FetchByKey, Perhaps, ReadAgain, SelectByKey};
use crate::model::update::{DeleteRow, UpdateRow};
use crate::model::{AnyColumn, Changes, ColumnList, Columns, Depended, Draft, Events, Related, changes};
use crate::plan::Executor;
use crate::schema::{Statements, Table};

/// The function that the condition chooses for a model, when that is compiled: of an `if const` the compiler would still
/// walk through all that the other branch calls.
macro_rules! chosen {
    ($type:ty; if $first:expr; $then:expr; if $second:expr; $instead:expr; $otherwise:expr) => {
        chosen!($type; if $first; $then; chosen!($type; if $second; $instead; $otherwise))
    };
    ($type:ty; if $condition:expr; $then:expr; $otherwise:expr) => {
        const {
            let chosen: $type = if $condition { $then } else { $otherwise };
            chosen
        }
    };
}

type RowsMut<'r, M> = Vec<&'r mut M>;

/// A struct that is a table's row; `#[derive(Model)]` implements it.
///
/// A value of it *is* a row: its key is real. `M::new(..)` makes a [`Draft`] instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "this is no model",
    note = "derive it: `#[derive(Model)]` on a struct with named fields"
)]
pub trait Model: Columns {
    /// The table's name: apart from [`Model::TABLE`], so that tables can point to each other in a circle.
    const NAME: &'static str;

    /// The schema that holds the table, if it is not the connection's own.
    const SCHEMA: Option<&'static str>;

    /// The table.
    const TABLE: &'static Table;

    /// The primary key's type: that of its column, a tuple where there are several, `()` where there is none.
    type Key: 'static;

    /// The relationships that are declared to be loaded with every row (`lazy = "joined"`, `"subquery"`, `"selectin"`).
    const EAGER: &'static [&'static dyn Related] = &[];

    /// The relationships that rows keep in fields.
    const RELATIONSHIPS: &'static [&'static dyn Related] = &[];

    /// All relationships, as a session sees them: those too that rows do not keep (`lazy = "dynamic"`).
    const DEPENDED: &'static [&'static dyn Depended<Self>] = &[];

    /// The functions that are called for rows when they are written.
    const EVENTS: Events<Self> = Events::NONE;

    /// The texts of this model's fixed statements.
    fn statements() -> &'static Statements;

    /// The row with the key, if there is one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// User::new("ann").insert(&db)?;
    /// let ann = User::get(1, &db)?;
    /// assert_eq!(ann.map(|user| user.name).as_deref(), Some("ann"));
    /// assert!(User::get(2, &db)?.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, or the row cannot be read.
    fn get<'p, E: Executor + 'p>(key: impl IntoKey<Self::Key>, db: E) -> E::Out<'p, Option<Self>>
    where
        Self::Key: Key,
    {
        chosen!(
            fn(Self::Key, E) -> E::Out<'p, Option<Self>>;
            if Self::EAGER.is_empty() && Self::TABLE.scopes.is_empty();
            |key, db| db.run(SelectByKey::new(key, Perhaps));
            |key, db| db.run(FetchByKey::new(key, Perhaps))
        )(key.into_key(), db)
    }

    /// The row with the key.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// User::new("ann").insert(&db)?;
    /// assert_eq!(User::find(1, &db)?.name, "ann");
    /// assert!(User::find(2, &db).is_err_and(|error| error.is_not_found()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none.
    fn find<'p, E: Executor + 'p>(key: impl IntoKey<Self::Key>, db: E) -> E::Out<'p, Self>
    where
        Self::Key: Key,
    {
        chosen!(
            fn(Self::Key, E) -> E::Out<'p, Self>;
            if Self::EAGER.is_empty() && Self::TABLE.scopes.is_empty();
            |key, db| db.run(SelectByKey::new(key, Certainly));
            |key, db| db.run(FetchByKey::new(key, Certainly))
        )(key.into_key(), db)
    }

    /// Reads the row again from the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut ann = User::new("ann").insert(&db)?;
    /// db.execute("UPDATE user SET name = 'anna' WHERE id = ?", (ann.id,))?;
    /// ann.refresh(&db)?;
    /// assert_eq!(ann.name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it is gone.
    fn refresh<'p, E: Executor + 'p>(&'p mut self, db: E) -> E::Out<'p, ()>
    where
        Self::Key: Key,
    {
        db.run(ReadAgain::new(self))
    }

    /// Inserts many drafts, in few statements, all or nothing; gives their rows in the same order.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Tag {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     label: String,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Tag,)>()?;
    /// let tags = Tag::insert_all(["a", "b", "c"].map(Tag::new), &db)?;
    /// assert_eq!(tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1, 2, 3]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If one of them breaks a constraint or lacks a value, or the model refuses it; none is inserted then.
    fn insert_all<'p, E: Executor + 'p>(drafts: impl IntoIterator<Item = Draft<Self>>, db: E) -> E::Out<'p, Vec<Self>>
    where
        Self: Writable,
    {
        db.run(InsertRows::new(drafts.into_iter(), Ok))
    }

    /// Sets the fields whose values are present in a struct of changes, such as the body of a request, and gives their columns:
    /// what [`update_only`](Model::update_only) then writes.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, email: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::new("ann", "ann@example.org").insert(&db)?;
    /// #[derive(Changes)]
    /// #[changes(model = User)]
    /// struct Body {
    ///     name: Option<String>,
    ///     email: Option<String>,
    /// }
    ///
    /// let mut ann = User::find(1, &db)?;
    /// let changed = ann.apply(Body { name: Some("anna".into()), email: None });
    /// assert!(changed.contains(&User::NAME.into()));
    /// ann.update_only(changed, &db)?;
    /// assert_eq!(User::find(1, &db)?.name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn apply(&mut self, changes: impl Changes<Of = Self>) -> Vec<AnyColumn<Self>>
    where
        Self: Writable,
    {
        changes::apply(self, changes)
    }

    /// Writes every column of the row but its key.
    ///
    /// A version column is checked and raised; `on_write` columns are set.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut ann = User::new("ann").insert(&db)?;
    /// ann.name = "anna".into();
    /// ann.update(&db)?;
    /// assert_eq!(User::find(ann.id, &db)?.name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the row is gone, or with a version
    /// [`ErrorKind::StaleRow`](crate::ErrorKind::StaleRow) if it is gone or its version is another,
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) or [`ErrorKind::Refused`](crate::ErrorKind::Refused) if the model refuses it.
    fn update<'p, E: Executor + 'p>(&'p mut self, db: E) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(&'p mut Self, E) -> E::Out<'p, ()>;
            if Self::EVENTS.after_update.is_some();
            |row, db| db.run(EachRow::new(once(UpdateSeen::new(row, None))));
            if Self::EVENTS.of_update();
            |row, db| db.run(UpdateSeen::new(row, None));
            |row, db| db.run(UpdateRow::new(row, None))
        )(self, db)
    }

    /// Writes only these columns of the row (and the version and `on_write` columns): `update_only((User::EMAIL,), &db)`.
    ///
    /// A list without columns, such as [`apply`](Model::apply) gives where nothing is present, writes nothing: no statement runs,
    /// and the model is not asked.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, email: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut ann = User::new("ann", "ann@example.org").insert(&db)?;
    /// ann.email = "ann@example.com".into();
    /// ann.name = "not written".into();
    /// ann.update_only((User::EMAIL,), &db)?;
    /// let stored = User::find(ann.id, &db)?;
    /// assert_eq!((stored.name.as_str(), stored.email.as_str()), ("ann", "ann@example.com"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Model::update`].
    fn update_only<'p, E: Executor + 'p>(&'p mut self, columns: impl ColumnList<Self>, db: E) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(&'p mut Self, Vec<usize>, E) -> E::Out<'p, ()>;
            if Self::EVENTS.after_update.is_some();
            |row, columns, db| db.run(EachRow::new(once(UpdateSeen::new(row, Some(columns)))));
            if Self::EVENTS.of_update();
            |row, columns, db| db.run(UpdateSeen::new(row, Some(columns)));
            |row, columns, db| db.run(UpdateRow::new(row, Some(columns)))
        )(self, columns.indexes(), db)
    }

    /// Writes every column of many rows but their keys, as [`update`](Model::update) does of one: all or nothing, and as
    /// executions of one statement.
    ///
    /// The rows in hand have their next versions once all are written. Each has its values sent: where all are to get the same
    /// value, or one that the database computes, `query().update(..)` is one statement without them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut users = User::insert_all(["ann", "bob"].map(User::new), &db)?;
    /// for user in &mut users {
    ///     user.name = user.name.to_uppercase();
    /// }
    /// User::update_all(&mut users, &db)?;
    /// assert_eq!(User::find(2, &db)?.name, "BOB");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Model::update`], for the first row that is refused; none is written then.
    fn update_all<'p, E: Executor + 'p>(rows: impl IntoIterator<Item = &'p mut Self>, db: E) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(RowsMut<'p, Self>, E) -> E::Out<'p, ()>;
            if Self::EVENTS.of_update();
            |rows, db| db.run(EachRow::new(rows.into_iter().map(|row| UpdateSeen::new(row, None))));
            |rows, db| db.run(EachRow::new(rows.into_iter().map(|row| UpdateRow::new(row, None))))
        )(rows.into_iter().collect(), db)
    }

    /// Writes only these columns of many rows, as [`update_only`](Model::update_only) does of one: all or nothing, and as
    /// executions of one statement.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Task { #[column(primary_key)] id: i64, title: String, place: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Task,)>()?;
    /// let mut tasks = Task::insert_all([Task::new("a", 1), Task::new("b", 2), Task::new("c", 3)], &db)?;
    /// tasks.rotate_left(1);
    /// for (place, task) in (1..).zip(&mut tasks) {
    ///     task.place = place;
    /// }
    /// Task::update_all_only(&mut tasks, (Task::PLACE,), &db)?;
    /// assert_eq!(Task::query().select(Task::TITLE).order_by(Task::PLACE).all(&db)?, ["b", "c", "a"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Model::update_all`].
    fn update_all_only<'p, E: Executor + 'p>(
        rows: impl IntoIterator<Item = &'p mut Self>,
        columns: impl ColumnList<Self>,
        db: E,
    ) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(RowsMut<'p, Self>, Vec<usize>, E) -> E::Out<'p, ()>;
            if Self::EVENTS.of_update();
            |rows, columns, db| {
                let update = |row| UpdateSeen::new(row, Some(columns.clone()));
                db.run(EachRow::new(rows.into_iter().map(update)))
            };
            |rows, columns, db| {
                let update = |row| UpdateRow::new(row, Some(columns.clone()));
                db.run(EachRow::new(rows.into_iter().map(update)))
            }
        )(rows.into_iter().collect(), columns.indexes(), db)
    }

    /// Deletes the row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = User::new("ann").insert(&db)?;
    /// ann.delete(&db)?;
    /// assert!(ann.delete(&db).is_err_and(|error| error.is_not_found()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it is gone, or with a version
    /// [`ErrorKind::StaleRow`](crate::ErrorKind::StaleRow) if it is gone or its version is another,
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) if the model refuses it.
    fn delete<'p, E: Executor + 'p>(&'p self, db: E) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(&'p Self, E) -> E::Out<'p, ()>;
            if Self::EVENTS.after_delete.is_some();
            |row, db| db.run(EachRow::new(once(DeleteSeen::new(row))));
            if Self::EVENTS.of_delete();
            |row, db| db.run(DeleteSeen::new(row));
            |row, db| db.run(DeleteRow::new(row))
        )(self, db)
    }

    /// Deletes many rows, as [`delete`](Model::delete) does one: all or nothing, and as executions of one statement.
    ///
    /// Rows that need not be in hand are deleted by `query().delete(..)`, without reading them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let users = User::insert_all(["ann", "bob", "cid"].map(User::new), &db)?;
    /// User::delete_all(&users[1..], &db)?;
    /// assert!(User::delete_all(&users, &db).is_err_and(|error| error.is_not_found()));
    /// assert_eq!(User::query().count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Model::delete`], for the first row that is refused; none is deleted then.
    fn delete_all<'p, E: Executor + 'p>(rows: impl IntoIterator<Item = &'p Self>, db: E) -> E::Out<'p, ()>
    where
        Self: Writable,
    {
        chosen!(
            fn(Vec<&'p Self>, E) -> E::Out<'p, ()>;
            if Self::EVENTS.of_delete();
            |rows, db| db.run(EachRow::new(rows.into_iter().map(DeleteSeen::new)));
            |rows, db| db.run(EachRow::new(rows.into_iter().map(DeleteRow::new)))
        )(rows.into_iter().collect(), db)
    }

    /// Nobody can call it: a row is there already, and the bound says so. By `&mut self`, so that methods of one's own
    /// come first, whatever they take.
    #[doc(hidden)]
    fn insert<'p, E: Executor + 'p>(&'p mut self, _db: E) -> E::Out<'p, Self>
    where
        Self: Uninserted,
    {
        self.never()
    }
}

/// A model whose rows can be written: every one that is not read-only.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// fn rename<M: Writable>(row: &mut M, change: impl Fn(&mut M), db: &Database) -> ormcore::Result<()> {
///     change(row);
///     row.update(db)
/// }
/// let mut ann = User::new("ann").insert(&db)?;
/// rename(&mut ann, |user| user.name = "anna".into(), &db)?;
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written",
    label = "this model is read-only",
    note = "it is declared with `#[model(read_only)]`, as a view is: write to the tables behind it"
)]
pub trait Writable: Model {}

impl<M: Writable> Draft<M> {
    /// Inserts the row; it comes back with its generated key and its defaults.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = User::new("ann").insert(&db)?;
    /// assert_eq!((ann.id, ann.name.as_str()), (1, "ann"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it breaks a constraint or lacks a value, or the model refuses it.
    pub fn insert<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, M> {
        chosen!(
            fn(Self, E) -> E::Out<'p, M>;
            if M::EVENTS.after_insert.is_none();
            |draft, db| db.run(InsertRow::new(draft));
            |draft, db| db.run(InsertRows::new(once(draft), only))
        )(self, db)
    }
}
