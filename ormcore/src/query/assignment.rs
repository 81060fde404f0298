use std::fmt;
use std::marker::PhantomData;

use crate::model::{Column, Model};
use crate::query::Operand;
use crate::sql::Expr;
use crate::value::ValueError;

/// A column and what an update sets it to: `User::ACTIVE.set(false)`, `Post::VIEWS.set(Post::VIEWS + 1)`.
#[must_use = "an assignment does nothing until it is given to `update`"]
pub struct Assignment<M> {
    pub(super) index: usize,
    pub(super) value: Result<Expr, ValueError>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, T> Column<M, T> {
    /// Sets the column in an update of many rows, to a value or to an expression on the row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let bob = User::query().filter(User::NAME.eq("bob"));
    /// bob.clone().update((User::NAME.set("rob"), User::AGE.set(User::AGE + 1)), &db)?;
    /// assert!(!bob.exists(&db)?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn set(self, value: impl Operand<M, T, Source = M>) -> Assignment<M> {
        Assignment { index: self.index(), value: value.into_operand(), model: PhantomData }
    }
}

impl<M> Clone for Assignment<M> {
    fn clone(&self) -> Self {
        Assignment { index: self.index, value: self.value.clone(), model: PhantomData }
    }
}

impl<M> fmt::Debug for Assignment<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assignment").field("column", &self.index).field("value", &self.value).finish()
    }
}

/// What an update sets: an assignment, a tuple of them, or a `Vec` where it is known at run time only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set columns of `{M}`",
    label = "expected an assignment, such as `User::ACTIVE.set(false)`, or a tuple of them"
)]
pub trait Assignments<M> {
    /// The assignments, in order.
    fn into_assignments(self) -> Vec<Assignment<M>>;
}

impl<M> Assignments<M> for Assignment<M> {
    fn into_assignments(self) -> Vec<Assignment<M>> {
        vec![self]
    }
}

impl<M> Assignments<M> for Vec<Assignment<M>> {
    fn into_assignments(self) -> Vec<Assignment<M>> {
        self
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<M, $($name: Assignments<M>),*> Assignments<M> for ($($name,)*) {
            fn into_assignments(self) -> Vec<Assignment<M>> {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                let mut all = Vec::new();
                $(all.extend($name.into_assignments());)*
                all
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }
