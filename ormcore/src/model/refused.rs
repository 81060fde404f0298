//! Methods that nobody can call: where there would be no method and no more to say, their bounds say what to write.

use crate::model::{Draft, Model};
use crate::plan::Executor;

/// What only a row can do.
impl<M: Model> Draft<M> {
    #[doc(hidden)]
    pub fn save<'p, E: Executor + 'p>(self, _db: E) -> E::Out<'p, M>
    where
        Self: Inserted,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn update<'p, E: Executor + 'p>(&'p mut self, _db: E) -> E::Out<'p, ()>
    where
        Self: Inserted,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn update_only<'p, C, E: Executor + 'p>(&'p mut self, _columns: C, _db: E) -> E::Out<'p, ()>
    where
        Self: Inserted,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn refresh<'p, E: Executor + 'p>(&'p mut self, _db: E) -> E::Out<'p, ()>
    where
        Self: Inserted,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn delete<'p, E: Executor + 'p>(&'p self, _db: E) -> E::Out<'p, ()>
    where
        Self: Inserted,
    {
        self.never()
    }
}

/// What is a row; no type has it, for rows have methods of their own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row yet",
    label = "a draft must be inserted first",
    note = "`.insert(&db)?` turns the draft into a row; the row can be updated, refreshed and deleted"
)]
pub trait Inserted {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

/// What can be inserted; no type has it, for drafts have a method of their own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a row already, and only a draft can be inserted",
    label = "a row is not inserted again",
    note = "`{Self}::new(..)` makes a draft, and `.insert(&db)?` turns that into a row; a row that was changed is written by `.update(&db)?`"
)]
pub trait Uninserted {
    /// What nobody has.
    fn never<T>(&self) -> T;
}
