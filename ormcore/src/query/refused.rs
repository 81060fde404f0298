//! Methods that nobody can call: where there would be no method and no more to say, their bounds say what to write.

use crate::error::Result;
use crate::model::Model;
use crate::plan::Executor;
use crate::query::{OnAnyConflict, OnConflict, Query, Upsert};

/// What finds a row by its key; no type has it, for a model does.
#[diagnostic::on_unimplemented(
    message = "a query is not asked by key",
    label = "a model is: `User::get(1, &db)?`, or `User::find(1, &db)?` where the row must be there",
    note = "with further conditions: `User::query().filter(User::ID.eq(1)).filter(..).one_or_none(&db)?`"
)]
pub trait AskedByKey {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

/// What has groups; no type has it, for what selects of them has a method of its own.
#[diagnostic::on_unimplemented(
    message = "`having` is said of what was selected",
    label = "`select` comes first",
    note = "`.group_by(User::AGE).select((User::AGE, count())).having(count().gt(1))`; conditions on rows are `filter`s"
)]
pub trait SelectedBefore {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

/// What knows what becomes of a row that is there; no type has it, for what follows has methods of its own.
#[diagnostic::on_unimplemented(
    message = "nothing is said of a row that is there already",
    label = "`.do_nothing()`, `.or_find()` or `.do_update(..)` comes first",
    note = "`Tag::new(\"rust\").on_conflict(Tag::LABEL).do_update(Tag::USES.set(Tag::USES + 1)).insert(&db)?`"
)]
pub trait Decided {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

/// What has columns by which a row is found; no type has it, for what has them has a method of its own.
#[diagnostic::on_unimplemented(
    message = "a row is found by the columns of one unique constraint",
    label = "`.on_conflict(Tag::LABEL).or_find()` names them; `.on_any_conflict().do_nothing()` finds no row"
)]
pub trait FoundByColumns {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

impl<M: Model, S> Query<M, S> {
    #[doc(hidden)]
    pub fn get<K, E: Executor>(self, _key: K, _db: E) -> Result<Option<M>>
    where
        Self: AskedByKey,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn find<K, E: Executor>(self, _key: K, _db: E) -> Result<M>
    where
        Self: AskedByKey,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn having<C>(self, _condition: C) -> Self
    where
        Self: SelectedBefore,
    {
        self.never()
    }
}

impl<M: Model, D> OnConflict<M, D> {
    #[doc(hidden)]
    pub fn insert<E: Executor>(self, _db: E) -> Result<M>
    where
        Self: Decided,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn insert_all<I, E: Executor>(self, _drafts: I, _db: E) -> Result<Vec<M>>
    where
        Self: Decided,
    {
        self.never()
    }
}

impl<M: Model, D> OnAnyConflict<M, D> {
    #[doc(hidden)]
    pub fn or_find(self) -> Upsert<M, D, (M, bool)>
    where
        Self: FoundByColumns,
    {
        self.never()
    }
}
