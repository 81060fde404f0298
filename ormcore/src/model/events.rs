//! What a model has done with its rows when they are written: `#[model(before_insert = ..)]` and its like.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::model::draft::{ColumnSet, complete};
use crate::model::select::describe_row;
use crate::model::{Column, Model, Record, Values, value};
use crate::schema::Table;
use crate::value::Value;

mod plans;

pub(super) use plans::{DeleteSeen, UpdateSeen};

type AfterUpdate<M> = fn(&M, Written<'_, M>) -> Result<()>;

/// The functions that a model has called for its rows: data, so that models without any cost nothing.
#[derive(Debug, Clone, Copy)]
pub struct Events<M> {
    pub(super) before_insert: Option<fn(&mut M) -> Result<()>>,
    pub(super) after_insert: Option<fn(&M) -> Result<()>>,
    pub(super) before_update: Option<fn(&mut M) -> Result<()>>,
    pub(super) after_update: Option<AfterUpdate<M>>,
    pub(super) before_delete: Option<fn(&M) -> Result<()>>,
    pub(super) after_delete: Option<fn(&M) -> Result<()>>,
    pub(super) validate: Option<fn(&M) -> Result<()>>,
}

impl<M> Events<M> {
    /// No functions.
    pub const NONE: Self = Events {
        before_insert: None,
        after_insert: None,
        before_update: None,
        after_update: None,
        before_delete: None,
        after_delete: None,
        validate: None,
    };

    /// Calls the function for a row that is to be inserted. As in [`Draft::with`](crate::Draft::with), a column without a
    /// value holds a placeholder, and is not set by being given the same.
    #[must_use]
    pub const fn before_insert(mut self, run: fn(&mut M) -> Result<()>) -> Self {
        self.before_insert = Some(run);
        self
    }

    /// Calls the function for a row that was inserted.
    #[must_use]
    pub const fn after_insert(mut self, run: fn(&M) -> Result<()>) -> Self {
        self.after_insert = Some(run);
        self
    }

    /// Calls the function for a row that is to be updated.
    #[must_use]
    pub const fn before_update(mut self, run: fn(&mut M) -> Result<()>) -> Self {
        self.before_update = Some(run);
        self
    }

    /// Calls the function for a row that was updated, with the columns that were written.
    #[must_use]
    pub const fn after_update(mut self, run: fn(&M, Written<'_, M>) -> Result<()>) -> Self {
        self.after_update = Some(run);
        self
    }

    /// Calls the function for a row that is to be deleted.
    #[must_use]
    pub const fn before_delete(mut self, run: fn(&M) -> Result<()>) -> Self {
        self.before_delete = Some(run);
        self
    }

    /// Calls the function for a row that was deleted.
    #[must_use]
    pub const fn after_delete(mut self, run: fn(&M) -> Result<()>) -> Self {
        self.after_delete = Some(run);
        self
    }

    /// Calls the function for a row that is to be inserted or updated, when it has all its values.
    #[must_use]
    pub const fn validate(mut self, run: fn(&M) -> Result<()>) -> Self {
        self.validate = Some(run);
        self
    }

    pub(crate) const fn of_insert(&self) -> bool {
        self.before_insert.is_some() || self.validate.is_some()
    }

    pub(crate) const fn after_inserts(&self) -> bool {
        self.after_insert.is_some()
    }

    pub(super) const fn of_update(&self) -> bool {
        self.before_update.is_some() || self.validate.is_some() || self.after_update.is_some()
    }

    pub(crate) const fn of_delete(&self) -> bool {
        self.before_delete.is_some() || self.after_delete.is_some()
    }

    pub(super) const fn is_none(&self) -> bool {
        !self.of_insert() && !self.of_update() && !self.of_delete() && self.after_insert.is_none()
    }
}

/// The columns of a row that an update wrote: all but the key by `update`; by `update_only` those that it was given, with the
/// version, the `on_write` columns and what `before_update` changed; by a session's flush those that differ, which
/// [`Session::flushed`](crate::Session::flushed) tells with their values. One that only the database writes is among them if it
/// is not what the row had.
///
/// ```
/// use ormcore::Written;
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// #[model(after_update = Article::index)]
/// struct Article {
///     #[column(primary_key)]
///     id: i64,
///     title: String,
///     views: i64,
/// }
///
/// impl Article {
///     fn index(&self, written: Written<'_, Article>) -> ormcore::Result<()> {
///         if written.contains(Article::TITLE) {
///             println!("to be indexed again: {}", self.id);
///         }
///         Ok(())
///     }
/// }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Article,)>()?;
/// # let mut article = Article::new("Tehanu", 7).insert(&db)?;
/// article.title = "Lavinia".into();
/// article.update_only((Article::TITLE,), &db)?;
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Written<'w, M> {
    columns: &'w [usize],
    model: PhantomData<fn() -> M>,
}

impl<M> Written<'_, M> {
    /// Whether the column was written.
    ///
    /// ```
    /// # use ormcore::Written;
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(after_update = only_age)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// fn only_age(_: &User, written: Written<'_, User>) -> ormcore::Result<()> {
    ///     assert!(written.contains(User::AGE) && !written.contains(User::NAME));
    ///     Ok(())
    /// }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # let mut ann = User::new("ann", 7).insert(&db)?;
    /// ann.update_only((User::AGE,), &db)?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn contains<T, W>(self, column: Column<M, T, W>) -> bool {
        self.columns.contains(&column.index())
    }
}

impl<M> Clone for Written<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Written<'_, M> {}

impl<M: Model> fmt::Debug for Written<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.columns.iter().map(|index| M::COLUMNS[*index].name)).finish()
    }
}

/// What is done to a row that a unit of work keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'e> {
    BeforeInsert,
    AfterInsert,
    BeforeUpdate,
    /// These columns were written.
    AfterUpdate(&'e [usize]),
    BeforeDelete,
    AfterDelete,
}

/// A row of the database, in the words of an error.
fn by_key<M: Model>(row: &M) -> String {
    format!("the row with {}", describe_row(M::TABLE, row))
}

/// Calls `before_insert`; a column that it gives a value is no longer among those that have none.
pub(super) fn before_insert<M: Model>(row: &mut M, unset: &mut ColumnSet, name: impl Fn() -> String) -> Result<()> {
    let Some(run) = M::EVENTS.before_insert else { return Ok(()) };
    run(row).map_err(|error| error.of_row("before_insert", M::NAME, name()))?;
    unset.keep_placeholders(row, M::COLUMNS);
    Ok(())
}

/// Gives a row that is to be inserted its last values, and calls `validate`.
pub(super) fn validate_new<M: Model>(row: &mut M, name: impl Fn() -> String) -> Result<()> {
    let Some(run) = M::EVENTS.validate else { return Ok(()) };
    complete(row)?;
    run(row).map_err(|error| error.of_row("validate", M::NAME, name()))
}

/// Calls `after_insert` for rows that were inserted.
pub(crate) fn after_insert<'r, M: Model>(rows: impl IntoIterator<Item = &'r M>) -> Result<()> {
    let Some(run) = M::EVENTS.after_insert else { return Ok(()) };
    let mut rows = rows.into_iter();
    rows.try_for_each(|row| run(row).map_err(|error| error.of_row("after_insert", M::NAME, by_key(row))))
}

/// Calls `before_update` and, for a row that still `differs`, `validate`, when it has its last values. Gives the positions
/// of the `on_write` columns.
pub(super) fn before_update<M: Model>(row: &mut M, differs: impl Fn(&M) -> bool) -> Result<Vec<usize>> {
    let key = |row: &M| -> Vec<_> { M::TABLE.primary_key().map(|index| value(row, index)).collect() };
    if let Some(run) = M::EVENTS.before_update {
        let (named, was) = (by_key(row), key(row));
        run(row).map_err(|error| error.of_row("before_update", M::NAME, named))?;
        if key(row) != was {
            return Err(edited_key_in(M::TABLE));
        }
    }
    if !differs(row) {
        return Ok(Vec::new());
    }
    let written = complete(row)?;
    if let Some(run) = M::EVENTS.validate {
        run(row).map_err(|error| error.of_row("validate", M::NAME, by_key(row)))?;
    }
    Ok(written)
}

/// The columns that were written of a row, and of those that it was given values of the ones that are not what they were.
pub(crate) fn written_columns(columns: &[usize], row: &dyn Record, was: &[(usize, Value<'static>)]) -> Vec<usize> {
    let differs = |(index, was): &&(usize, Value<'static>)| !columns.contains(index) && value(row, *index) != *was;
    columns.iter().copied().chain(was.iter().filter(differs).map(|(index, _)| *index)).collect()
}

/// Calls `after_update` for a row of which these columns were written.
pub(super) fn after_update<M: Model>(row: &M, columns: &[usize]) -> Result<()> {
    let Some(run) = M::EVENTS.after_update else { return Ok(()) };
    let written = Written { columns, model: PhantomData };
    run(row, written).map_err(|error| error.of_row("after_update", M::NAME, by_key(row)))
}

/// Calls `before_delete`.
pub(super) fn before_delete<M: Model>(row: &M) -> Result<()> {
    let Some(run) = M::EVENTS.before_delete else { return Ok(()) };
    run(row).map_err(|error| error.of_row("before_delete", M::NAME, by_key(row)))
}

/// Calls `after_delete`.
pub(super) fn after_delete<M: Model>(row: &M) -> Result<()> {
    let Some(run) = M::EVENTS.after_delete else { return Ok(()) };
    run(row).map_err(|error| error.of_row("after_delete", M::NAME, by_key(row)))
}

fn edited_key_in(table: &Table) -> Error {
    Error::usage(format!(
        "`before_update` of `{}` edited the primary key, which names the row that is updated: leave it as it is",
        table.name
    ))
}

/// The columns of a row that have other values now, apart from those that no update writes by their values.
fn changed<M: Model>(row: &M, was: Values<'_>) -> Vec<usize> {
    // What no database can hold was that before, too.
    let is_null = |index: usize| was.get(index).is_null() && row.field(index).value().is_err();
    let changed = was.differences(row, M::TABLE).filter(|index| !is_null(*index));
    changed.filter(|index| !M::COLUMNS[*index].primary_key && Some(*index) != M::TABLE.version()).collect()
}
