use std::fmt;
use std::marker::PhantomData;

use crate::model::{Changes, Column, Columns, Model, Settable};
use crate::query::{Assignable, Has, Operand, Present, Row};
use crate::sql::Expr;
use crate::value::{Parameter, ValueError};

/// A column of the model `M` and what an update sets it to: `User::ACTIVE.set(false)`, `Post::VIEWS.set(Post::VIEWS + 1)`.
///
/// `Q` is what the value is about: `M`, and other models of the query.
#[must_use = "an assignment does nothing until it is given to `update`"]
pub struct Assignment<M, Q = M> {
    pub(super) index: usize,
    pub(super) value: Result<Expr, ValueError>,
    models: PhantomData<fn() -> (M, Q)>,
}

impl<M, Q> Assignment<M, Q> {
    pub(super) fn new(index: usize, value: Result<Expr, ValueError>) -> Self {
        Assignment { index, value, models: PhantomData }
    }
}

impl<M: Model, T, W> Column<M, T, W> {
    /// Sets the column in an update of many rows, to a value or to an expression on the row.
    ///
    /// What is joined to the row is wrapped: `Post::TITLE.set(of(User::NAME))`, and a subquery may be correlated with the row.
    /// A number with a fraction, such as an average, is cast before a column of integers is set to it.
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
    pub fn set<O: Operand<M, T, Type: Assignable<T>>>(self, value: O) -> Assignment<M, O::Source>
    where
        W: Settable,
    {
        Assignment::new(self.index(), value.into_operand())
    }
}

impl<M, Q> Clone for Assignment<M, Q> {
    fn clone(&self) -> Self {
        Assignment::new(self.index, self.value.clone())
    }
}

impl<M, Q> fmt::Debug for Assignment<M, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assignment").field("column", &self.index).field("value", &self.value).finish()
    }
}

/// What an update of the model `M` sets, in a query of the scope `S`: an assignment, a tuple of them, a `Vec` where it is
/// known at run time only, or a struct of [`Changes`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set columns of `{M}`",
    label = "expected an assignment, such as `User::ACTIVE.set(false)`, a tuple of them, or a struct of changes"
)]
pub trait Assignments<M, S, Index> {
    /// The assignments, in order.
    fn into_assignments(self) -> Vec<Assignment<M>>;
}

// The scope has to hold what the value is about twice: an aggregate is at home in rows that are selected, and what a
// `left_join` may have left out in conditions, and neither can be assigned.
impl<M, Q, S: Has<Q, I>, I> Assignments<M, S, I> for Assignment<M, Q>
where
    Row<S>: Has<Q, I>,
    I: Present<Q>,
{
    fn into_assignments(self) -> Vec<Assignment<M>> {
        vec![Assignment::new(self.index, self.value)]
    }
}

impl<M, Q, S: Has<Q, I>, I> Assignments<M, S, I> for Vec<Assignment<M, Q>>
where
    Row<S>: Has<Q, I>,
    I: Present<Q>,
{
    fn into_assignments(self) -> Vec<Assignment<M>> {
        self.into_iter().map(|assignment| Assignment::new(assignment.index, assignment.value)).collect()
    }
}

/// A struct of changes, as [`Assignments`]' last parameter; the compiler finds this by itself.
#[derive(Debug)]
pub struct ByChanges;

/// What a struct of changes sets: for the derive. An impl for all of them would be one more that the compiler weighs for each
/// assignment, and its messages would no longer say what is not part of a query.
pub fn assignments_of<C: Changes>(changes: C) -> Vec<Assignment<C::Of>> {
    let mut all = Vec::new();
    changes.give(&mut |index, field| {
        let secret = C::Of::COLUMNS[index].secret;
        let value = field.value().map(|value| Expr::Value(Parameter { value: value.into_owned(), secret }));
        all.push(Assignment::new(index, value));
    });
    all
}

macro_rules! tuples {
    ($(($($name:ident $index:ident)*))*) => {$(
        impl<M, S, $($name: Assignments<M, S, $index>, $index),*> Assignments<M, S, ($($index,)*)> for ($($name,)*) {
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

tuples! {
    (A IA)
    (A IA B IB)
    (A IA B IB C IC)
    (A IA B IB C IC D ID)
    (A IA B IB C IC D ID E IE)
    (A IA B IB C IC D ID E IE F IF)
    (A IA B IB C IC D ID E IE F IF G IG)
    (A IA B IB C IC D ID E IE F IF G IG H IH)
}
