use std::any::Any;
use std::fmt;
use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::model::assign::SetColumn;
use crate::model::handle::RowId;
use crate::model::insert::{InsertGraph, insert_graph};
use crate::model::key::{IntoKey, Key};
use crate::model::update::{normalize, set_on_write};
use crate::model::{Column, Model, NestedDrafts, Settable, Writable, events};
use crate::schema::{self, Table};

mod column_set;

pub(crate) use column_set::{ColumnSet, filled_by_database};

/// A row-to-be of the model `M`: what `M::new(..)` gives. Only an insert turns it into a row.
///
/// Defaults are evaluated when the draft is made, `on_write` columns when it is inserted.
///
/// It does not deref to the model, so that it cannot be updated or deleted as if it were a row.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     bio: Option<String>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// let ann = User::new("ann").set(User::BIO, "hi").insert(&db)?;
/// let bob = User::new("bob").with(|user| user.bio = Some("ho".into())).insert(&db)?;
/// assert_eq!((ann.bio.as_deref(), bob.bio.as_deref()), (Some("hi"), Some("ho")));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a draft becomes a row by `.insert(&db)`"]
pub struct Draft<M> {
    pub(crate) row: M,
    pub(crate) unset: ColumnSet,
    /// What few drafts have: apart, for drafts are moved often.
    pub(crate) further: Option<Box<Further>>,
}

/// What a draft has besides its row.
#[derive(Default)]
pub(crate) struct Further {
    problem: Option<Error>,
    /// A [`Nest`] of its model, if drafts are nested under it: what few programs do is compiled where it is done.
    nest: Option<Box<dyn Any + Send>>,
    /// Columns that get the values of rows of a session, once those have keys.
    pub(crate) waits: Vec<Wait>,
}

/// Drafts that are inserted behind one of the model `M`, with its key.
struct Nest<M> {
    drafts: Vec<Box<dyn NestedDrafts<M>>>,
    /// What inserts the draft with them.
    insert: InsertNested<M>,
}

type InsertNested<M> = fn(Draft<M>) -> Box<dyn InsertGraph<M>>;

impl Further {
    fn take_problem(further: &mut Option<Box<Further>>) -> Option<Error> {
        further.as_mut()?.problem.take()
    }

    /// What is nested under a draft; nothing of use if nothing is.
    fn nest(further: &Option<Box<Further>>) -> &dyn Any {
        match further.as_ref().and_then(|further| further.nest.as_ref()) {
            Some(nest) => nest.as_ref(),
            None => &(),
        }
    }

    fn has_nested(further: &Option<Box<Further>>) -> bool {
        matches!(further, Some(further) if further.nest.is_some())
    }

    /// Checks that nothing is missing from a draft whose columns `unset` have no value, of which the database fills `filled`
    /// in.
    #[cold]
    fn check(further: &mut Option<Box<Further>>, unset: &ColumnSet, filled: &ColumnSet, table: &Table) -> Result<()> {
        if let Some(problem) = Further::take_problem(further) {
            return Err(problem);
        }
        if further.as_ref().is_some_and(|further| !further.waits.is_empty()) {
            return Err(Error::usage(format!(
                "this draft of `{}` is to point to a row of a session, which knows the row's key: give it to the \
                 session, by `add` or `upsert`",
                table.name
            )));
        }
        match unset.first_outside(filled) {
            Some(index) => Err(missing(table, index)),
            None => Ok(()),
        }
    }
}

impl<M> Draft<M> {
    pub(crate) fn further(&mut self) -> &mut Further {
        self.further.get_or_insert_default()
    }

    /// Whether drafts are to be inserted behind it.
    pub(crate) fn has_nested(&self) -> bool {
        Further::has_nested(&self.further)
    }
}

impl<M: Writable> Draft<M> {
    /// Adds drafts that are to be inserted behind it.
    pub(crate) fn nest(&mut self, nested: Box<dyn NestedDrafts<M>>) {
        let empty = || Box::new(Nest::<M> { drafts: Vec::new(), insert: insert_graph }) as Box<dyn Any + Send>;
        let nest = self.further().nest.get_or_insert_with(empty);
        if let Some(nest) = nest.downcast_mut::<Nest<M>>() {
            nest.drafts.push(nested);
        }
    }
}

impl<M: Model> Draft<M> {
    /// A draft with a value for each required column: for the derive, whose `new` fills the row.
    #[doc(hidden)]
    pub fn build(fill: impl FnOnce(&mut M, &mut Waiting) -> Result<()>) -> Self {
        // It is filled where it stays.
        let mut draft = Draft::of(M::initial(), ColumnSet::default());
        let mut waiting = Waiting { unset: filled_by_database::<M>(), columns: M::COLUMNS, rows: Vec::new() };
        let filled = fill(&mut draft.row, &mut waiting);
        (draft.unset, draft.further) = waiting.end(filled);
        draft
    }

    /// A row-to-be whose columns `unset` have no value.
    pub(super) fn of(row: M, unset: ColumnSet) -> Self {
        Draft { row, unset, further: None }
    }

    /// A draft without values, but for defaults: what `M::draft()` gives.
    #[doc(hidden)]
    pub fn empty() -> Self {
        let unset = (0..M::COLUMNS.len())
            .filter(|index| M::COLUMNS[*index].filled_by_database() || M::COLUMNS[*index].required())
            .collect();
        Draft::of(M::initial(), unset)
    }

    /// Sets a column: to a value, or, where it is a foreign key, to the row that it is to point to (`&row`, all columns
    /// of a composite key at once). A row of another table than the one referenced is an error at the insert.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, #[column(foreign_key = User::ID)] author_id: Option<i64> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User, Post)>()?;
    /// let ann = User::new("ann").insert(&db)?;
    /// let post = Post::new().set(Post::AUTHOR_ID, &ann).insert(&db)?;
    /// let other = Post::new().set(Post::AUTHOR_ID, ann.id).insert(&db)?;
    /// assert_eq!(post.author_id, other.author_id);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[inline]
    pub fn set<T, Kind, W: Settable>(mut self, column: Column<M, T, W>, value: impl SetColumn<T, Kind>) -> Self {
        if let Err(error) = value.set_column(Column::new(column.index(), column.name()), &mut self) {
            self.further().problem = Some(error);
        }
        self
    }

    /// Changes the row-to-be as a struct. What is given a value counts as set; what is left as it was does not.
    ///
    /// A column that has no value yet holds its type's placeholder: 0, `false`, `""`, `None` and their like. If it is given
    /// this very value, that cannot be told from none: the database's default is stored, or the column is missing still.
    /// Give such a value by [`set`](Draft::set).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, bio: Option<String> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = User::new("ann").with(|user| user.bio = Some("hi".into())).insert(&db)?;
    /// assert_eq!(ann.bio.as_deref(), Some("hi"));
    ///
    /// #[derive(Model)]
    /// struct Account {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     #[column(server_default = "true")]
    ///     active: bool,
    /// }
    ///
    /// # db.create_tables::<(Account,)>()?;
    /// assert!(Account::new().with(|account| account.active = false).insert(&db)?.active);
    /// assert!(!Account::new().set(Account::ACTIVE, false).insert(&db)?.active);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn with(mut self, change: impl FnOnce(&mut M)) -> Self {
        change(&mut self.row);
        self.unset.keep_placeholders(&self.row, M::COLUMNS);
        self
    }

    /// Sets the primary key, which the database would number otherwise.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let ann = User::new("ann").with_key(42).insert(&db)?;
    /// assert_eq!(ann.id, 42);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn with_key(mut self, key: impl IntoKey<M::Key>) -> Self
    where
        M::Key: Key,
    {
        let key = key.into_key();
        for (position, index) in M::TABLE.primary_key().enumerate() {
            let set = key.part(position).value().and_then(|value| self.row.field_mut(index).assign(value));
            match set {
                Ok(()) => self.mark_set(index),
                Err(error) => {
                    self.further().problem = Some(Error::encode(M::TABLE.name, M::COLUMNS[index].name, &error));
                }
            }
        }
        self
    }

    /// Notes that a column is set now, whatever it was to wait for before.
    #[inline]
    pub(super) fn mark_set(&mut self, index: usize) {
        self.unset.remove(index);
        if let Some(further) = &mut self.further {
            further.waits.retain(|wait| wait.column != index);
        }
    }

    /// What went wrong when it was made.
    pub(super) fn take_problem(&mut self) -> Option<Error> {
        Further::take_problem(&mut self.further)
    }

    /// What inserts it with what is nested under it, if anything is.
    pub(super) fn graph(&self) -> Option<InsertNested<M>> {
        Further::nest(&self.further).downcast_ref::<Nest<M>>().map(|nest| nest.insert)
    }

    /// What is nested under it.
    pub(super) fn take_nested(&mut self) -> Vec<Box<dyn NestedDrafts<M>>> {
        let nest = self.further.as_mut().and_then(|further| further.nest.take());
        nest.and_then(|nest| nest.downcast::<Nest<M>>().ok()).map(|nest| nest.drafts).unwrap_or_default()
    }

    /// Has the model's functions see the row-to-be; `name` says which one it is.
    pub(crate) fn show(&mut self, name: impl Fn() -> String) -> Result<()> {
        if let Some(problem) = self.take_problem() {
            return Err(problem);
        }
        events::before_insert(&mut self.row, &mut self.unset, &name)?;
        self.check()?;
        events::validate_new(&mut self.row, name)
    }

    /// Whether a value was given for each column but those that the database fills in, and nothing is nested under it.
    #[inline]
    pub(super) fn is_usual(&self) -> bool {
        self.further.is_none() && self.unset == filled_by_database::<M>()
    }

    /// Whether nothing is missing, and nothing is nested under it, as far as that is seen at once.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.further.is_none() && self.unset.is_plainly_inside(&filled_by_database::<M>())
    }

    /// Checks that nothing is missing.
    #[inline]
    pub(crate) fn check(&mut self) -> Result<()> {
        if self.is_plain() {
            return Ok(());
        }
        Further::check(&mut self.further, &self.unset, &filled_by_database::<M>(), M::TABLE)
    }
}

/// A column has no value, and nobody gives it one.
pub(crate) fn missing(table: &Table, index: usize) -> Error {
    let column = &table.columns[index];
    Error::from_kind(ErrorKind::MissingColumn {
        table: table.name.to_string(),
        column: column.name.to_string(),
        model: table.model.to_string(),
        constant: column.said(),
    })
}

/// Sets the `on_write` columns of a row.
pub(super) fn prepare<M: Model>(row: &mut M) -> Result<()> {
    set_on_write(M::TABLE, row, M::on_write).map(drop)
}

/// Gives a row its last values: sets its `on_write` columns, whose positions it gives, and cuts values to what the database
/// gives back.
pub(crate) fn complete<M: Model>(row: &mut M) -> Result<Vec<usize>> {
    let written = set_on_write(M::TABLE, row, M::on_write)?;
    normalize(row);
    Ok(written)
}

impl<M: fmt::Debug> fmt::Debug for Draft<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Draft").field(&self.row).finish()
    }
}

impl<M: Clone> Clone for Draft<M> {
    fn clone(&self) -> Self {
        Draft { row: self.row.clone(), unset: self.unset.clone(), further: self.further.clone() }
    }
}

impl Clone for Further {
    fn clone(&self) -> Self {
        let problem = self.problem.as_ref().map(|error| Error::from_kind(error.kind().clone()));
        let nested = "a draft with nested drafts cannot be cloned: clone it before `with_children`";
        let problem = problem.or_else(|| self.nest.is_some().then(|| Error::usage(nested)));
        Further { problem, nest: None, waits: self.waits.clone() }
    }
}

/// Columns that have no value yet: those that wait for a parent, and those that the database fills in.
#[doc(hidden)]
#[derive(Debug)]
pub struct Waiting {
    pub(super) unset: ColumnSet,
    columns: &'static [schema::Column],
    pub(super) rows: Vec<Wait>,
}

impl Waiting {
    /// Notes that the columns at these positions have values, those of an embedded struct, which is given whole.
    pub fn give(&mut self, columns: Range<usize>) {
        columns.filter(|index| !self.columns[*index].read_only).for_each(|index| self.unset.remove(index));
    }

    /// The columns that have no value, and what else a draft has that was filled.
    #[inline]
    fn end(self, filled: Result<()>) -> (ColumnSet, Option<Box<Further>>) {
        let problem = filled.err();
        let has_more = problem.is_some() || !self.rows.is_empty();
        (self.unset, has_more.then(|| Box::new(Further { problem, nest: None, waits: self.rows })))
    }
}

/// A column whose value is that of another row, which has none yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    pub(crate) column: usize,
    /// The row of a session that it is to point to.
    pub(crate) row: RowId,
    /// That row's column.
    pub(crate) referenced: usize,
}
