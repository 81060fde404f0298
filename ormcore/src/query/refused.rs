//! Methods that nobody can call: where there would be no method and no more to say, their bounds say what to write.

use crate::error::Result;
use crate::model::Model;
use crate::plan::Executor;
use crate::query::{OnConflict, Query};

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
    label = "`.do_nothing()` or `.do_update(..)` comes first",
    note = "`Tag::new(\"rust\").on_conflict(Tag::LABEL).do_update(Tag::USES.set(Tag::USES + 1)).insert(&db)?`"
)]
pub trait Decided {
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
